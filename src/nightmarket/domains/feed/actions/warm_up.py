"""Load what the feed remembers while the process starts, and write what waits when it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg

from nightmarket.domains.feed.store.live import live
from nightmarket.domains.feed.store.pending import pending
from nightmarket.infra.services import Services
from nightmarket.infra.telemetry import log
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.errors import NightmarketError

WRITE_S_MAX = 3.0


@asynccontextmanager
async def warmed_up(services: Services) -> AsyncIterator[None]:
    """Load the catalogue beside what the block does; stops loading when the block ends.

    What was served meanwhile is written before this returns, unless the database does not take it
    within seconds.
    """
    memory = live(services.database)
    loading = asyncio.create_task(memory.warm(microseconds(services.clock())))
    try:
        yield
    finally:
        memory.stop()
        await loading
        await _write_down(services)


async def _write_down(services: Services) -> None:
    try:
        async with asyncio.timeout(WRITE_S_MAX):
            await pending(services.database).settle()
    except (TimeoutError, NightmarketError, psycopg.Error) as error:
        log("served_pages_lost", error=repr(error))
