"""Browsers that talk to the whole application, whose routes are put together once for many tests."""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

from litestar import Litestar
from litestar.testing import AsyncTestClient

from nightmarket.entry import wiring
from nightmarket.infra.services import Services

_IDLE: defaultdict[tuple[str, ...], list[Litestar]] = defaultdict(list)
"""Applications that serve nobody now, by their domains: some tests put together only some.

Making one reads the signatures of every route, and costs more than most tests.
"""


@asynccontextmanager
async def visit(services: Services) -> AsyncIterator[AsyncTestClient[Any]]:
    """A browser without cookies; the application stands on these services for as long."""
    asgi = import_module("nightmarket.entry.asgi")  # The whole product: only where it is asked for.
    idle = _IDLE[tuple(wiring.DOMAINS)]
    app = idle.pop() if idle else asgi.litestar_app(services)
    asgi.stand_on(app, services)
    async with AsyncTestClient(app) as client:
        yield client
    idle.append(app)
