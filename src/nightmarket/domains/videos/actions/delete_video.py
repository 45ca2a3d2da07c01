"""Delete videos: rows at once, bytes with the commit's job, the upload and the sound as well."""

from datetime import datetime

from nightmarket.domains.assets import face as assets
from nightmarket.domains.videos.actions.advance_video import removed, tell_changed
from nightmarket.domains.videos.actions.finish_video import source_folder
from nightmarket.domains.videos.actions.tidy_bytes import order_deletion
from nightmarket.domains.videos.errors import NoSuchVideo
from nightmarket.domains.videos.store import cards, changes, sounds, work
from nightmarket.infra import outbox, telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, VideoId

REASON = "deleted"


async def delete_video(
    tx: Tx, services: Services, creator_id: AccountId, video_id: VideoId, now: datetime
) -> None:
    """Delete a creator's video for good; its sound goes too, others' videos keep their bytes.

    Raises:
        NoSuchVideo: there is none, or it is somebody else's.
    """
    locked = await changes.lock(tx, video_id)
    if locked.creator_id != creator_id:
        raise NoSuchVideo("no such video")
    await erase_video(tx, services, video_id, now)


async def erase_video(tx: Tx, services: Services, video_id: VideoId, now: datetime) -> None:
    """Delete a video whoever it belongs to; the caller holds its lock."""
    card = (await cards.cards(tx, [video_id]))[video_id]
    current = await work.lock(tx, video_id)
    assert current is not None
    folders = [card.media_key, source_folder(video_id)]
    if current.media_key_next is not None:
        folders.append(current.media_key_next)
    sound_id = await sounds.of_video(tx, video_id)
    freed: list[VideoId] = []
    if sound_id is not None:
        freed = await sounds.detach(tx, sound_id)
        folders += await sounds.delete(tx, sound_id)
    if current.upload_id is not None:
        await assets.release(tx, services, [current.upload_id])
    await changes.delete(tx, video_id)
    if card.sound_id is not None and card.sound_id != sound_id:
        await sounds.recount(tx, card.sound_id)
    await order_deletion(tx, folders)
    await outbox.publish(tx, removed(services, card, now, REASON))
    for other in (await cards.cards(tx, freed)).values():
        await tell_changed(tx, services, other, now)
    telemetry.happened("video_deleted", video_id=video_id)
