"""The interaction log: appended once per id, read in order by folds, dropped by days."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from prometheus_client import Counter
from psycopg.rows import tuple_row

from nightmarket.infra import arrays, partitions, sql
from nightmarket.infra.db import Tx

QUERIES = sql.load("nightmarket.infra")
TABLE = "infra_event"
LATE_DAYS = 3
"""Events older than this are refused, so a reader need not look at older partitions."""

EVENTS = Counter(
    "nightmarket_events_total", "Reported events, by what became of them.", ["outcome"]
)

Big = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """Events in columns of one length, int64 each, as they are appended.

    `event_ids` are UUIDv7 of 16 bytes each, joined. `viewer_ids` 0: nobody may know who it was.
    `positions` is the place in the served page, `amounts` what else the kind counts.
    """

    event_ids: bytes
    kinds: Big
    surfaces: Big
    positions: Big
    viewer_ids: Big
    item_ids: Big
    request_ids: Big
    shown_at_us: Big
    occurred_at_us: Big
    watch_ms: Big
    position_ms: Big
    duration_ms: Big
    amounts: Big

    def __len__(self) -> int:
        """How many events."""
        return len(self.kinds)


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a fold has read. `day_floor`: nothing unread lies in an older partition."""

    after_xid: str = "0"
    after_seq: int = 0
    day_floor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Logged events in columns of one length, in the order of the log."""

    days: Big
    kinds: Big
    surfaces: Big
    positions: Big
    viewer_ids: Big
    item_ids: Big
    request_ids: Big
    shown_at_us: Big
    occurred_at_us: Big
    watch_ms: Big
    position_ms: Big
    duration_ms: Big
    amounts: Big
    markets: tuple[str, ...]

    def __len__(self) -> int:
        """How many events."""
        return len(self.kinds)


@dataclass(frozen=True, slots=True)
class Done:
    """What to look for in the log: whose, of which kind; item 0: about whatever."""

    viewer_id: int
    kind: int
    item_id: int = 0


@dataclass(frozen=True, slots=True)
class Earlier:
    """A line that is in the log: what it is about, where that was shown, whether it counts."""

    item_id: int
    request_id: int
    surface: int
    position: int
    shown_at_us: int
    is_counted: bool


def event_days(event_ids: bytes) -> Big:
    """Return the UTC day each UUIDv7 carries: one event always falls into one partition."""
    return event_ms(event_ids) // (partitions.DAY_US // 1000)


def event_ms(event_ids: bytes) -> Big:
    """Return the milliseconds since 1970 that each UUIDv7 carries in its first 48 bits."""
    heads = np.frombuffer(event_ids, dtype=np.dtype([("head", ">u8"), ("tail", ">u8")]))["head"]
    return (heads >> np.uint64(16)).astype(np.int64)


async def append(
    tx: Tx, entries: Entries, *, market: str, received_at_us: int, is_counted: bool = True
) -> int:
    """Append what is not in the log yet, by one statement; returns how many events were new.

    `is_counted` False: they are kept, and `read` passes them over for good.
    """
    if not len(entries):
        return 0
    days = event_days(entries.event_ids)
    await partitions.ensure(tx, TABLE, np.unique(days).tolist())
    return await tx.run(
        QUERIES["event_append"],
        days=arrays.integer(days),
        event_ids=arrays.uuids(entries.event_ids),
        kinds=arrays.small(entries.kinds),
        surfaces=arrays.small(entries.surfaces),
        positions=arrays.small(entries.positions),
        viewer_ids=arrays.big(entries.viewer_ids),
        item_ids=arrays.big(entries.item_ids),
        request_ids=arrays.big(entries.request_ids),
        shown_at_us=arrays.big(entries.shown_at_us),
        occurred_at_us=arrays.big(entries.occurred_at_us),
        watch_ms=arrays.integer(entries.watch_ms),
        position_ms=arrays.integer(entries.position_ms),
        duration_ms=arrays.integer(entries.duration_ms),
        amounts=arrays.integer(entries.amounts),
        market=market,
        received_at_us=received_at_us,
        is_counted=is_counted,
    )


async def read(tx: Tx, cursor: Cursor, limit: int) -> tuple[Lines, Cursor]:
    """Return up to `limit` events after `cursor` and the cursor behind them.

    Only events whose transactions, and all older ones, have ended are returned, so none is ever
    skipped; those that were appended as not counted are in no answer. Without new events the
    cursor comes back as it was.
    """
    async with tx.connection.cursor(row_factory=tuple_row) as reading:
        await reading.execute(
            QUERIES["event_read"],
            {
                "after_xid": cursor.after_xid,
                "after_seq": cursor.after_seq,
                "day_floor": cursor.day_floor,
                "limit": limit,
            },
        )
        rows = await reading.fetchall()
    if not rows:
        return _lines([]), cursor
    xid, seq, received_at_us = rows[-1][:3]
    floor = partitions.day_of(received_at_us) - LATE_DAYS
    return _lines(rows), Cursor(xid, seq, max(cursor.day_floor, floor))


async def of_viewer(tx: Tx, viewer_id: int) -> list[dict[str, Any]]:
    """Return everything the log holds of one viewer, oldest first."""
    async with tx.connection.cursor(row_factory=tuple_row) as reading:
        await reading.execute(QUERIES["event_of_viewer"], {"viewer_id": viewer_id})
        assert reading.description is not None
        names = [column.name for column in reading.description]
        return [dict(zip(names, row, strict=True)) for row in await reading.fetchall()]


async def latest(tx: Tx, done: Done, since_us: int, limit: int = 1) -> list[Earlier]:
    """Return what a viewer did of one kind since a moment, newest first."""
    return await tx.rows(
        Earlier, QUERIES["event_latest"], **asdict(done), since_us=since_us, limit=limit
    )


async def forget_viewer(tx: Tx, viewer_id: int) -> int:
    """Take one viewer's name off everything in the log; returns how many events it was on."""
    return await tx.run(QUERIES["event_rename_viewer"], old_id=viewer_id, new_id=0)


async def rename_viewer(tx: Tx, old_id: int, new_id: int) -> int:
    """Give a guest's events to the account it became; returns how many."""
    return await tx.run(QUERIES["event_rename_viewer"], old_id=old_id, new_id=new_id)


async def make_partitions(tx: Tx, day: int) -> None:
    """Make the partitions around `day` ahead of time, so that no append has to."""
    await partitions.ensure(tx, TABLE, range(day - LATE_DAYS, day + LATE_DAYS + 1))


async def drop_before(tx: Tx, day: int) -> list[int]:
    """Drop whole days older than `day`; returns the days that went."""
    return await partitions.drop_before(tx, TABLE, day)


async def days_kept(tx: Tx) -> list[int]:
    """Return the days the log still holds, oldest first."""
    return await partitions.days_kept(tx, TABLE)


def count(accepted: int, repeated: int, refused: Iterable[str], capped: int = 0) -> None:
    """Count what became of a batch; refused ones by their code.

    `capped` of the accepted ones are kept and not counted.
    """
    EVENTS.labels("accepted").inc(accepted - capped)
    EVENTS.labels("capped").inc(capped)
    EVENTS.labels("repeated").inc(repeated)
    for code in refused:
        EVENTS.labels(code).inc()


def _lines(rows: list[Any]) -> Lines:
    names = [field.name for field in fields(Lines)]
    if not rows:
        return Lines(**dict.fromkeys(names[:-1], np.zeros(0, dtype=np.int64)), markets=())
    columns = list(zip(*rows, strict=True))[3:]
    values: dict[str, Any] = {
        name: np.array(column, dtype=np.int64)
        for name, column in zip(names[:-1], columns[:-1], strict=True)
    }
    return Lines(**values, markets=columns[-1])
