"""Checks of the database: reachable, new enough, migrated, heard, worked off, on time."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from nightmarket.entry import supervise
from nightmarket.entry.checks.finding import Finding, careful, fine, wrong
from nightmarket.infra import migrate, postgres, sql
from nightmarket.infra.settings import Settings
from nightmarket.kernel.clock import microseconds

QUERIES = sql.load("nightmarket.infra")
VERSION_MIN = 15
CONNECT_S = 5
SKEW_S_CAREFUL = 2
SKEW_S_WRONG = 30
LAG_S_CAREFUL = 60
LAG_S_WRONG = 600
WAIT_S_CAREFUL = 900
CONNECTIONS_SPARE = 10

Connection = psycopg.Connection[dict[str, Any]]


def examine(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Check everything; the embedded server is started for as long as that takes."""
    if settings.database_url:
        yield from _at(settings.database_url, settings, now)
        return
    directory = settings.data_directory
    if postgres.version_of(directory) is None:
        yield careful("there is no database yet", "`nightmarket up` makes one")
        return
    if postgres.needs_upgrade(directory):
        yield wrong(
            f"the data is of PostgreSQL {postgres.version_of(directory)}, this Nightmarket brings "
            f"{postgres.TARGET_VERSION}",
            "make a copy of the data directory, then `nightmarket doctor --upgrade-database`",
        )
        return
    was_running = supervise.is_running(directory)
    try:
        embedded = postgres.start(directory)
    except (OSError, postgres.DoesNotStart) as error:
        log = directory / postgres.FOLDER / postgres.LOG_FILE
        yield wrong(f"the embedded database does not start: {error}", f"read {log}, at its end")
        return
    try:
        yield from _at(embedded.url(), settings, now)
    finally:
        if not was_running:
            embedded.stop()


def _at(url: str, settings: Settings, now: datetime) -> Iterator[Finding]:
    try:
        with psycopg.connect(
            url, connect_timeout=CONNECT_S, autocommit=True, row_factory=dict_row
        ) as connection:
            yield from _server(connection, settings, now)
            is_migrated = yield from _migrations(connection, url)
            if is_migrated:
                yield from _outbox(connection, microseconds(now))
                yield from _jobs(connection)
    except psycopg.OperationalError as error:
        yield wrong(
            f"the database does not answer: {str(error).strip()}",
            "check DATABASE_URL, that the server runs, and that this machine may connect",
        )


def _value(connection: Connection, query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None, query
    return next(iter(row.values()))


def _server(connection: Connection, settings: Settings, now: datetime) -> Iterator[Finding]:
    major = int(_value(connection, "SHOW server_version_num")) // 10_000
    if major < VERSION_MIN:
        yield wrong(f"the server is PostgreSQL {major}", f"use PostgreSQL {VERSION_MIN} or later")
    else:
        yield fine(f"PostgreSQL {major} answers")
    encoding = _value(connection, "SHOW server_encoding")
    if encoding != "UTF8":
        yield wrong(
            f"the database is written in {encoding}", "make a database with ENCODING 'UTF8'"
        )
    most = int(_value(connection, "SHOW max_connections"))
    processes = len(supervise.PROCESSES) + supervise.web_processes(settings) - 1
    wanted = processes * settings.database_pool_max + CONNECTIONS_SPARE
    if most < wanted:
        yield careful(
            f"the server allows {most} connections, the processes may ask for {wanted}",
            "raise max_connections or lower the setting database_pool_max",
        )
    skew_s = abs(
        float(_value(connection, "SELECT extract(epoch FROM clock_timestamp())")) - now.timestamp()
    )
    if skew_s > SKEW_S_CAREFUL:
        severity = wrong if skew_s > SKEW_S_WRONG else careful
        yield severity(
            f"this machine's clock and the database's are {skew_s:.0f} s apart",
            "let both follow a time server (chrony, systemd-timesyncd)",
        )


def _migrations(connection: Connection, url: str) -> Any:
    """Return whether the tables are there and current; yields findings."""
    if _value(connection, "SELECT to_regclass('infra_outbox') IS NULL"):
        yield careful("the database has no tables yet", "`nightmarket migrate`, or just `up`")
        return False
    pending = migrate.pending(url)
    if pending:
        yield wrong(
            f"{len(pending)} migrations have not run: {', '.join(pending[:5])}",
            "`nightmarket migrate`, or restart with `nightmarket up`",
        )
        return False
    yield fine("the database is up to date")
    return True


def _outbox(connection: Connection, now_us: int) -> Iterator[Finding]:
    late = []
    for row in connection.execute(QUERIES["outbox_lag"].encode()).fetchall():
        lag_s = (now_us - row["oldest_at_us"]) / 1e6 if row["waiting"] else 0
        if lag_s > LAG_S_CAREFUL:
            late.append((lag_s, row["listener"], row["waiting"]))
    if late:
        worst_s = max(lag_s for lag_s, _, _ in late)
        named = ", ".join(f"{listener} ({waiting})" for _, listener, waiting in sorted(late))
        severity = wrong if worst_s > LAG_S_WRONG else careful
        yield severity(
            f"{len(late)} listeners are up to {worst_s:.0f} s behind, with so many facts: {named}",
            "see that the worker process runs; its log says why a listener stumbles",
        )
    buried = connection.execute(QUERIES["outbox_buried"].encode()).fetchall()
    for row in buried:
        last = str(row["error"]).strip().splitlines()[-1:]
        yield careful(
            f"{row['facts']} facts were set aside because {row['listener']} failed on them; "
            f"the last error: {' '.join(last)}",
            "see the table infra_outbox_buried; delete its rows once the cause is gone",
        )
    if not late and not buried:
        yield fine("every listener has heard everything")


def _jobs(connection: Connection) -> Iterator[Finding]:
    stuck = connection.execute(QUERIES["jobs_stuck"].encode()).fetchall()
    for row in stuck:
        yield careful(
            f"{row['jobs']} jobs {row['task']} were begun by a worker that is gone",
            "a running worker takes them up again within minutes; start one if none runs",
        )
    counted = connection.execute(QUERIES["jobs_counted"].encode()).fetchall()
    for row in counted:
        if row["state"] == "failed":
            yield careful(
                f"{row['jobs']} jobs of the queue {row['queue']} failed for good",
                "the worker's log has the errors; see the table procrastinate_jobs",
            )
        elif row["state"] == "todo" and row["oldest_s"] > WAIT_S_CAREFUL:
            yield careful(
                f"{row['jobs']} jobs wait in the queue {row['queue']}, the oldest for "
                f"{row['oldest_s'] // 60} minutes",
                "see that the worker and media processes run; add a machine if they are busy",
            )
    if not stuck and not counted:
        yield fine("no job waits")
