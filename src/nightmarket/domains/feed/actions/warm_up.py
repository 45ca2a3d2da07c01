"""Load what the feed remembers while the process starts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from nightmarket.domains.feed.store.live import live
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds


@asynccontextmanager
async def warmed_up(services: Services) -> AsyncIterator[None]:
    """Load the catalogue beside what the block does; stops loading when the block ends."""
    memory = live(services.database)
    loading = asyncio.create_task(memory.warm(microseconds(services.clock())))
    try:
        yield
    finally:
        memory.stop()
        await loading
