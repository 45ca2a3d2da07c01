"""HTTP of the console: a copy of everything about me, leaving for good, the operator's overview."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, delete, get, post
from litestar.params import FromPath
from litestar.response import Stream

from nightmarket.domains.console.actions.ask_export import (
    ask_export,
    exports_of,
    ready_export,
)
from nightmarket.domains.console.actions.leave import leave
from nightmarket.domains.console.actions.see_house import see_house
from nightmarket.domains.console.values import Export, ExportState
from nightmarket.domains.ranking.values.asking import Stands
from nightmarket.infra import edge
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import instant, microseconds
from nightmarket.kernel.ids import from_text, to_text


class ExportPayload(msgspec.Struct, frozen=True):
    """A copy; `url` null: not ready, or over. Only its owner may fetch the file, signed in."""

    export_id: str
    state: ExportState
    created_at: str | None
    expires_at: str | None
    url: str | None
    bytes: int


class ExportsPayload(msgspec.Struct, frozen=True):
    """The newest copies."""

    items: list[ExportPayload]


class LeaveBody(msgspec.Struct, frozen=True):
    """The password; an account without one leaves it out and signs in again first."""

    password: str | None = None


class LagPayload(msgspec.Struct, frozen=True):
    """How far a listener is behind."""

    listener: str
    waiting: int
    lag_ms: int


class BuriedPayload(msgspec.Struct, frozen=True):
    """Facts a listener failed on."""

    listener: str
    facts: int
    last_at: str | None
    error: str


class JobsPayload(msgspec.Struct, frozen=True):
    """Jobs of one queue in one state."""

    queue: str
    state: str
    jobs: int
    oldest_s: int


class StuckPayload(msgspec.Struct, frozen=True):
    """Jobs whose worker is gone."""

    task: str
    jobs: int


class TablePayload(msgspec.Struct, frozen=True):
    """Roughly how large a table is."""

    name: str
    rows: int
    bytes: int


class DiskPayload(msgspec.Struct, frozen=True):
    """The data directory's disk, and the database's part wherever it lies."""

    total_bytes: int
    free_bytes: int
    database_bytes: int


class WaitingPayload(msgspec.Struct, frozen=True):
    """People who wait for an answer."""

    cases: int
    cases_overdue: int
    reports_last_day: int
    appeals: int
    appeals_overdue: int


class ExplorationPayload(msgspec.Struct, frozen=True):
    """What exploration owes: exposures of the floor, and uploads below it after two hours."""

    dealt_at: str | None
    owed: int
    uploads_late: int


class CappedPayload(msgspec.Struct, frozen=True):
    """An account or guest that sent `lines` events in ten minutes, where `usual` are usual.

    Until then nothing it does counts. `usual` 0: the market has too few viewers to say.
    """

    viewer_id: str
    market: str
    lines: int
    usual: int
    since_at: str | None
    until_at: str | None


class RankerPayload(msgspec.Struct, frozen=True):
    """A ranker as it stands. `answers` false: it is away, and the rest says nothing.

    `leads`: it learns ahead; the others repeat its steps, `lag_steps` behind. `differs`: the same
    steps led it to another state than the leader's.
    """

    address: str
    answers: bool
    leads: bool
    differs: bool
    step: int
    lag_steps: int


class OverviewPayload(msgspec.Struct, frozen=True):
    """How the house is."""

    now: str | None
    workers: int
    listeners: list[LagPayload]
    buried: list[BuriedPayload]
    jobs: list[JobsPayload]
    stuck: list[StuckPayload]
    tables: list[TablePayload]
    disk: DiskPayload
    moderation: WaitingPayload
    exploration: ExplorationPayload
    capped: list[CappedPayload]
    rankers: list[RankerPayload]


@post("/api/v1/me/export", status_code=202, tags=["console"])
async def ask_for_export(tx: Tx, subject: Subject, services: Services) -> ExportPayload:
    """Ask for a copy of everything about me; it takes minutes and is kept a week."""
    account_id = subject.account("profile:read")
    return _export(await ask_export(tx, services, account_id, subject.market))


@get("/api/v1/me/exports", tags=["console"])
async def list_exports(tx: Tx, subject: Subject) -> ExportsPayload:
    """List my copies, newest first."""
    found = await exports_of(tx, subject.account("profile:read"))
    return ExportsPayload([_export(one) for one in found])


@get("/api/v1/me/exports/{export_id:str}/file", tags=["console"], media_type="application/zip")
async def fetch_export(
    tx: Tx, subject: Subject, services: Services, export_id: FromPath[str]
) -> Stream:
    """Fetch my copy, signed in with a browser."""
    account_id = subject.account("profile:read")
    found = await ready_export(tx, account_id, subject.session_id, from_text(export_id))
    day = instant(found.created_at_us).date().isoformat()
    return Stream(
        services.storage.read(found.key, 0, found.size_bytes),
        media_type="application/zip",
        headers={
            "Content-Length": str(found.size_bytes),
            "Content-Disposition": f'attachment; filename="nightmarket-{day}.zip"',
            "Cache-Control": "no-store",
        },
    )


@delete("/api/v1/me", status_code=202, tags=["console"])
async def leave_for_good(
    tx: Tx,
    subject: Subject,
    services: Services,
    data: LeaveBody,
    request: Request[Any, Any, Any],
) -> dict[str, str]:
    """Delete me and everything about me, for good. It begins within seconds."""
    edge.keep_on_refusal(request)
    await leave(tx, services, subject, data.password)
    return {"state": "leaving"}


@get("/api/v1/console/overview", tags=["console"])
async def show_overview(
    tx: Tx, subject: Subject, services: Services, now: datetime
) -> OverviewPayload:
    """Show an operator how the house is."""
    subject.require_role("operator")
    house = await see_house(tx, services, now)
    health, figures, now_us = house.health, house.figures, microseconds(now)
    return OverviewPayload(
        now=moment(now_us),
        workers=health.workers,
        listeners=[
            LagPayload(
                lag.listener,
                lag.waiting,
                max(0, now_us - lag.oldest_at_us) // 1000 if lag.waiting else 0,
            )
            for lag in health.lags
        ],
        buried=[
            BuriedPayload(one.listener, one.facts, moment(one.last_at_us), one.error)
            for one in health.buried
        ],
        jobs=[JobsPayload(one.queue, one.state, one.jobs, one.oldest_s) for one in health.jobs],
        stuck=[StuckPayload(one.task, one.jobs) for one in health.stuck],
        tables=[TablePayload(one.name, one.rows, one.bytes) for one in health.tables],
        disk=DiskPayload(health.disk_total_bytes, health.disk_free_bytes, health.database_bytes),
        moderation=WaitingPayload(
            figures.cases_waiting,
            figures.cases_overdue,
            figures.reports_last_day,
            figures.appeals_waiting,
            figures.appeals_overdue,
        ),
        exploration=ExplorationPayload(
            moment(house.deal.made_at_us) if house.deal else None,
            house.deal.shortfall if house.deal else 0,
            house.deal.late if house.deal else 0,
        ),
        capped=[
            CappedPayload(
                to_text(one.viewer_id),
                one.market,
                one.lines,
                one.usual,
                moment(one.since_at_us),
                moment(one.until_at_us),
            )
            for one in house.capped
        ],
        rankers=[_ranker(one.address.text, one.stands) for one in house.rankers],
    )


def _ranker(address: str, stands: Stands | None) -> RankerPayload:
    return RankerPayload(
        address=address,
        answers=stands is not None,
        leads=stands is not None and stands.leads,
        differs=stands is not None and stands.differs,
        step=0 if stands is None else stands.batch_id,
        lag_steps=0 if stands is None else stands.lag_steps,
    )


def _export(export: Export) -> ExportPayload:
    is_ready = export.state is ExportState.READY
    return ExportPayload(
        export_id=to_text(export.export_id),
        state=export.state,
        created_at=moment(export.created_at_us),
        expires_at=moment(export.expires_at_us),
        url=f"/api/v1/me/exports/{to_text(export.export_id)}/file" if is_ready else None,
        bytes=export.size_bytes,
    )


ROUTES = (ask_for_export, list_exports, fetch_export, leave_for_good, show_overview)
