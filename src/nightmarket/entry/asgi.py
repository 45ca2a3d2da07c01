"""The web process: Litestar with every domain's routes behind the edge."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from litestar import Litestar, Request
from litestar.config.app import AppConfig
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi.config import OpenAPIConfig
from litestar.types import ASGIApp

from nightmarket.domains.identity.routes import provide_subject
from nightmarket.entry import wiring
from nightmarket.infra import http, settings, telemetry
from nightmarket.infra.edge import Edge, Replayed, provide_tx, replay
from nightmarket.infra.services import Services
from nightmarket.kernel.errors import NightmarketError
from nightmarket.kernel.ids import to_text

BODY_BYTES_MAX = 2 * 1024 * 1024


def litestar_app(services: Services) -> Litestar:
    """Return the application of one process; the database must be open already."""

    def provide_services() -> Services:
        return services

    def provide_now() -> datetime:
        return services.clock()

    def behind_edge(app: ASGIApp) -> ASGIApp:
        return Edge(app, services.database, services.clock, lambda: to_text(services.ids()))

    config = AppConfig(
        route_handlers=wiring.routes(),
        middleware=[behind_edge],
        dependencies={
            "tx": Provide(provide_tx),
            "services": Provide(provide_services, sync_to_thread=False),
            "now": Provide(provide_now, sync_to_thread=False),
            "subject": Provide(provide_subject),
        },
        exception_handlers={
            NightmarketError: http.refuse,
            Replayed: replay,
            HTTPException: http.refuse_http,
            Exception: http.fail,
        },
        openapi_config=OpenAPIConfig(
            title="Nightmarket", version="1", path="/api", create_examples=False
        ),
        request_max_body_size=BODY_BYTES_MAX,
        logging_config=None,
        debug=False,
    )
    config.state.services = services
    return Litestar.from_config(config)
