"""Browsers that talk to the whole application, whose routes are put together once for many tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

from litestar import Litestar
from litestar.testing import AsyncTestClient

from nightmarket.infra.services import Services

_IDLE: list[Litestar] = []
"""Applications that serve nobody now: making one reads the signatures of every route."""


@asynccontextmanager
async def visit(services: Services) -> AsyncIterator[AsyncTestClient[Any]]:
    """A browser without cookies; the application stands on these services for as long."""
    asgi = import_module("nightmarket.entry.asgi")  # The whole product: only where it is asked for.
    app = _IDLE.pop() if _IDLE else asgi.litestar_app(services)
    asgi.stand_on(app, services)
    async with AsyncTestClient(app) as client:
        yield client
    _IDLE.append(app)
