"""HTTP of inspections: auditors look into what a market was shown, and every look is noted."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, delete, get, post
from litestar.di import Provide
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from nightmarket.domains.console.actions import inspect, read_shown
from nightmarket.domains.console.routes import shown
from nightmarket.domains.console.routes.payloads import (
    InspectedPagePayload,
    InspectionPayload,
    InspectionsPayload,
    ListedPagesPayload,
    ShownFiguresPayload,
)
from nightmarket.domains.console.rules import inspecting
from nightmarket.domains.console.store import inspections
from nightmarket.domains.console.values import Inspection
from nightmarket.domains.feed.values.query import Tab
from nightmarket.domains.feed.values.shown import Stretch
from nightmarket.domains.markets import face as markets
from nightmarket.infra import edge
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel import pages
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import RequestId, from_text


class InspectionWish(msgspec.Struct, frozen=True):
    """Which market and time, from `since` (inclusive) to `until`, and why."""

    market: str
    since: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Asked:
    """An inspection, and which stretch of it is meant."""

    inspection: Inspection
    stretch: Stretch


async def provide_asked(  # noqa: PLR0913, PLR0917  # Query parameters are arguments here.
    tx: Tx,
    subject: Subject,
    now: datetime,
    inspection_id: FromPath[str],
    since: FromQuery[datetime | None] = None,
    until: FromQuery[datetime | None] = None,
    tab: FromQuery[Tab | None] = None,
) -> Asked:
    """Find the caller's inspection, and what of it is asked for; left out: all of it."""
    subject.require_role(inspect.AUDITOR)
    found = await inspect.find_inspection(tx, subject, from_text(inspection_id), now)
    return Asked(found, inspecting.stretch(found, since, until, tab))


@post("/api/v1/console/inspections", tags=["console"])
async def open_inspection(
    tx: Tx, subject: Subject, services: Services, data: InspectionWish
) -> InspectionPayload:
    """Begin to look into what a market was shown; auditors of this market only."""
    subject.require_role(inspect.AUDITOR)
    market = markets.market(data.market).code
    since_us, until_us = inspecting.span(data.since, data.until)
    wish = Stretch(market=market, since_us=since_us, until_us=until_us)
    made = await inspect.open_inspection(tx, services, subject, wish, data.reason)
    return shown.inspection_payload(made, made.created_at_us)


@get("/api/v1/console/inspections", tags=["console"])
async def list_inspections(tx: Tx, subject: Subject, now: datetime) -> InspectionsPayload:
    """List my inspections, newest first."""
    account_id = subject.require_role(inspect.AUDITOR)
    found = await inspections.all_of(tx, account_id)
    return InspectionsPayload([shown.inspection_payload(one, microseconds(now)) for one in found])


@delete("/api/v1/console/inspections/{inspection_id:str}", tags=["console"])
async def close_inspection(
    tx: Tx, subject: Subject, now: datetime, inspection_id: FromPath[str]
) -> None:
    """Close an inspection of mine: the names of its viewers are thrown away for good."""
    subject.require_role(inspect.AUDITOR)
    await inspect.close_inspection(tx, subject, from_text(inspection_id), now)


@get(
    "/api/v1/console/inspections/{inspection_id:str}/figures",
    tags=["console"],
    dependencies={"asked": Provide(provide_asked)},
)
async def read_figures(
    tx: Tx, subject: Subject, asked: Asked, now: datetime, spoken: str
) -> ShownFiguresPayload:
    """Count what was shown: by day, source, way, tab, language, label, hashtag, creator and age."""
    found, called = await read_shown.read_figures(tx, subject, now, asked.inspection, asked.stretch)
    saying = shown.Saying(spoken, called)
    return shown.figures_payload(asked.inspection.inspection_id, asked.stretch, found, saying)


@get(
    "/api/v1/console/inspections/{inspection_id:str}/pages",
    tags=["console"],
    dependencies={"asked": Provide(provide_asked)},
)
async def list_pages(
    tx: Tx,
    asked: Asked,
    now: datetime,
    mark: FromQuery[list[str] | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> ListedPagesPayload:
    """List the pages that were served, newest first; `mark`: only with an item that has them all.

    A mark is `kind:value` as the figures say it, such as `source:following` or `video_id:…`.
    """
    marks, tab = inspecting.marks(mark or ())
    stretch = inspecting.within_tab(asked.stretch, tab)
    page = pages.request(cursor, limit)
    found = await read_shown.read_list(tx, now, asked.inspection, (stretch, marks), page)
    number = asked.inspection.inspection_id
    return ListedPagesPayload(
        items=[shown.listed_payload(number, one, viewer) for one, viewer in found.items],
        next_cursor=found.next_cursor,
    )


@get(
    "/api/v1/console/inspections/{inspection_id:str}/pages/{request_id:str}",
    tags=["console"],
    dependencies={"asked": Provide(provide_asked)},
)
async def read_page(
    tx: Tx, subject: Subject, asked: Asked, now: datetime, spoken: str, request_id: FromPath[str]
) -> InspectedPagePayload:
    """Read one page in full: what each score is made of, and among what the random slot was."""
    number = RequestId(from_text(request_id))
    seen = await read_shown.read_page(tx, subject, now, asked.inspection, number)
    return shown.page_payload(seen, spoken)


@get(
    "/api/v1/console/inspections/{inspection_id:str}/records",
    tags=["console"],
    media_type="application/x-ndjson",
    dependencies={"asked": Provide(provide_asked)},
)
async def download_records(
    tx: Tx, asked: Asked, services: Services, request: Request[Any, Any, Any]
) -> Stream:
    """Download whole records as lines of JSON, oldest first."""
    lines = await _lines(tx, asked, services, request)
    return Stream(lines, headers=_saved_as(asked, "jsonl"))


@get(
    "/api/v1/console/inspections/{inspection_id:str}/records.gz",
    tags=["console"],
    media_type="application/gzip",
    dependencies={"asked": Provide(provide_asked)},
)
async def download_packed_records(
    tx: Tx, asked: Asked, services: Services, request: Request[Any, Any, Any]
) -> Stream:
    """Download the same lines compressed by gzip: about a tenth of the bytes."""
    lines = await _lines(tx, asked, services, request)
    return Stream(read_shown.packed(lines), headers=_saved_as(asked, "jsonl.gz"))


async def _lines(
    tx: Tx, asked: Asked, services: Services, request: Request[Any, Any, Any]
) -> AsyncIterator[bytes]:
    lines = await read_shown.read_records(tx, services, asked.inspection, asked.stretch)
    await edge.release(request)  # Each batch has a transaction of its own; this one is noted.
    return lines


def _saved_as(asked: Asked, ending: str) -> dict[str, str]:
    name = f"shown-{asked.inspection.market}.{ending}"
    return {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{name}"',
    }


ROUTES = (
    open_inspection,
    list_inspections,
    close_inspection,
    read_figures,
    list_pages,
    read_page,
    download_records,
    download_packed_records,
)
