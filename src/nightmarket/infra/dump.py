"""Whole databases in and out: PostgreSQL's own programs around one consistent snapshot."""

import contextlib
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from nightmarket.infra import postgres

POLL_S = 0.1
SHRINK_GUESS = 0.25
"""A compressed dump is about a quarter of the database: for showing progress only."""
KNOWS_TRANSACTION_TIMEOUT = 170_000
UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"
EMPTY = """
SELECT count(*) = 0 FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'S')
AND relnamespace NOT IN (SELECT oid FROM pg_namespace
    WHERE nspname IN ('pg_catalog', 'information_schema', 'pg_toast'))
"""


class ProgramFailed(Exception):
    """A PostgreSQL program ended with an error; its own words are the message."""


@contextmanager
def snapshot(url: str) -> Iterator[tuple[psycopg.Connection[Any], str]]:
    """Hold one moment of the database: a connection that reads it, and its name for `dump`."""
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        yield connection, str(row[0])


def is_empty(connection: psycopg.Connection[Any]) -> bool:
    """Whether nobody put anything into the database yet."""
    row = connection.execute(EMPTY).fetchone()
    return row is not None and bool(row[0])


def dump(url: str, target: Path, *, moment: str, report: Callable[[float], None]) -> None:
    """Write the database as of a held moment into one compressed file.

    Raises:
        ProgramFailed: for example an older pg_dump than the server.
    """
    bytes_guess = max(1.0, _size_bytes(url) * SHRINK_GUESS)
    command = _command("pg_dump", url)
    command += ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={moment}"]
    with _started([*command, f"--file={target}"], url) as program:
        while program.poll() is None:
            written = target.stat().st_size if target.exists() else 0
            report(min(0.99, written / bytes_guess))
            time.sleep(POLL_S)
    report(1.0)


def load(url: str, source: Path, *, report: Callable[[float], None]) -> None:
    """Fill an empty database from a dump.

    Raises:
        ProgramFailed: the database keeps what was loaded so far; throw it away.
    """
    if _version(url) >= KNOWS_TRANSACTION_TIMEOUT:
        _load_directly(url, source, report)
    else:
        _load_as_script(url, source, report)
    report(1.0)


def _load_directly(url: str, source: Path, report: Callable[[float], None]) -> None:
    listing = subprocess.run(  # noqa: S603  # Our own program and a path we made.
        [str(postgres.binary("pg_restore")), "--list", str(source)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    entries = sum(1 for line in listing.splitlines() if line and not line.startswith(";"))
    command = _command("pg_restore", url)
    command += ["--exit-on-error", "--no-owner", "--no-privileges", "--verbose", str(source)]
    with _started(command, url) as program:
        assert program.stderr is not None
        for done, line in enumerate(program.stderr):
            if "error:" in line:
                rest = program.stderr.read()
                raise ProgramFailed((line + rest).strip()[:2000])
            report(min(0.99, done / max(1, 2 * entries)))


def _load_as_script(url: str, source: Path, report: Callable[[float], None]) -> None:
    """Load by way of SQL text: our pg_restore sets what servers before 17 do not know."""
    bytes_guess = max(1.0, source.stat().st_size / SHRINK_GUESS)
    command = [*_command("psql", url), "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1"]
    writing = [str(postgres.binary("pg_restore")), "--no-owner", "--no-privileges", "--file=-"]
    with (
        subprocess.Popen([*writing, str(source)], stdout=subprocess.PIPE) as script,  # noqa: S603  # Our own program.
        _started(command, url) as program,
    ):
        assert script.stdout is not None
        assert program.stdin is not None
        written = 0
        with contextlib.suppress(BrokenPipeError):  # It stopped: its words follow.
            for line in script.stdout:
                if line != UNKNOWN_BEFORE_17:
                    program.stdin.write(line.decode())
                written += len(line)
                if line.startswith((b"COPY", b"CREATE")):
                    report(min(0.99, written / bytes_guess))
            program.stdin.close()


@contextmanager
def _started(command: list[str], url: str) -> Iterator[subprocess.Popen[str]]:
    password = str(conninfo_to_dict(url).get("password") or "")
    program = subprocess.Popen(  # noqa: S603  # Our own program; the password is not an argument.
        command,
        env={"PGPASSWORD": password, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    with program:
        yield program
        words = program.stderr.read() if program.stderr is not None else ""
        if program.wait():
            raise ProgramFailed(words.strip()[:2000] or f"{command[0]} failed")


def _command(name: str, url: str) -> list[str]:
    bare = make_conninfo(url, password=None)
    return [str(postgres.binary(name)), f"--dbname={bare}"]


def _version(url: str) -> int:
    with psycopg.connect(url) as connection:
        return connection.info.server_version


def _size_bytes(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0
