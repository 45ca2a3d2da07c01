"""Which reported events are believed: each against its own impression, without look-ups."""

from collections.abc import Iterable
from dataclasses import dataclass

from nightmarket.domains.analytics import errors
from nightmarket.domains.analytics.rules import impressions
from nightmarket.domains.analytics.rules.views import SLACK_MS
from nightmarket.domains.analytics.values import (
    OBSERVED,
    TAKEN_ELSEWHERE,
    Impression,
    ObservedKind,
    ReportedEvent,
)

FUTURE_MS_MAX = 5 * 60_000
"""How far a client's clock may run ahead, or behind the moment an item was shown."""
LATE_MS_MAX = 48 * 3_600_000
"""How long a phone without a network may keep its events."""
UUID_VERSION = 7

_KINDS = {observed.name: observed for observed in OBSERVED}


@dataclass(frozen=True, slots=True)
class Accepted:
    """An event that is believed, with what it is about."""

    event: ReportedEvent
    kind: ObservedKind
    impression: Impression


@dataclass(frozen=True, slots=True)
class Refusal:
    """Which event of the batch was refused, and its stable code."""

    index: int
    code: str


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports, as the server knows it: every id the viewer goes by, and the moment."""

    viewer_ids: frozenset[int]
    now_ms: int
    key: bytes


def sift(
    events: Iterable[tuple[int, ReportedEvent]], reporter: Reporter
) -> tuple[list[Accepted], list[Refusal]]:
    """Return the events that are believed, in order, and the others with their codes."""
    known: dict[str, Impression | None] = {}
    accepted: list[Accepted] = []
    refused: list[Refusal] = []
    for index, event in events:
        token = event.impression_id
        if token not in known:
            known[token] = _impression(token, reporter.key)
        impression, kind = known[token], _KINDS.get(event.kind)
        code = _refusal(event, kind, impression, reporter)
        if code is None and kind is not None and impression is not None:
            accepted.append(Accepted(event, kind, impression))
        else:
            refused.append(Refusal(index, code or errors.MalformedEvent.code))
    return accepted, refused


def viewers(events: Iterable[tuple[int, ReportedEvent]], key: bytes) -> set[int]:
    """Return every viewer whose impressions the events name."""
    tokens = {event.impression_id for _, event in events}
    found = (_impression(token, key) for token in tokens)
    return {one.viewer_id for one in found if one is not None}


def doubt(impression: Impression, reporter: Reporter) -> str | None:
    """Return why a deed is not believed to have been done at this impression; None: it is."""
    if impression.viewer_id not in reporter.viewer_ids:
        return errors.ImpressionOfAnother.code
    oldest_ms, latest_ms = reporter.now_ms - LATE_MS_MAX, reporter.now_ms + FUTURE_MS_MAX
    is_timely = oldest_ms <= impression.shown_at_ms <= latest_ms
    return None if is_timely else errors.ImplausibleTime.code


def _impression(token: str, key: bytes) -> Impression | None:
    try:
        return impressions.read(token, key)
    except errors.UnknownImpression:
        return None


def _refusal(
    event: ReportedEvent,
    kind: ObservedKind | None,
    impression: Impression | None,
    reporter: Reporter,
) -> str | None:
    if kind is None:
        if event.kind in TAKEN_ELSEWHERE:
            return errors.KindNotTaken.code
        return errors.UnknownKind.code
    if impression is None:
        return errors.UnknownImpression.code
    if impression.viewer_id not in reporter.viewer_ids:
        return errors.ImpressionOfAnother.code
    return _time_refusal(event, impression, reporter.now_ms) or _watch_refusal(
        event, kind, reporter.now_ms - impression.shown_at_ms
    )


def _time_refusal(event: ReportedEvent, impression: Impression, now_ms: int) -> str | None:
    number = event.event_id.int
    if number >> 76 & 15 != UUID_VERSION:
        return errors.EventIdNotTimed.code
    latest_ms = now_ms + FUTURE_MS_MAX
    is_timely = (
        now_ms - LATE_MS_MAX <= number >> 80 <= latest_ms
        and impression.shown_at_ms - FUTURE_MS_MAX <= event.occurred_at_ms <= latest_ms
        and impression.shown_at_ms <= latest_ms
    )
    return None if is_timely else errors.ImplausibleTime.code


def _watch_refusal(event: ReportedEvent, kind: ObservedKind, passed_ms: int) -> str | None:
    """Nobody watches longer than the time since the item was served, whatever their clock says."""
    if event.watch_ms is None:
        return errors.ImplausibleWatch.code if kind.needs_watch else None
    if event.watch_ms > max(0, passed_ms) + SLACK_MS:
        return errors.ImplausibleWatch.code
    return None
