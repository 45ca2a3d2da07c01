"""Tidy bytes away: files only needed while a video was made, and folders of what is gone."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from nightmarket.domains.videos.actions.finish_video import VideoOrder
from nightmarket.domains.videos.store import work
from nightmarket.infra import jobs
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import VideoId

DELETE_JOB = "videos.delete_bytes"


class Folders(msgspec.Struct):
    """Folders whose bytes must go."""

    folders: list[str]


async def tidy(wanted: VideoOrder, services: Services) -> None:
    """Delete a finished video's leftovers."""
    async with services.database.transaction() as tx:
        found = await work.take_leftovers(tx, VideoId(wanted.video_id))
    if found is None:
        return
    for file in found.leftovers:
        await services.storage.delete(f"{found.media_key}/{file}")


async def order_deletion(tx: Tx, folders: Sequence[str], at: datetime | None = None) -> None:
    """Queue the deletion of bytes, with the transaction that forgets them; None: at once."""
    if folders:
        await jobs.defer(tx, DELETE_JOB, Folders(list(folders)), when=jobs.When(at=at))


async def delete_bytes(wanted: Folders, services: Services) -> None:
    """Delete whole folders; may run again."""
    for folder in wanted.folders:
        await services.storage.delete_folder(folder)
