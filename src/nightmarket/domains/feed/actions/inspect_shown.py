"""Inspect what was shown in a market: pages that meet marks, and everything counted."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from psycopg.errors import QueryCanceled

from nightmarket.domains.feed.errors import TooMuchShown
from nightmarket.domains.feed.rules.concentration import concentration
from nightmarket.domains.feed.store import shown
from nightmarket.domains.feed.store.shown import Counts, CreatorsRow, VideoRow
from nightmarket.domains.feed.values.shown import (
    UNRACED,
    Concentration,
    Figures,
    Marks,
    Part,
    ShownDay,
    ShownKind,
    ShownPage,
    Stretch,
)
from nightmarket.domains.pools import face as pools
from nightmarket.infra.db import Tx
from nightmarket.kernel import pages
from nightmarket.kernel.pages import Page, PageRequest

PAGES_MAX = 200_000
"""So many pages are counted while somebody waits: some seconds."""
VIDEOS_MAX = 200_000
"""Of more different videos neither the number nor the pool levels are told."""
VIDEOS_TOLD = 20


@asynccontextmanager
async def _within_limits(tx: Tx) -> AsyncIterator[None]:
    """Refuse, instead of failing, what takes the database too long."""
    await shown.limit_time(tx)
    try:
        yield
    except QueryCanceled as error:
        raise TooMuchShown("this takes too long to count; ask for less time") from error


async def check_amount(tx: Tx, stretch: Stretch, pages_max: int) -> int:
    """Return how many pages a stretch has.

    Raises:
        TooMuchShown: more than `pages_max`.
    """
    async with _within_limits(tx):
        found = await shown.count(tx, stretch, pages_max + 1)
    if found > pages_max:
        raise TooMuchShown("so many pages are too many; ask for less time", pages_max=pages_max)
    return found


async def list_shown(tx: Tx, stretch: Stretch, marks: Marks, page: PageRequest) -> Page[ShownPage]:
    """Return pages of a stretch that have an item that meets all marks, the newest first.

    Raises:
        TooMuchShown: pages that meet them are so rare that looking for them takes too long.
    """
    before_id = page.after[0] if page.after else None
    async with _within_limits(tx):
        among = None
        if marks.pool_level is not None:
            levels = await _levels(tx, await shown.videos(tx, stretch, VIDEOS_MAX + 1))
            among = [one for one, level in levels.items() if level == marks.pool_level]
        found = await shown.pages(
            tx, stretch, marks, among=among, before_id=before_id, limit=page.limit + 1
        )
    return pages.page(found, page.limit, lambda one: (one.request_id,))


async def _levels(tx: Tx, rows: Sequence[VideoRow]) -> dict[int, int]:
    """Return the level of each video, -1: it never raced.

    Raises:
        TooMuchShown: too many videos.
    """
    if len(rows) > VIDEOS_MAX:
        raise TooMuchShown("so many videos are too many; ask for less time", videos_max=VIDEOS_MAX)
    known = await pools.levels_of(tx, [row.video_id for row in rows])
    return {row.video_id: known.get(row.video_id, -1) for row in rows}


async def count_shown(tx: Tx, stretch: Stretch) -> Figures:
    """Return everything that is counted of a stretch, whole and by day.

    Raises:
        TooMuchShown: more than `PAGES_MAX` pages.
    """
    await check_amount(tx, stretch, PAGES_MAX)
    async with _within_limits(tx):
        days = await shown.days(tx, stretch)
        counted = await shown.counted(tx, stretch)
        videos = await shown.videos(tx, stretch, VIDEOS_MAX + 1)
        is_whole = len(videos) <= VIDEOS_MAX
        levels = await _levels(tx, videos) if is_whole else {}
    order = [row.day for row in days]
    return Figures(
        pages=sum(row.pages for row in days),
        items=sum(row.items for row in days),
        pages_with_rivals=sum(row.pages_with_rivals for row in days),
        videos=len(videos) if is_whole else None,
        concentration=_of(counted.spread, None),
        days=tuple(
            ShownDay(
                day=row.day,
                pages=row.pages,
                items=row.items,
                pages_with_rivals=row.pages_with_rivals,
                concentration=_of(counted.spread, row.day),
            )
            for row in days
        ),
        parts=(*_parts(counted.counts, order), *_video_parts(videos, levels)),
    )


def _of(creators: Sequence[CreatorsRow], day: int | None) -> Concentration:
    return concentration((row.items, row.creators) for row in creators if row.day == day)


def _parts(counts: Counts, order: Sequence[int]) -> list[Part]:
    """Return parts by kind, those with the most items first."""
    found = [
        Part(
            kind=kind,
            value=value,
            items=sum(by_day.values()),
            by_day=tuple(by_day.get(day, 0) for day in order),
        )
        for (kind, value), by_day in counts.items()
    ]
    kinds = list(ShownKind)
    return sorted(found, key=lambda one: (kinds.index(one.kind), -one.items, one.value))


def _video_parts(videos: Sequence[VideoRow], levels: dict[int, int]) -> list[Part]:
    by_level: defaultdict[int, int] = defaultdict(int)
    for row in videos if levels else ():
        by_level[levels[row.video_id]] += row.items
    most = [
        Part(kind=ShownKind.VIDEO, value=str(row.video_id), items=row.items)
        for row in videos[:VIDEOS_TOLD]
    ]
    raced = [
        Part(kind=ShownKind.POOL_LEVEL, value=UNRACED if level < 0 else str(level), items=items)
        for level, items in sorted(by_level.items())
    ]
    return most + raced
