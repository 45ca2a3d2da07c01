"""The web application: every domain's routes behind the edge, and the client's files."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Any

from litestar import Litestar
from litestar.config.app import AppConfig
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ASGIApp, Receive, Scope, Send
from psycopg import DataError, OperationalError

from nightmarket.domains.feed import face as feed
from nightmarket.domains.identity.routes import provide_spoken, provide_subject
from nightmarket.entry import mails, meta, site, wiring
from nightmarket.entry.description import Description
from nightmarket.infra import http
from nightmarket.infra.csrf import SameSite
from nightmarket.infra.edge import Edge, Replayed, lose, provide_tx, replay, turn_down
from nightmarket.infra.ratelimit import Buckets, FewAtOnce, Gate, RateLimit
from nightmarket.infra.services import Services
from nightmarket.kernel.errors import NightmarketError
from nightmarket.kernel.ids import to_text

BODY_BYTES_MAX = 2 * 1024 * 1024
API_PREFIXES = ("/api/", "/media/", "/healthz", "/readyz", "/metrics", "/.well-known/oauth")


def litestar_app(services: Services) -> Litestar:
    """Return the API of one process; the database must be open already."""

    def provide_services() -> Services:
        return services

    def provide_now() -> datetime:
        return services.clock()

    def behind_edge(app: ASGIApp) -> ASGIApp:
        return Edge(app, services.database, services.clock, lambda: to_text(services.ids()))

    config = AppConfig(
        route_handlers=[*meta.ROUTES, *mails.ROUTES, *wiring.routes()],
        middleware=[behind_edge, *_guards(services)],
        dependencies={
            "tx": Provide(provide_tx),
            "services": Provide(provide_services, sync_to_thread=False),
            "now": Provide(provide_now, sync_to_thread=False),
            "subject": Provide(provide_subject),
            "spoken": Provide(provide_spoken),
        },
        exception_handlers={
            NightmarketError: http.refuse,
            Replayed: replay,
            OperationalError: lose,
            DataError: turn_down,
            HTTPException: http.refuse_http,
            RecursionError: http.refuse_unreadable,
            UnicodeDecodeError: http.refuse_unreadable,
            Exception: http.fail,
        },
        lifespan=[partial(_running, build, services) for build in wiring.lifespans()],
        openapi_config=Description(
            title="Nightmarket",
            version="1",
            path="/api",
            create_examples=False,
            # The other plugins run scripts of other sites in ours.
            render_plugins=[JsonRenderPlugin(path=["/", "/openapi.json"])],
        ),
        request_max_body_size=BODY_BYTES_MAX,
        logging_config=None,
        debug=False,
    )
    config.state.services = services
    return Litestar.from_config(config)


def _guards(services: Services) -> list[Callable[[ASGIApp], ASGIApp]]:
    """Return what a call passes before its route: own pages only, and not too often."""
    settings = services.settings
    buckets = Buckets(services.clock)

    def from_own_pages(app: ASGIApp) -> ASGIApp:
        return SameSite(app, settings.public_url)

    def not_too_often(app: ASGIApp) -> ASGIApp:
        return RateLimit(app, buckets, settings.trusted_proxies, settings.bulk_key)

    gate = Gate()

    def few_at_once(app: ASGIApp) -> ASGIApp:
        return FewAtOnce(app, gate)

    limits: list[Callable[[ASGIApp], ASGIApp]] = [not_too_often] if settings.is_rate_limited else []
    return [from_own_pages, *limits, few_at_once]


def _running(build: Any, services: Services, _: Litestar) -> AbstractAsyncContextManager[None]:
    running: AbstractAsyncContextManager[None] = build(services)
    return running


@asynccontextmanager
async def application(services: Services) -> AsyncIterator[Any]:
    """Run the API's background work and yield the ASGI application of the whole site."""
    api = litestar_app(services)
    pages = site.Site(services, api)

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path.startswith(API_PREFIXES):
            await api(scope, receive, send)
        else:
            await pages(scope, receive, send)

    async with api.lifespan(), feed.warmed_up(services):
        yield serve
