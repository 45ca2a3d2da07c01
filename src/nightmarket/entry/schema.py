"""The API's OpenAPI description without a database: for docs, the client generator and tests."""

from pathlib import Path
from random import Random
from typing import Any

from litestar import Litestar

from nightmarket.entry import asgi, wiring
from nightmarket.entry.process import system_clock
from nightmarket.infra.db import Database
from nightmarket.infra.services import Services
from nightmarket.infra.settings import Settings
from nightmarket.kernel.ids import IdMaker


def openapi_schema() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document as plain values."""
    schema: dict[str, Any] = application().openapi_schema.to_schema()
    return schema


def application() -> Litestar:
    """Return the API over an outside that answers nothing: to look at, not to call."""
    settings = Settings(data_directory=Path("/nonexistent"), secret="unused")  # noqa: S106
    clock = system_clock
    services = Services(
        settings=settings,
        database=Database("postgresql://unused"),
        storage=wiring.storage_of(settings),
        mailer=wiring.mailer_of(settings),
        clock=clock,
        ids=IdMaker(clock),
        chance=Random(0),  # noqa: S311  # Unused.
        secret=b"unused",
    )
    return asgi.litestar_app(services)
