"""Deletes and hands over: what a deleted video or a person leaves behind."""

from collections.abc import Mapping
from typing import Any

from psycopg.rows import dict_row

from nightmarket.domains.social.store.reactions import QUERIES
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, VideoId

VIDEO_TABLES = ("likes", "saves", "reposts", "shares", "comments")
EXPORTED: Mapping[str, str] = {
    "social_like": "export_likes",
    "social_save": "export_saves",
    "social_repost": "export_reposts",
    "social_share": "export_shares",
    "social_collection": "export_collections",
    "social_collection_video": "export_collected",
    "social_comment": "export_comments",
    "social_comment_edit": "export_edits",
    "social_comment_like": "export_comment_likes",
    "social_mention": "export_mentions",
    "social_comment_filter": "export_filters",
}
ERASED = (
    "erase_likes",
    "erase_saves",
    "erase_reposts",
    "erase_shares",
    "erase_collections",
    "erase_mentions",
    "erase_filters",
)


async def forget_video(tx: Tx, video_id: VideoId, limit: int) -> int:
    """Delete up to `limit` rows of each kind about a video; returns how many went, 0: all."""
    gone = 0
    for table in VIDEO_TABLES:
        gone += await tx.run(QUERIES[f"forget_{table}"], video_id=video_id, limit=limit)
    if not gone:
        await tx.run(QUERIES["forget_counts"], video_id=video_id)
    return gone


async def export(tx: Tx, account_id: AccountId) -> dict[str, list[dict[str, Any]]]:
    """Return every row about one account, by table."""
    found = {}
    for table, query in EXPORTED.items():
        async with tx.connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(QUERIES[query], {"account_id": account_id})
            found[table] = await cursor.fetchall()
    return found


async def erase_reactions(tx: Tx, account_id: AccountId) -> None:
    """Delete what one account did, and count it out of every video."""
    for query in ERASED:
        await tx.run(QUERIES[query], account_id=account_id)


async def comment_ids(tx: Tx, account_id: AccountId, limit: int) -> list[int]:
    """Return comments one account wrote, answers first, so that threads go last."""
    return await tx.column(int, QUERIES["own_comment_ids"], account_id=account_id, limit=limit)


async def liked_comment_ids(tx: Tx, account_id: AccountId, limit: int) -> list[int]:
    """Return comments one account likes."""
    return await tx.column(int, QUERIES["own_liked_comments"], account_id=account_id, limit=limit)
