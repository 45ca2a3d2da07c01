"""Migrations: plain SQL files run by yoyo under a lock, then the job queue's own schema."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
import yoyo
from procrastinate.schema import SchemaManager
from psycopg.conninfo import conninfo_to_dict

FOLDER = Path(__file__).parents[3] / "migrations"
PACKAGED = Path(__file__).parents[1] / "migrations"
NAME = re.compile(r"\d{4}_(pre|post)_[a-z0-9_]+")
LOCK_TIMEOUT = "5s"


@dataclass(frozen=True, slots=True)
class Migrated:
    """The names of the files that ran, in order."""

    applied: tuple[str, ...]


def migrate(url: str, *, phase: str | None = None) -> Migrated:
    """Bring a database up to date.

    Args:
        url: a PostgreSQL address.
        phase: `pre` before the new code starts, `post` after the old code is gone; None: both.
    """
    backend = yoyo.get_backend(_for_yoyo(url))
    with _one_at_a_time(url), backend.connection:
        _queue_schema(url)
        backend.break_lock()  # Left by whoever was cut off: nobody else migrates now.
        migrations = yoyo.read_migrations(str(folder()))
        wanted = [one for one in migrations if phase is None or f"_{phase}_" in one.id]
        for one in wanted:
            assert NAME.fullmatch(one.id), one.id
        with backend.lock():
            pending = backend.to_apply(migrations.__class__(wanted))
            names = tuple(one.id for one in pending)
            backend.apply_migrations(pending)
    return Migrated(names)


@contextmanager
def _one_at_a_time(url: str) -> Iterator[None]:
    """Wait for whoever migrates this database; the lock goes with its connection, however it ends.

    The lock of yoyo is a row, and stays when a process is stopped while it migrates.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('nightmarket.migrate'))")
        yield


def pending(url: str) -> tuple[str, ...]:
    """Return the names of the files that have not run yet, in order."""
    backend = yoyo.get_backend(_for_yoyo(url))
    with backend.connection:
        return tuple(one.id for one in backend.to_apply(yoyo.read_migrations(str(folder()))))


def folder() -> Path:
    """Return where the migration files lie: the checkout, else the installed package."""
    return FOLDER if FOLDER.is_dir() else PACKAGED


def _queue_schema(url: str) -> None:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
        if found is None or found[0] is None:
            connection.execute(SchemaManager.get_schema().encode())


def _for_yoyo(url: str) -> str:
    parts = conninfo_to_dict(url)
    user = quote(str(parts.get("user", "postgres")), safe="")
    password = f":{quote(str(parts['password']), safe='')}" if parts.get("password") else ""
    host = str(parts.get("host", ""))
    query = {"host": host} if host.startswith("/") else {}
    place = "" if host.startswith("/") else host
    port = f":{parts['port']}" if parts.get("port") and place else ""
    tail = f"?{urlencode(query)}" if query else ""
    return f"postgresql+psycopg://{user}{password}@{place}{port}/{parts.get('dbname', '')}{tail}"
