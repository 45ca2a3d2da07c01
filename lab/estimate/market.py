"""Reads random slots and what came of them from a market's database, changing nothing."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np

from lab.estimate.draws import Floats, Slate
from lab.estimate.policies import Policy
from nightmarket.domains.feed.store import records
from nightmarket.domains.feed.store.records import Record
from nightmarket.domains.feed.values.records import Way
from nightmarket.domains.ranking.rules.closing import Closing
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.joined import ImpressionKey, Settled
from nightmarket.infra import eventlog
from nightmarket.infra.db import Database, Tx

LINES_MAX = 20_000
"""Lines of the log read at once."""
Tell = Callable[[int], None]


@dataclass(slots=True)
class Outcomes:
    """What is known of random slots. `labels` float[heads], NaN: unknown, by impression.

    `never_seen`: served, and nobody swiped so far; `still_open`: more may come, so that counting
    what came would count the eager ones twice.
    """

    labels: dict[ImpressionKey, Floats] = field(default_factory=dict)
    never_seen: int = 0
    still_open: int = 0


@dataclass(frozen=True, slots=True)
class Random:
    """The random slot of a page. `place` is that of the shown one among its rivals."""

    record: Record
    key: ImpressionKey
    place: int


@asynccontextmanager
async def reading(database: Database) -> AsyncIterator[Tx]:
    """A transaction that can change nothing."""
    async with database.transaction() as tx:
        await tx.run("SET TRANSACTION READ ONLY")
        yield tx


async def random_slots(database: Database, days: Sequence[int]) -> AsyncIterator[Random]:
    """Yield every random slot of these days, oldest first."""
    for day in days:
        async with reading(database) as tx:
            async for record in records.with_rivals(tx, [day]):
                found = _slot(record)
                if found is not None:
                    yield found


def _slot(record: Record) -> Random | None:
    numbers, rivals = record.numbers, record.numbers.rivals
    (slots,) = np.nonzero(numbers.ways == Way.RANDOM)
    if rivals is None or not len(slots) or not rivals.features.shape[1]:
        return None
    position = int(slots[0])
    (places,) = np.nonzero(rivals.ids == numbers.ids[position])
    assert len(places) == 1, record.request_id
    return Random(record, (record.request_id, position), int(places[0]))


async def outcomes(
    database: Database, wanted: set[ImpressionKey], first_day: int, tell: Tell
) -> Outcomes:
    """Return the labels of impressions of which nothing more can come, by the ranker's own fold."""
    closing, cursor = Closing(), eventlog.Cursor(day_floor=first_day)
    labels = {key: np.full(heads.COUNT, np.nan) for key in wanted}
    seen: set[ImpressionKey] = set()
    over: set[ImpressionKey] = set()
    count = LINES_MAX
    while count == LINES_MAX:
        async with reading(database) as tx:
            lines, cursor = await eventlog.read(tx, cursor, LINES_MAX)
        for news in closing.take(lines):
            settled = isinstance(news, Settled)
            key = news.impression.key if isinstance(news, Settled) else news.key
            if key not in wanted:
                continue
            seen.add(key)
            if isinstance(news, Settled):
                labels[key][list(news.labels)] = list(news.labels.values())
            if settled and isinstance(news, Settled) and news.is_over:
                over.add(key)
        count = len(lines)
        tell(count)
    return Outcomes(
        {key: labels[key] for key in over},
        never_seen=len(wanted) - len(seen),
        still_open=len(seen) - len(over),
    )


async def days_kept(database: Database) -> list[int]:
    """Return the days that may hold random slots."""
    async with reading(database) as tx:
        return await records.days_kept(tx)


def slate(drawn: Random, labels: Floats, policies: Sequence[Policy]) -> Slate:
    """Return a random slot as the estimators read it."""
    numbers = drawn.record.numbers
    assert numbers.rivals is not None
    rivals, known = numbers.rivals, len(numbers.layout.heads)
    predicted = np.zeros((len(rivals), 0))
    if rivals.heads.shape[1] and known <= heads.COUNT:
        predicted = np.full((len(rivals), heads.COUNT), np.nan)
        predicted[:, :known] = rivals.heads
    return Slate(
        viewer=drawn.record.viewer_id,
        shown=drawn.place,
        propensity=1.0 / len(rivals),
        scores={policy.name: policy.scores(numbers, rivals) for policy in policies},
        predicted=predicted,
        labels=labels,
    )
