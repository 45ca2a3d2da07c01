"""Pure decisions of inspections: what may be asked, what is meant, how viewers are called."""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from nightmarket.domains.console.errors import (
    InspectionClosed,
    InspectionsTooMany,
    ReasonNeeded,
    SpanRefused,
    UnknownMark,
)
from nightmarket.domains.console.values import Inspection
from nightmarket.domains.feed.values.candidates import Origin
from nightmarket.domains.feed.values.query import Tab
from nightmarket.domains.feed.values.records import Way
from nightmarket.domains.feed.values.shown import UNKNOWN, UNRACED, Age, Marks, ShownKind, Stretch
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import EPOCH, MalformedId, from_text, to_text

SPAN_MAX = timedelta(days=31)
KEPT_OPEN = timedelta(days=90)
"""After so long an inspection closes by itself."""
OPEN_MAX = 20
REASON_LENGTHS = range(10, 501)
KEY_BYTES = 32
NAME_BITS = 60
"""Of a viewer's name: among a million viewers two share one with a chance of one in two million."""
MILLISECOND_US = 1_000
MARK_LENGTH_MAX = 120
MARKS_MAX = len(ShownKind) + 1


def viewer_name(key: bytes, viewer_id: int) -> str | None:
    """Return what a viewer is called in one inspection; None: nobody may know who it was."""
    assert len(key) == KEY_BYTES
    if not viewer_id:
        return None
    digest = hmac.digest(key, viewer_id.to_bytes(8), hashlib.sha256)
    return f"viewer-{to_text(int.from_bytes(digest[:8]) >> (64 - NAME_BITS))}"


def span(since: datetime, until: datetime) -> tuple[int, int]:
    """Return the bounds in microseconds, to the millisecond: so ids tell time.

    Raises:
        SpanRefused: without a zone, the wrong way round, too long, or before there was anything.
    """
    if since.tzinfo is None or until.tzinfo is None:
        raise SpanRefused("say the time zone, as 2026-11-22T00:00:00Z does")
    if not EPOCH <= since < until:
        raise SpanRefused("the time must begin before it ends")
    if until - since > SPAN_MAX:
        raise SpanRefused("a month is inspected at most", days_max=SPAN_MAX.days)
    since_us, until_us = _whole(since), _whole(until)
    if since_us >= until_us:
        raise SpanRefused("the time must begin before it ends")
    return since_us, until_us


def _whole(at: datetime) -> int:
    return microseconds(at) // MILLISECOND_US * MILLISECOND_US


def reason(text: str) -> str:
    """Return why somebody looks, without blanks around it.

    Raises:
        ReasonNeeded: too short to say anything, or too long.
    """
    found = text.strip()
    if len(found) not in REASON_LENGTHS or "\0" in found:
        raise ReasonNeeded(
            "say in some words why you look", letters_min=REASON_LENGTHS.start, letters_max=500
        )
    return found


def check_open(open_now: int) -> None:
    """Refuse one inspection too many.

    Raises:
        InspectionsTooMany: so many are open.
    """
    if open_now >= OPEN_MAX:
        raise InspectionsTooMany("close an inspection first", open_max=OPEN_MAX)


def key_of(inspection: Inspection, now: datetime) -> bytes:
    """Return the key of the names in an inspection that is open.

    Raises:
        InspectionClosed: by its auditor, or by time.
    """
    if inspection.key is None or inspection.expires_at_us <= microseconds(now):
        raise InspectionClosed("this inspection is closed")
    return inspection.key


def stretch(
    inspection: Inspection, since: datetime | None, until: datetime | None, tab: Tab | None
) -> Stretch:
    """Return what of an inspection is asked for; None: from its beginning, to its end.

    Raises:
        SpanRefused: outside of what the inspection was opened for.
    """
    if (since and since.tzinfo is None) or (until and until.tzinfo is None):
        raise SpanRefused("say the time zone, as 2026-11-22T00:00:00Z does")
    since_us = inspection.since_us if since is None else _whole(since)
    until_us = inspection.until_us if until is None else _whole(until)
    if not inspection.since_us <= since_us < until_us <= inspection.until_us:
        raise SpanRefused("this inspection was opened for another time")
    return Stretch(market=inspection.market, since_us=since_us, until_us=until_us, tab=tab)


def marks(said: Sequence[str]) -> tuple[Marks, Tab | None]:
    """Read `kind:value`, each kind once; the tab is of the page, so it comes apart.

    Raises:
        UnknownMark: no such kind, no such value, or a kind twice.
    """
    found: dict[str, object] = {}
    if len(said) > MARKS_MAX:
        raise UnknownMark("so many marks there are not", marks_max=MARKS_MAX)
    for one in said:
        name, value = _mark(one)
        if name in found:
            raise UnknownMark("each kind of mark once", mark=one[:MARK_LENGTH_MAX])
        found[name] = value
    tab = found.pop("tab", None)
    assert tab is None or isinstance(tab, Tab)
    return Marks(**found), tab  # type: ignore[arg-type]  # `READERS` read each kind's own type.


def within_tab(whole: Stretch, tab: Tab | None) -> Stretch:
    """Return what of a stretch is on a tab; None: all of it.

    Raises:
        UnknownMark: it is of another tab already.
    """
    if tab is None or tab is whole.tab:
        return whole
    if whole.tab is not None:
        raise UnknownMark("a page has one tab", mark=f"tab:{tab.value}")
    return replace(whole, tab=tab)


def _mark(said: str) -> tuple[str, object]:
    name, _, value = said[: MARK_LENGTH_MAX + 1].partition(":")
    try:
        kind = ShownKind(name)
        if value == UNKNOWN and kind in {ShownKind.IS_AI, ShownKind.IS_MATURE, ShownKind.AGE}:
            return "is_unknown", True
        if len(said) > MARK_LENGTH_MAX or "\0" in said:
            raise ValueError(said)  # noqa: TRY301  # Refused like all that cannot be read.
        return kind.value, READERS[kind](value)
    except (ValueError, KeyError, MalformedId) as error:
        raise UnknownMark("no such mark", mark=said[:MARK_LENGTH_MAX]) from error


def _yes(value: str) -> bool:
    return {"true": True, "false": False}[value]


def _level(value: str) -> int:
    if value == UNRACED:
        return -1
    level = int(value)
    if not 0 <= level <= 15:  # noqa: PLR2004  # As the table of items has it.
        raise ValueError(value)
    return level


READERS: dict[ShownKind, Callable[[str], object]] = {
    ShownKind.TAB: Tab,
    ShownKind.IS_PERSONAL: _yes,
    ShownKind.SOURCE: lambda value: Origin[value.upper()],
    ShownKind.WAY: lambda value: Way[value.upper()],
    ShownKind.LANGUAGE: str,
    ShownKind.IS_AI: _yes,
    ShownKind.IS_MATURE: _yes,
    ShownKind.AGE: Age,
    ShownKind.SNAPSHOT: str,
    ShownKind.HASHTAG: str,
    ShownKind.CREATOR: from_text,
    ShownKind.VIDEO: from_text,
    ShownKind.POOL_LEVEL: _level,
}
"""What reads the value of each kind."""
