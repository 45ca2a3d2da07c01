"""Forget a person: profile, videos, sounds, searches, and searches for their name."""

from nightmarket.domains.search.actions.index_videos import unindex_video
from nightmarket.domains.search.store import asks, index
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, ViewerId


async def erase_person(tx: Tx, account_id: AccountId) -> None:
    """Delete everything kept about one person."""
    for video_id in await index.videos_of(tx, account_id):
        await unindex_video(tx, video_id)
    handle = await index.handle_of(tx, account_id)
    if handle is not None:
        await asks.forget_phrases(tx, [handle, f"@{handle}"])
    await index.delete_person(tx, account_id)
    await asks.forget(tx, ViewerId(account_id), None)
    await index.trim_words(tx)


async def export_person(tx: Tx, account_id: AccountId) -> dict[str, list[dict[str, object]]]:
    """Return table → rows of what a person searched for; the index itself is made of copies."""
    return await asks.export(tx, account_id)
