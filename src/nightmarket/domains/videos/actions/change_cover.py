"""Change a cover: another frame of a published video stands for it; the old pictures go."""

import asyncio
import secrets
import shutil
from dataclasses import replace
from pathlib import Path

from nightmarket.domains.videos.actions.advance_video import tell_changed
from nightmarket.domains.videos.actions.finish_video import (
    LEFTOVERS_KEPT,
    TIDY_JOB,
    VideoOrder,
    order_cover,
)
from nightmarket.domains.videos.actions.render_video import folder_of
from nightmarket.domains.videos.rules import wishes as checks
from nightmarket.domains.videos.store import cards, changes, work
from nightmarket.domains.videos.values import MediaDocument, RenderState, VideoCard
from nightmarket.infra import jobs, telemetry, workshops
from nightmarket.infra.db import Tx
from nightmarket.infra.media.job import Cover, CoverJob
from nightmarket.infra.media_http import content_type
from nightmarket.infra.services import Services
from nightmarket.kernel.errors import Unavailable
from nightmarket.kernel.ids import VideoId, to_text


class BytesMoving(Unavailable):
    """The video's bytes are on their way to a new address; its cover is made there."""

    code = "videos.bytes_moving"


async def wish_cover(tx: Tx, before: VideoCard, cover_at_ms: int) -> None:
    """Write the wish down; the work is ordered at once, or follows when the film is made.

    Raises:
        BadCut: it lies outside of the video.
    """
    checks.require_cover(cover_at_ms, before.media.duration_ms)
    await work.wish_cover(tx, before.video_id, cover_at_ms)
    if before.render_state == RenderState.DONE:
        await order_cover(tx, before.video_id)


async def change_cover(wanted: VideoOrder, services: Services) -> None:
    """Take the wished frame from the largest rendition and show it instead of the old one.

    Open pages keep the old pictures for an hour; then their bytes go. Nothing happens when the
    video was deleted.

    Raises:
        BytesMoving: try again soon.
    """
    video_id = VideoId(wanted.video_id)
    async with services.database.transaction() as tx:
        found = await work.lock(tx, video_id)
        card = (await cards.cards(tx, [video_id])).get(video_id)
    if found is None or card is None or found.cover_at_ms is None:
        return
    if found.state != RenderState.DONE.value or not card.media.renditions:
        return
    if found.media_key_next is not None:
        raise BytesMoving("the video is moving; its cover is made afterwards")
    made = await _take(found, card.media, services)
    if not await _show(found, made, services):
        for file in made.files:
            await services.storage.delete(f"{found.media_key}/{file}")
        raise BytesMoving("the video or the wish changed; its cover is made again")
    telemetry.happened("video_cover_changed", video_id=video_id)


async def _take(found: work.Work, media: MediaDocument, services: Services) -> Cover:
    """Make the pictures beside the others of the video; names are new, addresses never change."""
    assert found.cover_at_ms is not None
    best = media.renditions[-1].file
    name = f"cover-{secrets.token_hex(8)}"
    storage, folder = services.storage, folder_of(services, found.media_key)
    source = storage.local_path(f"{found.media_key}/{best}")
    is_elsewhere = source is None
    if source is None:
        folder = services.settings.data_directory / "work" / f"{to_text(found.video_id)}-{name}"
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        source = folder / best
        await storage.fetch(f"{found.media_key}/{best}", source)
    try:
        job = CoverJob(str(source), str(folder), found.cover_at_ms, name)
        made = await workshops.current().cover(job)
        if is_elsewhere:
            for file in made.files:
                await storage.put(f"{found.media_key}/{file}", folder / file, content_type(file))
    finally:
        if is_elsewhere:
            await asyncio.to_thread(shutil.rmtree, Path(folder), ignore_errors=True)
    return made


async def _show(found: work.Work, made: Cover, services: Services) -> bool:
    now, video_id = services.clock(), found.video_id
    async with services.database.transaction() as tx:
        if await changes.take(tx, video_id) is None:
            return False
        before = (await cards.cards(tx, [video_id]))[video_id].media
        old = [file for file in (before.cover, before.preview) if file is not None]
        document = replace(
            before, cover=made.files[0], preview=made.files[1], placeholder=made.placeholder
        )
        if not await work.set_cover(tx, found, document, old):
            return False
        at = jobs.When(at=now + LEFTOVERS_KEPT, key=f"tidy {video_id} {made.files[0]}")
        await jobs.defer(tx, TIDY_JOB, VideoOrder(video_id), when=at)
        await tell_changed(tx, services, (await cards.cards(tx, [video_id]))[video_id], now)
    return True
