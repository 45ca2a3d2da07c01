"""Write whole records as lines of JSON, a batch at a time: a month needs no more memory."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import msgspec
import numpy as np

from nightmarket.domains.feed.store import shown
from nightmarket.domains.feed.store.records import Record
from nightmarket.domains.feed.values.candidates import Origin
from nightmarket.domains.feed.values.records import Float, Layout, Way
from nightmarket.domains.feed.values.shown import Stretch
from nightmarket.infra.db import Database
from nightmarket.infra.http import moment
from nightmarket.kernel.ids import to_text

BATCH = 50
"""Pages read at once: each may have five hundred rivals."""
DIGITS = 6
Naming = Callable[[int], str | None]
"""From a viewer's id to what it is called; None: nobody may know."""


async def shown_lines(database: Database, stretch: Stretch, naming: Naming) -> AsyncIterator[bytes]:
    """Yield lines of a stretch, oldest page first, each batch read in a transaction of its own.

    Lines have a `kind`: `layout` before the first page that names it, `page`, and at last `end`
    with the number of pages, so that a download that was cut off can be told from a whole one.
    """
    after_id, written, count = 0, 0, BATCH
    layouts: set[int] = set()
    while count == BATCH:
        async with database.reading() as tx:
            found = await shown.bulk(tx, stretch, after_id, BATCH)
        count = len(found)
        if found:
            after_id, written = found[-1].request_id, written + count
            yield await asyncio.to_thread(_lines, found, layouts, naming)
    yield msgspec.json.encode({"kind": "end", "pages": written}) + b"\n"


def _lines(found: Sequence[Record], layouts: set[int], naming: Naming) -> bytes:
    lines: list[dict[str, Any]] = []
    for record in found:
        layout = record.numbers.layout
        if layout.layout_id not in layouts:
            layouts.add(layout.layout_id)
            lines.append(_layout(layout))
        lines.append(_page(record, naming))
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)


def _layout(layout: Layout) -> dict[str, Any]:
    return {
        "kind": "layout",
        "layout_id": to_text(layout.layout_id),
        "version": layout.version,
        "features": layout.features,
        "weights": _plain(np.array(layout.weights)),
        "heads": layout.heads,
        "worths": _plain(np.array(layout.worths)),
    }


def _page(record: Record, naming: Naming) -> dict[str, Any]:
    numbers, rivals = record.numbers, record.numbers.rivals
    return {
        "kind": "page",
        "request_id": to_text(record.request_id),
        "viewer": naming(record.viewer_id),
        "market": record.market,
        "tab": record.tab,
        "made_at": moment(record.made_at_us),
        "layout_id": to_text(numbers.layout.layout_id),
        "snapshot": numbers.snapshot,
        "trust": round(numbers.trust, DIGITS),
        "video_ids": [to_text(one) for one in numbers.ids.tolist()],
        "sources": [Origin(one).name.lower() for one in numbers.sources.tolist()],
        "ways": [Way(one).name.lower() for one in numbers.ways.tolist()],
        "scores": _plain(numbers.scores),
        "probabilities": _exact(numbers.probabilities),
        "propensities": _exact(numbers.propensities),
        "features": _plain(numbers.features),
        "heads": _plain(numbers.heads),
        "rivals": None
        if rivals is None
        else {
            "video_ids": [to_text(one) for one in rivals.ids.tolist()],
            "features": _plain(rivals.features),
            "heads": _plain(rivals.heads),
        },
    }


def _plain(table: Float) -> list[Any]:
    """Return numbers to as many digits as sixteen bits have."""
    found: list[Any] = np.round(table.astype(np.float64), DIGITS).tolist()
    return found


def _exact(column: Float) -> list[float]:
    """Return chances whole: one in thousands is divided by, so its digits matter."""
    return [float(f"{one:.7g}") for one in column.tolist()]
