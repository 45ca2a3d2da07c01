"""HTTP of analytics: batches of events in, a creator's figures out."""

from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath

from nightmarket.domains.analytics.actions.show_insights import show_insights
from nightmarket.domains.analytics.actions.take_events import take_events
from nightmarket.domains.analytics.rules.pace import Pace
from nightmarket.domains.analytics.values import Insights
from nightmarket.infra.db import Database, Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import VideoId, from_text

_DAY_S = 86_400
_PACES: WeakKeyDictionary[Database, Pace] = WeakKeyDictionary()
"""One allowance a process and database."""


class RefusedEvent(msgspec.Struct, frozen=True):
    """Which event was refused and why."""

    index: int
    code: str


class EventsAnswer(msgspec.Struct, frozen=True):
    """What became of a batch."""

    accepted: int
    repeated: int
    refused: list[RefusedEvent]


class DayPayload(msgspec.Struct, frozen=True):
    """One day of a video."""

    date: str
    views: int
    watch_ms: int
    finishes: int
    likes: int
    comments: int
    shares: int
    saves: int


class InsightsPayload(msgspec.Struct, frozen=True):
    """A creator's figures of one video; shares are 0..1."""

    views: int
    watch_ms: int
    average_watch_ms: int
    finish_rate: float
    likes: int
    comments: int
    shares: int
    saves: int
    days: list[DayPayload]
    retention: list[float]


@post("/api/v1/events", status_code=200, tags=["analytics"])
async def report_events(
    request: Request[Any, Any, Any], tx: Tx, subject: Subject, services: Services
) -> EventsAnswer:
    """Take up to 500 events; each is accepted, counted as repeated, or refused with a code.

    The body is decoded once, straight from its bytes: see the kinds in the reference.
    """
    subject.viewer("feed:read")
    pace = _PACES.setdefault(services.database, Pace())
    taken = await take_events(tx, await request.body(), subject, services, pace)
    return EventsAnswer(
        taken.accepted,
        taken.repeated,
        [RefusedEvent(refusal.index, refusal.code) for refusal in taken.refused],
    )


@get("/api/v1/videos/{video_id:str}/insights", tags=["analytics"])
async def read_insights(
    video_id: FromPath[str], tx: Tx, subject: Subject, now: datetime
) -> InsightsPayload:
    """Return what the signed-in creator's own video did."""
    found = await show_insights(
        tx, VideoId(from_text(video_id)), subject.account("analytics:read"), now
    )
    return _payload(found)


def _payload(found: Insights) -> InsightsPayload:
    totals = found.counters
    views = max(1, totals.views)
    return InsightsPayload(
        views=totals.views,
        watch_ms=totals.watch_ms,
        average_watch_ms=totals.watch_ms // views,
        finish_rate=totals.finishes / views,
        likes=totals.likes,
        comments=totals.comments,
        shares=totals.shares,
        saves=totals.saves,
        days=[
            DayPayload(
                date=datetime.fromtimestamp(day.day * _DAY_S, tz=UTC).date().isoformat(),
                views=day.views,
                watch_ms=day.watch_ms,
                finishes=day.finishes,
                likes=day.likes,
                comments=day.comments,
                shares=day.shares,
                saves=day.saves,
            )
            for day in found.days
        ],
        retention=list(found.retention),
    )


ROUTES = (report_events, read_insights)
