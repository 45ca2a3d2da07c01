"""The upload and media routes alone, called by somebody the test chooses."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.testing import AsyncTestClient
from litestar.types import ASGIApp

from nightmarket.domains.assets.routes import ROUTES
from nightmarket.infra import http
from nightmarket.infra.edge import Edge
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.errors import NightmarketError
from nightmarket.kernel.ids import AccountId, GuestId, ViewerId

ALICE = AccountId(11)
BOB = AccountId(12)


@dataclass
class Caller:
    """Who the next requests come from; None: a guest."""

    account_id: AccountId | None = ALICE


@pytest.fixture
def caller() -> Caller:
    """Alice, until the test says otherwise."""
    return Caller()


@pytest.fixture
def app(services: Services, caller: Caller) -> Litestar:
    """The routes behind the edge."""
    return app_of(services, caller)


def app_of(services: Services, caller: Caller) -> Litestar:
    """Build the routes over these services."""

    def provide_subject() -> Subject:
        if caller.account_id is None:
            return Subject(viewer_id=ViewerId(99), guest_id=GuestId(99))
        return Subject(viewer_id=ViewerId(caller.account_id), account_id=caller.account_id)

    def behind_edge(app: ASGIApp) -> ASGIApp:
        return Edge(app, services.database, services.clock, lambda: "test")

    built = Litestar(
        route_handlers=list(ROUTES),
        middleware=[behind_edge],
        dependencies={
            "services": Provide(lambda: services, sync_to_thread=False),
            "now": Provide(services.clock, sync_to_thread=False),
            "subject": Provide(provide_subject, sync_to_thread=False),
        },
        exception_handlers={
            NightmarketError: http.refuse,
            HTTPException: http.refuse_http,
            Exception: http.fail,
        },
        request_max_body_size=1000,
        openapi_config=None,
        logging_config=None,
    )
    built.state.services = services
    return built


@pytest.fixture
async def browser(app: Litestar) -> AsyncIterator[AsyncTestClient[Any]]:
    """Somebody who speaks HTTP to those routes."""
    async with AsyncTestClient(app) as client:
        client.headers["Tus-Resumable"] = "1.0.0"
        yield client
