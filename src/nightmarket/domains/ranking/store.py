"""The ranker's tables: what videos are, where learning cut the log, whom to forget."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from psycopg.rows import dict_row, tuple_row

from nightmarket.domains.ranking.values.batches import (
    CONTENT,
    TAGS_MAX,
    WORDS_MAX,
    Float,
    Items,
)
from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.infra.eventlog import Cursor
from nightmarket.kernel.ids import AccountId, VideoId

QUERIES = sql.load("nightmarket.domains.ranking")


class Overtaken(Exception):
    """Another ranker's step follows the same one already; nothing of this one may stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A video as the ranker knows it. `tags`, `words`: numbers of texts; `content` may be empty."""

    video_id: VideoId
    creator_id: AccountId
    market: str
    sound_id: int
    duration_ms: int
    tags: list[int]
    words: list[int]
    published_at_us: int
    content: list[float]


@dataclass(frozen=True, slots=True)
class Changes:
    """How far the videos were read."""

    after_xid: str = "0"
    after_seq: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What a step is made of: the keys of viewers it forgets first, then so many lines to learn."""

    lines: int
    forgotten: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A step as it stands in the log. `after_id` None: from before steps were chained.

    `state_sum`: what whoever logged it had learned before it, as a number; 0: not told.
    """

    batch_id: int
    step: Step
    after_id: int | None
    state_sum: int


async def put(tx: Tx, described: Described) -> None:
    """Add or change a video."""
    await tx.run(QUERIES["video_put"], **asdict(described))


async def drop(tx: Tx, video_id: VideoId) -> None:
    """Forget a video."""
    await tx.run(QUERIES["video_drop"], video_id=video_id)


async def erase(tx: Tx, account_id: AccountId) -> None:
    """Forget an account's videos."""
    await tx.run(QUERIES["videos_of_creator_drop"], creator_id=account_id)


async def forget(tx: Tx, viewer_key: int, at_us: int) -> None:
    """Have the next step forget a viewer, known by the number the ranker's own tables use."""
    await tx.run(QUERIES["forgotten_put"], viewer_key=viewer_key, at_us=at_us)


async def of_creator(tx: Tx, account_id: AccountId) -> list[dict[str, Any]]:
    """Return what is kept of an account's videos."""
    async with tx.connection.cursor(row_factory=dict_row) as reading:
        await reading.execute(QUERIES["videos_of_creator"], {"creator_id": account_id})
        return await reading.fetchall()


async def changed(tx: Tx, cursor: Changes, limit: int) -> tuple[Items, Changes]:
    """Return videos changed after `cursor`, oldest change first; some may come again."""
    async with tx.connection.cursor(row_factory=tuple_row) as reading:
        await reading.execute(QUERIES["videos_changed"], {**asdict(cursor), "limit": limit})
        rows = await reading.fetchall()
    settled = [row for row in rows if row[-1]]
    after = Changes(settled[-1][-3], settled[-1][-2]) if settled else cursor
    columns = [np.array(column, dtype=np.int64) for column in _plain(rows)]
    return (
        Items(
            ids=columns[0],
            creators=columns[1],
            sounds=columns[2],
            durations_ms=columns[3],
            published_us=columns[4],
            tags=_filled([row[4] for row in rows], TAGS_MAX),
            words=_filled([row[5] for row in rows], WORDS_MAX),
            content=_content([row[7] for row in rows]),
        ),
        after,
    )


async def take_forgotten(tx: Tx, limit: int) -> list[int]:
    """Take whom to forget off the list, lowest key first; the step that does it must log them."""
    async with tx.connection.cursor(row_factory=tuple_row) as reading:
        await reading.execute(QUERIES["forgotten_take"], {"limit": limit})
        return sorted(int(viewer_key) for (viewer_key,) in await reading.fetchall())


async def put_step(tx: Tx, logged: Logged, to: Cursor, made_at_us: int) -> int:
    """Log one step, to follow `after_id`; returns the number it got.

    Raises:
        Overtaken: another step follows that one; the transaction must not commit.
    """
    async with tx.connection.cursor(row_factory=tuple_row) as writing:
        await writing.execute(
            QUERIES["batch_put"],
            {
                "forgotten": logged.step.forgotten,
                "lines": logged.step.lines,
                "to_xid": to.after_xid,
                "to_seq": to.after_seq,
                "day_floor": to.day_floor,
                "made_at_us": made_at_us,
                "after_id": logged.after_id,
                "state_sum": logged.state_sum,
            },
        )
        row = await writing.fetchone()
    if row is None:
        raise Overtaken(logged.after_id)
    return int(row[0])


async def steps_after(tx: Tx, batch_id: int, limit: int) -> list[Logged]:
    """Return the next steps behind one, in order."""
    async with tx.connection.cursor(row_factory=tuple_row) as reading:
        await reading.execute(QUERIES["batches_after"], {"batch_id": batch_id, "limit": limit})
        rows = await reading.fetchall()
    return [
        Logged(
            batch_id=int(number),
            step=Step(int(lines), list(gone)),
            after_id=after_id,
            state_sum=int(state_sum),
        )
        for number, lines, gone, after_id, state_sum in rows
    ]


async def steps_behind(tx: Tx, batch_id: int, limit: int) -> int:
    """Return how many steps were logged behind one; `limit`: so many, or more."""
    return (await tx.value(int, QUERIES["batches_behind"], batch_id=batch_id, limit=limit)) or 0


async def is_forgetting(tx: Tx) -> bool:
    """Whether anybody waits to be forgotten by the next step."""
    return bool(await tx.column(int, QUERIES["forgotten_waiting"]))


async def trim(tx: Tx, before_us: int) -> None:
    """Drop steps that no kept version needs."""
    await tx.run(QUERIES["batches_drop"], before_us=before_us)


def _plain(rows: list[Any]) -> list[list[int]]:
    if not rows:
        return [[] for _ in range(5)]
    return [list(column) for column in zip(*[(*row[:4], row[6]) for row in rows], strict=True)]


def _content(lists: list[list[float]]) -> Float:
    found = np.zeros((len(lists), CONTENT), dtype=np.float32)
    for place, figures in enumerate(lists):
        if len(figures) == CONTENT:
            found[place] = figures
    return found


def _filled(lists: list[list[int]], width: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    found = np.zeros((len(lists), width), dtype=np.int64)
    for place, numbers in enumerate(lists):
        found[place, : len(numbers[:width])] = numbers[:width]
    return found
