"""The web application: every domain's routes behind the edge, and the client's files."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from litestar import Litestar, Request
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
from nightmarket.infra.buckets import Buckets
from nightmarket.infra.csrf import SameSite
from nightmarket.infra.edge import Edge, Replayed, lose, provide_tx, replay, turn_down
from nightmarket.infra.ratelimit import FewAtOnce, Gate, RateLimit
from nightmarket.infra.services import Services
from nightmarket.infra.settings import BUCKETS, counts_together
from nightmarket.kernel.errors import NightmarketError
from nightmarket.kernel.ids import to_text

BODY_BYTES_MAX = 2 * 1024 * 1024
API_PREFIXES = ("/api/", "/media/", "/healthz", "/readyz", "/metrics", "/.well-known/oauth")


@dataclass(slots=True)
class Ground:
    """What the API of one process stands on; every call finds it in the application's state."""

    services: Services
    buckets: Buckets = field(init=False)
    gate: Gate = field(default_factory=Gate)

    def __post_init__(self) -> None:
        """Count callers, alone or with the other web processes of this machine."""
        services = self.services
        if counts_together():
            path = services.settings.data_directory / BUCKETS
            self.buckets = Buckets.shared(services.clock, services.secret, path)
        else:
            self.buckets = Buckets(services.clock, services.secret)


def litestar_app(services: Services) -> Litestar:
    """Return the API of one process; the database must be open already."""
    config = AppConfig(
        route_handlers=[*meta.ROUTES, *mails.ROUTES, *wiring.routes()],
        # An own page is asked for before the bucket, and both before a place in the queue.
        middleware=[*map(_through, (_edge, _own_pages, _rate_limit, _few_at_once))],
        dependencies={
            "tx": Provide(provide_tx),
            "services": Provide(_provide_services, sync_to_thread=False),
            "now": Provide(_provide_now, sync_to_thread=False),
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
        lifespan=[partial(_running, build) for build in wiring.lifespans()],
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
    app = Litestar.from_config(config)
    stand_on(app, services)
    return app


def stand_on(app: Litestar, services: Services) -> None:
    """Put an application that serves nobody now on other ground, with empty buckets."""
    app.state.services = services
    app.state.ground = Ground(services)


def _ground(app: Litestar) -> Ground:
    ground: Ground = app.state.ground
    return ground


def _provide_services(request: Request[Any, Any, Any]) -> Services:
    return _ground(request.app).services


def _provide_now(request: Request[Any, Any, Any]) -> datetime:
    return _ground(request.app).services.clock()


def _through(guard: Callable[[Ground, ASGIApp], ASGIApp]) -> Callable[[ASGIApp], ASGIApp]:
    """Return what puts a guard before a route; the guard is made for each call, on its ground."""

    def before(app: ASGIApp) -> ASGIApp:
        async def call(scope: Scope, receive: Receive, send: Send) -> None:
            await guard(_ground(scope["litestar_app"]), app)(scope, receive, send)

        return call

    return before


def _edge(ground: Ground, app: ASGIApp) -> ASGIApp:
    services = ground.services
    return Edge(app, services.database, services.clock, lambda: to_text(services.ids()))


def _own_pages(ground: Ground, app: ASGIApp) -> ASGIApp:
    return SameSite(app, ground.services.settings.public_url)


def _rate_limit(ground: Ground, app: ASGIApp) -> ASGIApp:
    settings = ground.services.settings
    if not settings.is_rate_limited:
        return app
    return RateLimit(app, ground.buckets, settings.trusted_proxies, settings.bulk_key)


def _few_at_once(ground: Ground, app: ASGIApp) -> ASGIApp:
    return FewAtOnce(app, ground.gate)


def _running(build: Any, app: Litestar) -> AbstractAsyncContextManager[None]:
    running: AbstractAsyncContextManager[None] = build(_ground(app).services)
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
