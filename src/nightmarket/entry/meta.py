"""Routes that belong to no domain: health, metrics, and what a client must know first."""

from typing import Any

import msgspec
from litestar import Response, get
from prometheus_client import CONTENT_TYPE_LATEST

from nightmarket.domains.markets import face as markets
from nightmarket.domains.moderation import face as moderation
from nightmarket.domains.ranking import face as ranking
from nightmarket.entry.mails import shown_mails
from nightmarket.infra import telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services

VERSION = "0.1.0"
CHUNK_BYTES = 8 * 1024 * 1024


class MarketOut(msgspec.Struct):
    """What a sign-up form needs to know of a market."""

    code: str
    name: str
    languages: list[str]
    minimum_age: int
    minimum_age_with_parent: int | None
    currency: str
    has_personalisation_switch: bool


class PolicyOut(msgspec.Struct):
    """One reason to report or decide by."""

    code: str
    title: str
    has_illegal_route: bool


class UploadLimits(msgspec.Struct):
    """What an upload may be."""

    max_bytes: int
    max_duration_ms: int
    chunk_bytes: int


class Meta(msgspec.Struct):
    """What a client must know before anything else."""

    name: str
    version: str
    public_url: str
    markets: list[MarketOut]
    policies: list[PolicyOut]
    upload: UploadLimits
    shows_mails: bool


@get("/healthz", sync_to_thread=False, include_in_schema=False)
def healthz() -> dict[str, str]:
    """Answer while the process lives."""
    return {"status": "alive"}


@get("/readyz", include_in_schema=False)
async def readyz(tx: Tx) -> dict[str, str]:
    """Answer while the process can reach its database."""
    await tx.value(int, "SELECT 1")
    return {"status": "ready"}


@get("/metrics", include_in_schema=False)
async def metrics(services: Services) -> Response[bytes]:
    """Return the web processes' metrics, and how the rankers stand, as Prometheus reads them."""
    settings = services.settings
    await ranking.measure(settings.data_directory, ranking.rankers(settings, services.secret))
    return Response(telemetry.metrics(), media_type=CONTENT_TYPE_LATEST)


@get("/api/v1/meta", sync_to_thread=False, tags=["meta"])
def meta(services: Services) -> Meta:
    """Return markets, report policies and limits."""
    limits = services.settings
    return Meta(
        name="Nightmarket",
        version=VERSION,
        public_url=limits.public_url,
        markets=[_market(one) for one in markets.markets()],
        policies=[
            PolicyOut(one.code, one.title, one.has_illegal_route) for one in moderation.policies()
        ],
        upload=UploadLimits(limits.upload_bytes_max, limits.upload_duration_ms_max, CHUNK_BYTES),
        shows_mails=shown_mails(services) is not None,
    )


def _market(one: Any) -> MarketOut:
    return MarketOut(
        one.code,
        one.name,
        list(one.languages),
        one.minimum_age,
        one.minimum_age_with_parent,
        one.currency,
        one.has_personalisation_switch,
    )


ROUTES: tuple[Any, ...] = (healthz, readyz, metrics, meta)
