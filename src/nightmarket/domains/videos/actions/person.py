"""Export and erase everything videos keep about one account."""

from datetime import datetime
from typing import Any

from nightmarket.domains.videos.actions.delete_video import erase_video
from nightmarket.domains.videos.store import changes, persons
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId


async def export_person(tx: Tx, account_id: AccountId) -> dict[str, list[dict[str, Any]]]:
    """Return an account's rows by table; ids are numbers, times are microseconds since 1970."""
    return await persons.rows_of(tx, account_id)


async def export_files(tx: Tx, account_id: AccountId) -> list[str]:
    """Return the storage keys of an account's films and sounds, best rendition each."""
    rows = await persons.rows_of(tx, account_id)
    keys = [
        f"{row['media_key']}/{row['document']['renditions'][-1]['file']}"
        for row in rows["videos_media"]
        if row["document"].get("renditions")
    ]
    return keys + [f"{row['media_key']}/sound.m4a" for row in rows["videos_sound"]]


async def erase_person(tx: Tx, services: Services, account_id: AccountId, now: datetime) -> int:
    """Delete an account's videos, sounds, playlists and mentions, bytes included.

    Returns how many videos that was. Locks them in order of ids.
    """
    ids = await persons.videos_of(tx, account_id)
    for video_id in ids:
        await changes.lock(tx, video_id)
        await erase_video(tx, services, video_id, now)
    await persons.forget(tx, account_id)
    return len(ids)
