"""Builds every dependency once from settings, and lists what the domains bring."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

from psycopg import AsyncCursor

from nightmarket.entry.process import system_clock
from nightmarket.infra.db import Database
from nightmarket.infra.jobs import Job, Schedule
from nightmarket.infra.outbox import Listener
from nightmarket.infra.providers.mail.folder import FolderMailer
from nightmarket.infra.providers.mail.mailer import Mailer
from nightmarket.infra.providers.mail.smtp import SmtpMailer
from nightmarket.infra.realtime import Topic
from nightmarket.infra.services import Services
from nightmarket.infra.settings import Settings, secret_of
from nightmarket.infra.storage import LocalStorage, Storage
from nightmarket.kernel.clock import Now
from nightmarket.kernel.ids import IdMaker

DOMAINS = (
    "audit",
    "markets",
    "assets",
    "identity",
    "notifications",
    "analytics",
    "moderation",
    "videos",
    "social",
    "ranking",
    "pools",
    "search",
    "feed",
    "console",
)
"""Lowest first, as in the import contract."""


def services(settings: Settings, database: Database) -> Services:
    """Build the outside of one process."""
    clock = system_clock
    return Services(
        settings=settings,
        database=database,
        storage=storage_of(settings),
        mailer=mailer_of(settings),
        clock=clock,
        ids=IdMaker(clock, cell=settings.cell, slot=settings.slot),
        chance=random.Random(),  # noqa: S311  # Exploration, not secrets.
        secret=secret_of(settings),
    )


def storage_of(settings: Settings) -> Storage:
    """Return where media bytes live."""
    if settings.storage == "s3":
        module = import_module("nightmarket.infra.s3")  # boto3 is large: only where it is used.
        storage: Storage = module.from_settings(settings)
        return storage
    return LocalStorage(settings.data_directory / "media")


def mailer_of(settings: Settings, clock: Now = system_clock) -> Mailer:
    """Return the mail server, or the folder that stands in for one."""
    if settings.smtp_url:
        return SmtpMailer(settings.smtp_url, settings.mail_from, clock)
    return FolderMailer(settings.data_directory / "mails", settings.mail_from)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Services]:
    """Open the database for as long as the block lasts."""
    database = Database(
        settings.database_url,
        connections_max=settings.database_pool_max,
        cursor_kind=_tracing().TracedCursor if settings.otlp_endpoint else AsyncCursor,
    )
    await database.open()
    try:
        yield services(settings, database)
    finally:
        await database.close()


def traced(settings: Settings, app: Any) -> Any:
    """Return the ASGI application with a span round every request, or as it is: traces are off."""
    return _tracing().TracedSite(app) if settings.otlp_endpoint else app


def _tracing() -> Any:
    return import_module("nightmarket.infra.tracing")  # OpenTelemetry is large too.


def routes() -> list[Any]:
    """Return every domain's route handlers."""
    return [handler for module in _modules("routes") for handler in module.ROUTES]


def lifespans() -> list[Any]:
    """Return what runs beside the routes in the web process: context managers over `Services`."""
    return [one for module in _modules("routes") for one in getattr(module, "LIFESPANS", ())]


def topics() -> list[Topic]:
    """Return every topic that pages may subscribe to."""
    return [topic for module in _modules("sockets") for topic in module.TOPICS]


def listeners() -> list[Listener]:
    """Return every domain's listeners."""
    return [one for module in _modules("jobs") for one in getattr(module, "LISTENERS", ())]


def jobs() -> list[Job]:
    """Return every domain's jobs."""
    return [one for module in _modules("jobs") for one in getattr(module, "JOBS", ())]


def schedules() -> list[Schedule]:
    """Return every domain's schedules."""
    return [one for module in _modules("jobs") for one in getattr(module, "SCHEDULES", ())]


def _modules(part: str) -> list[Any]:
    found = []
    for domain in DOMAINS:
        name = f"nightmarket.domains.{domain}.{part}"
        try:
            found.append(import_module(name))
        except ModuleNotFoundError as error:
            if not name.startswith(error.name or "?"):
                raise
    return found
