"""What was shown in a market: pages, items counted by what they were, whole records in order."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from nightmarket.domains.feed.rules.moments import id_at
from nightmarket.domains.feed.store import records
from nightmarket.domains.feed.store.records import QUERIES, Record
from nightmarket.domains.feed.values.candidates import Origin
from nightmarket.domains.feed.values.records import Way
from nightmarket.domains.feed.values.shown import (
    AGES_US,
    NO_LANGUAGE,
    UNKNOWN,
    Age,
    Marks,
    ShownKind,
    ShownPage,
    Stretch,
    Told,
)
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import ID_MAX

MOST = 20
"""How many states, hashtags and creators are told; the others count in the sums only."""
SPREAD = "spread"
TIMEOUT = "SET LOCAL statement_timeout = '12s'"
Counts = dict[tuple[ShownKind, str], dict[int, int]]
"""Items by what they are, and day."""


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day in sum."""

    day: int
    pages: int
    items: int
    pages_with_rivals: int


@dataclass(frozen=True, slots=True)
class CreatorsRow:
    """So many creators had so many items; `day` None: in the whole stretch."""

    day: int | None
    items: int
    creators: int


@dataclass(frozen=True, slots=True)
class VideoRow:
    """How often one video was shown."""

    video_id: int
    items: int


@dataclass(frozen=True, slots=True)
class Counted:
    """Items by what they are, and how they spread over creators."""

    counts: Counts
    spread: list[CreatorsRow]


@dataclass(frozen=True, slots=True)
class _Valued:
    kind: str
    day: int | None
    value: str
    items: int


@dataclass(frozen=True, slots=True)
class _Tab:
    day: int
    tab: str
    is_personal: bool
    items: int


@dataclass(frozen=True, slots=True)
class _Slot:
    day: int
    source: int
    way: int
    items: int


@dataclass(frozen=True, slots=True)
class _Age:
    day: int
    age: int | None
    items: int


async def limit_time(tx: Tx) -> None:
    """Let no later statement of this transaction take longer than twelve seconds."""
    await tx.run(TIMEOUT)


async def pages(
    tx: Tx,
    stretch: Stretch,
    marks: Marks,
    *,
    among: Collection[int] | None,
    before_id: int | None,
    limit: int,
) -> list[ShownPage]:
    """Return pages with items that are meant, newest first, older than `before_id`.

    `among`: only items of these videos.
    """
    asked = _bounds(stretch) | {"limit": limit}
    asked["before_id"] = min(asked["before_id"], ID_MAX if before_id is None else before_id)
    if marks.video_id is not None and marks == Marks(video_id=marks.video_id) and among is None:
        return await tx.rows(ShownPage, QUERIES["shown_pages_of"], **asked, video_id=marks.video_id)
    return await tx.rows(ShownPage, QUERIES["shown_pages"], **asked, **_filters(marks, among))


def _bounds(stretch: Stretch) -> dict[str, Any]:
    from_id, before_id = id_at(stretch.since_us), id_at(stretch.until_us)
    return {
        "market": stretch.market,
        "tab": None if stretch.tab is None else stretch.tab.value,
        "from_id": from_id,
        "before_id": before_id,
        "first_day": records.day_of(from_id),
        "last_day": records.day_of(before_id),
    }


def _filters(marks: Marks, among: Collection[int] | None) -> dict[str, Any]:
    place = None if marks.age is None else list(Age).index(marks.age)
    language = "" if marks.language == NO_LANGUAGE else marks.language
    told = (language, marks.is_ai, marks.is_mature, marks.is_unknown, place, marks.hashtag)
    return {
        "source": None if marks.source is None else int(marks.source),
        "way": None if marks.way is None else int(marks.way),
        "video_id": marks.video_id,
        "video_among": None if among is None else list(among),
        "is_personal": marks.is_personal,
        "snapshot": marks.snapshot,
        "language": language,
        "is_ai": marks.is_ai,
        "is_mature": marks.is_mature,
        "is_unknown": marks.is_unknown,
        "hashtag": marks.hashtag,
        "creator_id": marks.creator_id,
        "age_least_us": AGES_US[place - 1] if place else None,
        "age_below_us": AGES_US[place] if place is not None and place < len(AGES_US) else None,
        # Nothing is looked up where nothing is asked that the index would have to answer.
        "has_marks": any(one is not None for one in (*told, marks.creator_id)),
    }


async def bulk(tx: Tx, stretch: Stretch, after_id: int, limit: int) -> list[Record]:
    """Return whole records after `after_id`, oldest first."""
    return await records.listed(
        tx, QUERIES["shown_bulk"], **_bounds(stretch), after_id=after_id, limit=limit
    )


async def count(tx: Tx, stretch: Stretch, limit: int) -> int:
    """Return how many pages a stretch has whatever the tab, `limit` at most."""
    asked = {name: value for name, value in _bounds(stretch).items() if name != "tab"}
    return await tx.value(int, QUERIES["shown_count"], **asked, limit=limit) or 0


async def days(tx: Tx, stretch: Stretch) -> list[DayRow]:
    """Return pages and items by day, the days that have any, oldest first."""
    return await tx.rows(DayRow, QUERIES["shown_days"], **_bounds(stretch))


async def videos(tx: Tx, stretch: Stretch, limit: int) -> list[VideoRow]:
    """Return how often each video was shown, the most shown first."""
    return await tx.rows(VideoRow, QUERIES["shown_videos"], **_bounds(stretch), limit=limit)


async def told(tx: Tx, video_ids: Sequence[int]) -> dict[int, Told]:
    """Return what the index says of some videos today; what it does not know is left out."""
    rows = await tx.rows(Told, QUERIES["items_told"], video_ids=list(video_ids))
    return {row.video_id: row for row in rows}


async def counted(tx: Tx, stretch: Stretch) -> Counted:
    """Return items by what they are and day, and how they spread over creators."""
    asked, found = _bounds(stretch), _Sums()
    for tab in await tx.rows(_Tab, QUERIES["shown_tabs"], **asked):
        found.add(ShownKind.TAB, tab.tab, tab.day, tab.items)
        found.add(ShownKind.IS_PERSONAL, str(tab.is_personal).lower(), tab.day, tab.items)
    for slot in await tx.rows(_Slot, QUERIES["shown_slots"], **asked):
        source, way = Origin(slot.source).name.lower(), Way(slot.way).name.lower()
        found.add(ShownKind.SOURCE, source, slot.day, slot.items)
        found.add(ShownKind.WAY, way, slot.day, slot.items)
    ages = list(Age)
    for row in await tx.rows(_Age, QUERIES["shown_ages"], **asked, ages_us=list(AGES_US)):
        age = UNKNOWN if row.age is None else ages[row.age].value
        found.add(ShownKind.AGE, age, row.day, row.items)
    spread = []
    for name in ("shown_snapshots", "shown_told"):
        for one in await tx.rows(_Valued, QUERIES[name], **asked, most=MOST):
            if one.kind == SPREAD:
                spread.append(CreatorsRow(one.day, int(one.value), one.items))
            elif one.day is not None:
                value = one.value or (NO_LANGUAGE if one.kind == ShownKind.LANGUAGE else "")
                found.add(ShownKind(one.kind), value, one.day, one.items)
    return Counted(found.counts, spread)


class _Sums:
    """Adds up items by what they are and day."""

    def __init__(self) -> None:
        self.counts: Counts = defaultdict(dict)

    def add(self, kind: ShownKind, value: str, day: int, items: int) -> None:
        by_day = self.counts[kind, value]
        by_day[day] = by_day.get(day, 0) + items
