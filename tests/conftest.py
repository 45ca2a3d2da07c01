"""Shared ground of the tests: one database server, a migrated template, a fresh copy where asked."""

import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import psycopg
import pytest
from litestar.testing import AsyncTestClient

from nightmarket.entry import wiring
from nightmarket.infra import migrate, postgres
from nightmarket.infra.db import Database, Tx
from nightmarket.infra.services import Services
from nightmarket.infra.settings import Settings
from tests.builders.app import visit
from tests.builders.places import quick_folder
from tests.fakes.clock import HandClock

TEMPLATE = "nm_template"


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The address of a server for tests: `TEST_DATABASE_URL`, else an embedded one for this run.

    Every worker of a run has its own: a long transaction of one worker would hold back the
    outbox of the others.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with quick_folder() as root:
        embedded = postgres.start(root, postgres.TUNING_FOR_TESTS)
        yield embedded.url()
        embedded.stop()


@pytest.fixture(scope="session")
def template(server_url: str) -> Iterator[str]:
    """The name of a migrated database that is copied, dropped when the run ends."""
    name = f"{TEMPLATE}_{os.getpid()}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
    migrate.migrate(_database_url(server_url, name))
    yield name
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _database_url(server_url: str, name: str) -> str:
    return psycopg.conninfo.make_conninfo(server_url, dbname=name)


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    """A fresh, migrated database for one test."""
    name = f"nm_test_{os.getpid()}_{os.urandom(4).hex()}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(
            f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY".encode()
        )
        yield _database_url(server_url, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def clock() -> HandClock:
    """A clock moved by hand."""
    return HandClock()


@pytest.fixture
async def services(database_url: str, tmp_path: Path, clock: HandClock) -> AsyncIterator[Services]:
    """The outside of one process over a fresh database and an empty data directory."""
    settings = Settings(
        ranker_within_ms=20_000,
        data_directory=tmp_path,
        database_url=database_url,
        secret="tests",
        is_rate_limited=False,
    )
    database = Database(database_url, connections_max=4)
    await database.open()
    built = wiring.services(settings, database)
    ids = type(built.ids)(clock)
    yield replace(built, clock=clock, ids=ids, chance=Random(7))
    await database.close()


@pytest.fixture
async def tx(services: Services) -> AsyncIterator[Tx]:
    """A transaction that is rolled back when the test ends."""
    async with services.database.transaction() as transaction:
        yield transaction
        raise psycopg.Rollback


@pytest.fixture
async def client(services: Services) -> AsyncIterator[AsyncTestClient]:  # type: ignore[type-arg]
    """A browser without cookies, talking to the whole application."""
    async with visit(services) as one:
        yield one
