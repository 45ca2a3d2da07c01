"""The feed's own index of videos: written by what others tell, read by the catalogue."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from psycopg.rows import dict_row, tuple_row

from nightmarket.domains.analytics.values import Counters
from nightmarket.domains.feed.values.catalogue import Item
from nightmarket.infra import arrays, sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, VideoId

QUERIES = sql.load("nightmarket.domains.feed")
_ITEM_FIELDS = len(fields(Item))


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far the changes were read."""

    after_xid: str = "0"
    after_seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A video as it was published or changed. `is_reopened`: it may be shown (again)."""

    video_id: VideoId
    creator_id: AccountId
    market: str
    language: str
    sound_id: int
    duration_ms: int
    audience: str
    is_ai: bool
    is_mature: bool
    is_reopened: bool
    hashtags: list[str]
    words: str
    published_at_us: int


async def put(tx: Tx, snapshot: Snapshot) -> None:
    """Add or change a video; counters stay."""
    await tx.run(
        QUERIES["item_put"],
        **{field.name: getattr(snapshot, field.name) for field in fields(snapshot)},
    )


async def close(tx: Tx, video_id: VideoId) -> None:
    """Never propose this video again."""
    await tx.run(QUERIES["item_close"], video_id=video_id)


async def decide(
    tx: Tx, video_id: int, *, is_open: bool, is_demoted: bool, is_mature: bool
) -> None:
    """Set what moderation decided; a video that became mature stays so."""
    await tx.run(
        QUERIES["item_decide"],
        video_id=video_id,
        is_open=is_open,
        is_demoted=is_demoted,
        is_mature=is_mature,
    )


async def touch_creator(tx: Tx, creator_id: AccountId) -> None:
    """Let every process read this creator's videos anew."""
    await tx.run(QUERIES["items_of_creator_touch"], creator_id=creator_id)


async def drop_creator(tx: Tx, creator_id: AccountId) -> None:
    """Close an erased creator's videos and forget their words."""
    await tx.run(QUERIES["items_of_creator_drop"], creator_id=creator_id)


async def count(tx: Tx, counters: Iterable[Counters]) -> None:
    """Take over new figures."""
    rows = sorted(counters, key=lambda one: one.video_id)
    columns: dict[str, Any] = {
        name: arrays.big(np.array([getattr(one, name) for one in rows], dtype=np.int64))
        for name in ("views", "watch_ms", "finishes", "likes", "comments", "shares", "saves")
    }
    ids = arrays.big(np.array([one.video_id for one in rows], dtype=np.int64))
    await tx.run(QUERIES["items_count"], video_ids=ids, **columns)


async def changed(tx: Tx, cursor: Cursor, limit: int) -> tuple[list[Item], Cursor]:
    """Return changes after `cursor`, oldest first, and the cursor to go on from.

    Some may come again: changes whose order against a running transaction is not settled yet.
    """
    async with tx.connection.cursor(row_factory=tuple_row) as reading:
        await reading.execute(
            QUERIES["items_changed"],
            {"after_xid": cursor.after_xid, "after_seq": cursor.after_seq, "limit": limit},
        )
        rows = await reading.fetchall()
    if not rows:
        return [], cursor
    settled = [row for row in rows if row[-1]]
    after = Cursor(settled[-1][-3], settled[-1][-2]) if settled else cursor
    return [Item(*row[:_ITEM_FIELDS]) for row in rows], after


async def of_creator(tx: Tx, creator_id: AccountId) -> list[dict[str, Any]]:
    """Return what is kept of an account's videos."""
    async with tx.connection.cursor(row_factory=dict_row) as reading:
        await reading.execute(QUERIES["items_of_creator"], {"creator_id": creator_id})
        return await reading.fetchall()
