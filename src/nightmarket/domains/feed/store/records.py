"""The served record in the database: one row a page, by days."""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from nightmarket.domains.feed.rules.moments import made_at_us
from nightmarket.domains.feed.values.candidates import Origin
from nightmarket.domains.feed.values.records import (
    Float,
    Layout,
    Recorded,
    Rivals,
    Way,
    as_bytes,
    from_bytes,
)
from nightmarket.domains.feed.values.steering import Served
from nightmarket.infra import partitions, sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import RequestId

QUERIES = sql.load("nightmarket.domains.feed")
TABLE = "feed_record"
DAYS_AHEAD = 2
READ_MAX = 200
"""Pages with a random slot read at once: each has some hundred rivals."""


@dataclass(frozen=True, slots=True)
class Record:
    """The record of one page, and whose it was. `viewer_id` 0: nobody may know."""

    request_id: RequestId
    viewer_id: int
    market: str
    tab: str
    made_at_us: int
    numbers: Recorded


@dataclass(frozen=True, slots=True)
class _Row:
    request_id: int
    viewer_id: int
    market: str
    tab: str
    made_at_us: int
    layout_id: int
    snapshot: str
    trust: float
    video_ids: list[int]
    sources: list[int]
    ways: list[int]
    scores: list[float]
    probabilities: list[float]
    propensities: list[float]
    features: bytes
    heads: bytes
    rival_ids: list[int]
    rival_features: bytes
    rival_heads: bytes


@dataclass(frozen=True, slots=True)
class _Layout:
    layout_id: int
    version: str
    features: list[str]
    weights: list[float]
    heads: list[str]
    worths: list[float]


def day_of(request_id: int) -> int:
    """Return the day a page's record is kept under: that of its id, so a reader can find it."""
    return partitions.day_of(made_at_us(request_id))


async def make_room(tx: Tx, days: Iterable[int]) -> None:
    """Make the partitions of `days` that are missing; before the transaction reads the table."""
    if wanted := sorted(days):
        await partitions.ensure(tx, TABLE, wanted)


async def put(tx: Tx, pages: Sequence[Served], written: Collection[int] = ()) -> set[int]:
    """Keep the numbers of pages; again changes nothing. Returns the layouts that are there now.

    `written`: layouts that are there already, for sure.
    """
    known = [(page, page.numbers) for page in pages if page.numbers is not None]
    layouts = {numbers.layout.layout_id: numbers.layout for _, numbers in known}
    for layout_id in layouts.keys() - set(written):
        await tx.run(QUERIES["layout_put"], **_lists(layouts[layout_id]))
    if known:
        await tx.run_many(QUERIES["record_put"], [_row(*one) for one in known])
    return set(layouts)


def _lists(layout: Layout) -> dict[str, Any]:
    values = asdict(layout).items()
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values}


def _row(page: Served, numbers: Recorded) -> dict[str, object]:
    nothing = np.zeros((0, 0), dtype=np.float32)
    rivals = numbers.rivals or Rivals(ids=np.zeros(0, np.int64), features=nothing, heads=nothing)
    return {
        "day": day_of(page.request_id),
        "request_id": page.request_id,
        "viewer_id": page.viewer_id,
        "market": page.market,
        "tab": page.tab,
        "made_at_us": page.made_at_us,
        "layout_id": numbers.layout.layout_id,
        "snapshot": numbers.snapshot,
        "trust": numbers.trust,
        "video_ids": numbers.ids.tolist(),
        "sources": numbers.sources.tolist(),
        "ways": numbers.ways.tolist(),
        "scores": numbers.scores.tolist(),
        "probabilities": numbers.probabilities.tolist(),
        "propensities": numbers.propensities.tolist(),
        "features": as_bytes(numbers.features),
        "heads": as_bytes(numbers.heads),
        "rivals": len(rivals),
        "rival_ids": rivals.ids.tolist(),
        "rival_features": as_bytes(rivals.features),
        "rival_heads": as_bytes(rivals.heads),
    }


async def read(tx: Tx, request_id: RequestId) -> Record | None:
    """Return the record of one page; None: never was, or no longer kept."""
    row = await tx.maybe(
        _Row, QUERIES["record_read"], day=day_of(request_id), request_id=request_id
    )
    return None if row is None else (await _records(tx, [row]))[0]


async def with_rivals(tx: Tx, days: Iterable[int]) -> AsyncIterator[Record]:
    """Yield the pages of these days that have a random slot, oldest first."""
    for day in days:
        after_id, count = 0, READ_MAX
        while count == READ_MAX:
            found = await tx.rows(
                _Row, QUERIES["records_with_rivals"], day=day, after_id=after_id, limit=READ_MAX
            )
            for record in await _records(tx, found):
                yield record
                after_id = record.request_id
            count = len(found)


async def listed(tx: Tx, query: str, **asked: object) -> list[Record]:
    """Return the records that a query of all their columns finds, in its order."""
    return await _records(tx, await tx.rows(_Row, query, **asked))


async def days_kept(tx: Tx) -> list[int]:
    """Return the days that records may lie in, oldest first."""
    return await partitions.days_kept(tx, TABLE)


async def trim(tx: Tx, now_us: int, days: int) -> None:
    """Make room for the next days and drop what is older than `days`."""
    today = partitions.day_of(now_us)
    await partitions.ensure(tx, TABLE, range(today, today + DAYS_AHEAD + 1))
    await partitions.drop_before(tx, TABLE, today - days)


async def of_viewer(tx: Tx, viewer_id: int) -> list[dict[str, Any]]:
    """Return every record of a viewer with its columns named, for export."""
    rows = await tx.rows(_Row, QUERIES["records_of"], viewer_id=viewer_id)
    return [as_named(record) for record in await _records(tx, rows)]


def as_named(record: Record) -> dict[str, Any]:
    """Return a record in plain words and numbers: every item and rival with named columns."""
    numbers = record.numbers
    layout, rivals = numbers.layout, numbers.rivals
    items = [
        {
            "video_id": int(numbers.ids[place]),
            "source": Origin(int(numbers.sources[place])).name.lower(),
            "way": Way(int(numbers.ways[place])).name.lower(),
            "score": float(numbers.scores[place]),
            "probability": float(numbers.probabilities[place]),
            "propensity": float(numbers.propensities[place]),
            "features": _named(layout.features, numbers.features, place),
            "heads": _named(layout.heads, numbers.heads, place),
        }
        for place in range(len(numbers))
    ]
    return {
        "request_id": int(record.request_id),
        "market": record.market,
        "tab": record.tab,
        "made_at_us": record.made_at_us,
        "version": layout.version,
        "weights": dict(zip(layout.features, layout.weights, strict=True)),
        "worths": dict(zip(layout.heads, layout.worths, strict=True)),
        "snapshot": numbers.snapshot,
        "trust": numbers.trust,
        "items": items,
        "rivals": [
            {
                "video_id": int(rivals.ids[place]),
                "features": _named(layout.features, rivals.features, place),
                "heads": _named(layout.heads, rivals.heads, place),
            }
            for place in range(len(rivals))
        ]
        if rivals
        else [],
    }


def _named(names: tuple[str, ...], table: Float, place: int) -> dict[str, float]:
    return dict(zip(names, table[place].tolist(), strict=True)) if table.shape[1] else {}


async def _records(tx: Tx, rows: Sequence[_Row]) -> list[Record]:
    ids = sorted({row.layout_id for row in rows})
    layouts = {
        one.layout_id: Layout(
            layout_id=one.layout_id,
            version=one.version,
            features=tuple(one.features),
            weights=tuple(one.weights),
            heads=tuple(one.heads),
            worths=tuple(one.worths),
        )
        for one in await tx.rows(_Layout, QUERIES["layouts_read"], layout_ids=ids)
    }
    return [_record(row, layouts[row.layout_id]) for row in rows]


def _record(row: _Row, layout: Layout) -> Record:
    count, rivals = len(row.video_ids), len(row.rival_ids)
    numbers = Recorded(
        layout=layout,
        snapshot=row.snapshot,
        trust=row.trust,
        ids=np.array(row.video_ids, dtype=np.int64),
        sources=np.array(row.sources, dtype=np.int8),
        ways=np.array(row.ways, dtype=np.int8),
        scores=np.array(row.scores, dtype=np.float32),
        probabilities=np.array(row.probabilities, dtype=np.float32),
        propensities=np.array(row.propensities, dtype=np.float32),
        features=from_bytes(row.features, count),
        heads=from_bytes(row.heads, count),
        rivals=Rivals(
            ids=np.array(row.rival_ids, dtype=np.int64),
            features=from_bytes(row.rival_features, rivals),
            heads=from_bytes(row.rival_heads, rivals),
        )
        if rivals
        else None,
    )
    return Record(
        RequestId(row.request_id), row.viewer_id, row.market, row.tab, row.made_at_us, numbers
    )
