"""One world for all contract tests: built once, and every call's changes undone."""

import asyncio
import os
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest

from nightmarket.entry import asgi, wiring
from nightmarket.infra.settings import Settings
from tests.builders.world import World, world
from tests.fakes.clock import HandClock
from tests.fakes.rehearsal import Rehearsal

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Stage:
    """The world and the loop it lives in."""

    world: World
    runner: asyncio.Runner

    def run(self, work: Awaitable[Answer]) -> Answer:
        """Run something in the world's own loop."""

        async def inner() -> Answer:
            return await work

        return self.runner.run(inner())


@pytest.fixture(scope="session")
def stage(
    server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """A world in which nothing lasts."""
    name = f"nm_contract_{os.getpid()}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    url = psycopg.conninfo.make_conninfo(server_url, dbname=name)
    folder = tmp_path_factory.mktemp("contract")
    with asyncio.Runner() as runner:
        ready: asyncio.Queue[World] = asyncio.Queue()
        done = asyncio.Event()

        async def open_() -> tuple[asyncio.Task[None], World]:
            living = asyncio.create_task(_live(url, folder, ready, done))
            waiting = asyncio.create_task(ready.get())
            await asyncio.wait({living, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if living.done():
                living.result()
            return living, waiting.result()

        async def close(living: asyncio.Task[None]) -> None:
            done.set()
            await living

        living, found = runner.run(open_())
        yield Stage(found, runner)
        runner.run(close(living))
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


async def _live(url: str, folder: Path, ready: asyncio.Queue[World], done: asyncio.Event) -> None:
    """Open the house, build the world in it, and keep it until told."""
    settings = Settings(
        data_directory=folder, database_url=url, secret="tests", is_rate_limited=False
    )
    database = Rehearsal(url, connections_max=4)
    await database.open()
    clock = HandClock()
    built = wiring.services(settings, database)
    services = replace(built, clock=clock, ids=type(built.ids)(clock))
    async with asgi.application(services) as app:
        found = await world(app, services)
        database.is_undoing = True
        await ready.put(found)
        await done.wait()
    await database.close()
