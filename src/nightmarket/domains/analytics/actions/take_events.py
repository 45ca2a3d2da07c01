"""Take a batch of what players and pages observed: believe, append once, wake the folds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import numpy as np

from nightmarket.domains.analytics.actions.cap_viewers import Sender, is_counted
from nightmarket.domains.analytics.errors import (
    ImpressionOfAnother,
    MalformedBatch,
    MalformedEvent,
    TooManyEvents,
    TooOften,
)
from nightmarket.domains.analytics.rules import impressions
from nightmarket.domains.analytics.rules.ingest import (
    Accepted,
    Refusal,
    Reporter,
    sift,
    viewers,
)
from nightmarket.domains.analytics.rules.pace import Pace
from nightmarket.domains.analytics.values import BATCH_MAX, ReportedEvent, ReportedEvents
from nightmarket.domains.identity import face as identity
from nightmarket.domains.markets import face as markets
from nightmarket.events.watch import WatchRecorded
from nightmarket.infra import eventlog
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.outbox import publish
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds

_BATCH = msgspec.json.Decoder(ReportedEvents)
SWITCHED_OFF = "switched_off"
_ONE = msgspec.json.Decoder(ReportedEvent)


class _RawEvents(msgspec.Struct):
    events: list[msgspec.Raw]


_RAW = msgspec.json.Decoder(_RawEvents)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch; `repeated` were in the log already or twice in the batch."""

    accepted: int
    repeated: int
    refused: tuple[Refusal, ...]


async def take_events(
    tx: Tx, body: bytes, subject: Subject, services: Services, pace: Pace
) -> Taken:
    """Append the events of a request body that are believed.

    Sending a batch again changes nothing and counts as repeated. Whoever may not be profiled is
    logged without a name: counted, not known. Whoever sends a hundred times what is usual is
    logged and not counted, which the answer does not tell.

    Raises:
        MalformedBatch: not a list of events.
        TooManyEvents: more than 500.
    """
    now = services.clock()
    now_us = microseconds(now)
    events, refused = decode(body)
    if services.settings.is_rate_limited:
        granted = pace.take(subject.viewer_id, len(events), now_us // 1000)
        refused += [Refusal(index, TooOften.code) for index, _ in events[granted:]]
        events = events[:granted]
    ids: frozenset[int] = frozenset({subject.viewer_id, subject.guest_id or subject.viewer_id})
    key = impressions.key_of(services.secret)
    accepted, doubted = sift(events, Reporter(ids, now_us // 1000, key))
    if subject.account_id is not None and _is_of_another(doubted):
        wanted = list(viewers(events, key) - ids)
        ids |= await identity.guests_of(tx, subject.account_id, wanted)
        accepted, doubted = sift(events, Reporter(ids, now_us // 1000, key))
    viewer_id = subject.viewer_id if is_known(subject, now) else 0
    entries = _entries(accepted, viewer_id, now_us // 1000)
    sender = Sender(subject.viewer_id, subject.market)
    counts = not accepted or await is_counted(tx, sender, len(accepted), now_us)
    new = await eventlog.append(
        tx, entries, market=subject.market, received_at_us=now_us, is_counted=counts
    )
    if new and counts:
        await publish(
            tx,
            WatchRecorded(
                event_id=services.ids(), occurred_at=now, market=subject.market, count=new
            ),
        )
    refusals = sorted([*refused, *doubted], key=lambda refusal: refusal.index)
    codes = [refusal.code for refusal in refusals]
    eventlog.count(new, len(accepted) - new, codes, capped=0 if counts else new)
    return Taken(new, len(accepted) - new, tuple(refusals))


def _is_of_another(doubted: Sequence[Refusal]) -> bool:
    """Whether some were shown to somebody else: perhaps to the guest this account was before."""
    return any(one.code == ImpressionOfAnother.code for one in doubted)


def decode(body: bytes) -> tuple[list[tuple[int, ReportedEvent]], list[Refusal]]:
    """Return the readable events with their index, and a refusal for each unreadable one.

    Raises:
        MalformedBatch: not a list of events.
        TooManyEvents: more than 500.
    """
    try:
        batch = _BATCH.decode(body)
    except msgspec.DecodeError:  # ValidationError too: then one by one, to say which.
        return _decode_one_by_one(body)
    _check_size(batch.events)
    return list(enumerate(batch.events)), []


def _decode_one_by_one(body: bytes) -> tuple[list[tuple[int, ReportedEvent]], list[Refusal]]:
    try:
        raw = _RAW.decode(body).events
    except msgspec.DecodeError as error:
        raise MalformedBatch("send {events: [...]}", problem=str(error)[:200]) from error
    _check_size(raw)
    events: list[tuple[int, ReportedEvent]] = []
    refused: list[Refusal] = []
    for index, one in enumerate(raw):
        try:
            events.append((index, _ONE.decode(one)))
        except msgspec.DecodeError:
            refused.append(Refusal(index, MalformedEvent.code))
    return events, refused


def _check_size(events: Sequence[object]) -> None:
    if len(events) > BATCH_MAX:
        raise TooManyEvents(f"send at most {BATCH_MAX} events at once", count=len(events))


def is_known(subject: Subject, now: datetime) -> bool:
    """Whether what this viewer does may be kept under its name."""
    return unknown_because(subject, now) is None


def unknown_because(subject: Subject, now: datetime) -> str | None:
    """Return why nothing may be kept under a viewer's name; None: it may.

    The market's rule for a minor whose market forbids profiling, else `switched_off` for who
    switched personalisation off.
    """
    age = markets.market(subject.market).minor_until_age - 1 if subject.is_minor else None
    facts = markets.Facts(viewer_market=subject.market, age_years=age, at=now)
    decision = markets.decide(markets.Action.PERSONALISE, facts)
    if not decision.is_allowed:
        return decision.rule
    return None if subject.is_personalised else SWITCHED_OFF


def _entries(accepted: Sequence[Accepted], viewer_id: int, now_ms: int) -> eventlog.Entries:
    """Lay the events out in columns; a client's clock that runs ahead is set back to ours."""
    rows = [
        (
            one.kind.kind,
            one.impression.surface,
            one.impression.position,
            one.impression.video_id,
            one.impression.request_id,
            one.impression.shown_at_ms * 1000,
            min(one.event.occurred_at_ms, now_ms) * 1000,
            one.event.watch_ms or 0,
            one.event.position_ms,
            one.event.duration_ms,
            one.event.loops,
        )
        for one in accepted
    ]
    columns = np.array(rows, dtype=np.int64).reshape(len(rows), 11).T
    return eventlog.Entries(
        event_ids=b"".join([one.event.event_id.bytes for one in accepted]),
        kinds=columns[0],
        surfaces=columns[1],
        positions=columns[2],
        viewer_ids=np.full(len(rows), viewer_id, dtype=np.int64),
        item_ids=columns[3],
        request_ids=columns[4],
        shown_at_us=columns[5],
        occurred_at_us=columns[6],
        watch_ms=columns[7],
        position_ms=columns[8],
        duration_ms=columns[9],
        amounts=columns[10],
    )
