"""Finds the media workshop of the running process: one, with a spare child where films are made."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from nightmarket.infra.media.workshop import Workshop

_open: WeakKeyDictionary[asyncio.AbstractEventLoop, Workshop] = WeakKeyDictionary()


def current() -> Workshop:
    """Return the open workshop of this event loop, else a fresh one without a spare child."""
    return _open.get(asyncio.get_running_loop()) or Workshop(keeps_spare=False)


@asynccontextmanager
async def opened() -> AsyncIterator[Workshop]:
    """Keep a workshop with a spare child as long as the block lasts, so that jobs start at once."""
    workshop = Workshop()
    loop = asyncio.get_running_loop()
    await workshop.warm()
    _open[loop] = workshop
    try:
        yield workshop
    finally:
        del _open[loop]
        await workshop.close()
