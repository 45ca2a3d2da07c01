"""Reads and erases everything kept about one account."""

from typing import Any

from nightmarket.domains.videos.store.cards import QUERIES
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, VideoId

EXPORTS = {
    "videos_video": "person_export_videos",
    "videos_media": "person_export_media",
    "videos_caption_edit": "person_export_edits",
    "videos_track": "person_export_tracks",
    "videos_hashtag": "person_export_hashtags",
    "videos_sound": "person_export_sounds",
    "videos_sound_print": "person_export_sound_prints",
    "videos_playlist": "person_export_playlists",
    "videos_playlist_item": "person_export_playlist_items",
}
"""Every table of videos: the query that exports one account's rows of it."""


async def rows_of(tx: Tx, account_id: AccountId) -> dict[str, list[dict[str, Any]]]:
    """Return an account's rows by table."""
    return {
        table: await tx.column(dict, QUERIES[query], account_id=account_id)
        for table, query in EXPORTS.items()
    }


async def videos_of(tx: Tx, account_id: AccountId) -> list[VideoId]:
    """Return all of an account's videos, oldest first."""
    found = await tx.column(int, QUERIES["person_videos"], account_id=account_id)
    return [VideoId(number) for number in found]


async def forget(tx: Tx, account_id: AccountId) -> None:
    """Delete an account's playlists and every mention of it."""
    await tx.run(QUERIES["person_delete_playlists"], account_id=account_id)
    await tx.run(QUERIES["person_unmention"], account_id=account_id)
