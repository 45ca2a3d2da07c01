"""Read what was shown, in an inspection: figures, lists, one page in full, whole records."""

import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nightmarket.domains.console.actions.inspect import note
from nightmarket.domains.console.actions.name_shown import Called, name_shown
from nightmarket.domains.console.errors import NoSuchPage
from nightmarket.domains.console.rules import inspecting
from nightmarket.domains.console.values import Inspection
from nightmarket.domains.feed import face as feed
from nightmarket.domains.feed.values.shown import (
    Figures,
    Marks,
    ShownKind,
    ShownPage,
    Stretch,
    Told,
)
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import RequestId, made_at, to_text
from nightmarket.kernel.pages import Page, PageRequest

RECORDS_MAX = 2_000_000
"""So many pages one download has at most: some gigabytes."""
NAMED = (ShownKind.VIDEO, ShownKind.CREATOR)
GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Seen:
    """One page in full. `told`: what the index says of its videos today, by id."""

    viewer: str | None
    record: dict[str, Any]
    told: dict[int, Told]
    called: Called


async def read_figures(
    tx: Tx, subject: Subject, now: datetime, inspection: Inspection, stretch: Stretch
) -> tuple[Figures, Called]:
    """Count everything of a stretch, and say what the most shown are called.

    Raises:
        InspectionClosed, TooMuchShown: as they say.
    """
    inspecting.key_of(inspection, now)
    found = await feed.count_shown(tx, stretch)
    most = {kind: [int(one.value) for one in found.parts if one.kind is kind] for kind in NAMED}
    called = await name_shown(tx, subject, most[ShownKind.VIDEO], most[ShownKind.CREATOR])
    await note(tx, now, inspection, "figures_read", stretch, pages=found.pages)
    return found, called


async def read_list(
    tx: Tx,
    now: datetime,
    inspection: Inspection,
    asked: tuple[Stretch, Marks],
    page: PageRequest,
) -> Page[tuple[ShownPage, str | None]]:
    """List pages that have an item with the marks, each with its viewer's name, newest first.

    Raises:
        InspectionClosed, TooMuchShown: as they say.
    """
    key = inspecting.key_of(inspection, now)
    stretch, marks = asked
    found = await feed.list_shown(tx, stretch, marks, page)
    await note(tx, now, inspection, "pages_read", stretch, marks=_said(marks))
    return found.map(lambda one: (one, inspecting.viewer_name(key, one.viewer_id)))


def _said(marks: Marks) -> str:
    """Return the marks in one line for the log, named as the values are."""
    values = {name: getattr(marks, name) for name in Marks.__dataclass_fields__}
    return " ".join(f"{name}:{value}" for name, value in values.items() if value is not None)


async def read_page(
    tx: Tx, subject: Subject, now: datetime, inspection: Inspection, request_id: RequestId
) -> Seen:
    """Return one page in full.

    Raises:
        InspectionClosed: it is.
        NoSuchPage: not of this market and time, or no longer kept.
    """
    key = inspecting.key_of(inspection, now)
    served_us = microseconds(made_at(request_id))
    record = None
    if inspection.since_us <= served_us < inspection.until_us:
        record = await feed.record_of(tx, request_id)
    if record is None or record["market"] != inspection.market:
        raise NoSuchPage("no such page in this market and time")
    told = await feed.told_of(tx, [item["video_id"] for item in record["items"]])
    creators = [one.creator_id for one in told.values()]
    called = await name_shown(tx, subject, told, creators)
    await note(tx, now, inspection, "page_read", request_id=to_text(request_id))
    viewer = inspecting.viewer_name(key, record.pop("viewer_id"))
    return Seen(viewer, record, told, called)


async def read_records(
    tx: Tx, services: Services, inspection: Inspection, stretch: Stretch
) -> AsyncIterator[bytes]:
    """Return the lines of a stretch, to be sent after this transaction has ended.

    Raises:
        InspectionClosed, TooMuchShown: as they say.
    """
    now = services.clock()
    key = inspecting.key_of(inspection, now)
    pages = await feed.check_amount(tx, stretch, RECORDS_MAX)
    await note(tx, now, inspection, "records_read", stretch, pages=pages)
    return feed.shown_lines(
        services.database, stretch, lambda viewer_id: inspecting.viewer_name(key, viewer_id)
    )


async def packed(lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Compress lines as they come, as `gzip` does."""
    squeeze = zlib.compressobj(level=6, wbits=GZIP)
    async for batch in lines:
        if ready := squeeze.compress(batch):
            yield ready
    yield squeeze.flush()
