"""Heighten a video: one that is watched enough gets a rendition of 1,080 lines from its upload."""

import asyncio
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.videos.actions.advance_video import tell_changed
from nightmarket.domains.videos.actions.finish_video import (
    LEFTOVERS_KEPT,
    SOURCE_FILE,
    VideoOrder,
    document_of,
    order_cover,
    source_folder,
)
from nightmarket.domains.videos.actions.render_video import folder_of, order_of
from nightmarket.domains.videos.actions.submit_video import fresh_key
from nightmarket.domains.videos.actions.tidy_bytes import order_deletion
from nightmarket.domains.videos.store import cards, changes, sounds, work
from nightmarket.domains.videos.values import RenderState, SoundMode
from nightmarket.infra import jobs, telemetry, workshops
from nightmarket.infra.db import Tx
from nightmarket.infra.media.job import Progress, RenderResult
from nightmarket.infra.media_http import content_type
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.errors import Refused
from nightmarket.kernel.ids import VideoId

HEIGHTEN_JOB = "videos.heighten"
RUNGS = (360, 540, 720, 1080)
VIEWS_MIN = 300
"""Above this a clip is shown often enough that sharper pictures are worth their disk and work."""
SOURCE_KEPT = timedelta(days=30)
BATCH = 500


async def choose_taller(services: Services, now: datetime) -> None:
    """Order the work on videos that are watched enough; let old uploads go."""
    after = 0
    while True:
        async with services.database.transaction() as tx:
            kept = await work.sources_kept(tx, after, BATCH)
            counters = await analytics.counters(tx, [one.video_id for one in kept])
            for one in kept:
                if counters[one.video_id].views >= VIEWS_MIN:
                    key = jobs.When(key=f"{HEIGHTEN_JOB} {one.video_id}")
                    order = VideoOrder(one.video_id)
                    await jobs.defer(tx, HEIGHTEN_JOB, order, queue=jobs.QUEUE_MEDIA, when=key)
                elif one.source_kept_at_us < microseconds(now - SOURCE_KEPT):
                    await work.keep_source(tx, one.video_id, 0)
                    await order_deletion(tx, [source_folder(one.video_id)])
        if len(kept) < BATCH:
            return
        after = kept[-1].video_id


async def heighten_video(wanted: VideoOrder, services: Services) -> None:
    """Make the whole ladder again, one rung taller, beside the old one; then swap them.

    People who watch keep the old files for an hour. Nothing happens when the source is gone.
    """
    video_id = VideoId(wanted.video_id)
    async with services.database.transaction() as tx:
        found = await work.lock(tx, video_id)
        sound_key = await _sound_key(tx, video_id)
    if found is None or not found.source_kept_at_us or found.state != RenderState.DONE.value:
        return
    key = fresh_key()
    folder = folder_of(services, key)
    source = services.settings.data_directory / "work" / f"{source_folder(video_id)}.source"
    try:
        await asyncio.to_thread(_make_folders, folder, source.parent)
        await _fetch(services, f"{source_folder(video_id)}/{SOURCE_FILE}", source)
        sound = None
        if found.sound_mode == SoundMode.USE.value and sound_key is not None:
            sound = folder / "chosen.sound"
            await services.storage.fetch(f"{sound_key}/sound.m4a", sound)
        order = order_of(found, source, folder, sound, services, rungs=RUNGS)
        result = await workshops.current().render(order, _ignore)
        await _swap(found, result, key, folder, services)
    except Refused as refusal:  # It was fit once: keep what there is, and do not try again.
        await services.storage.delete_folder(key)
        async with services.database.transaction() as tx:
            await work.keep_source(tx, video_id, 0)
            await order_deletion(tx, [source_folder(video_id)])
        telemetry.log("heighten_refused", video_id=video_id, code=refusal.code)
    finally:
        source.unlink(missing_ok=True)


async def _swap(
    found: work.Work, result: RenderResult, key: str, folder: Path, services: Services
) -> None:
    spare = (*result.leftovers, *([result.first.file] if result.first else []))
    for file in (*spare, "chosen.sound", result.sound_file or "chosen.sound"):
        (folder / file).unlink(missing_ok=True)
    if services.storage.local_path(f"{key}/any") is None:
        for path in sorted(folder.iterdir()):
            await services.storage.put(f"{key}/{path.name}", path, content_type(path.name))
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    now = services.clock()
    video_id = found.video_id
    async with services.database.transaction() as tx:
        is_swapped = await changes.take(tx, video_id) is not None and await work.replace(
            tx,
            video_id,
            old_key=found.media_key,
            media_key=key,
            document=document_of(result),
        )
        if is_swapped:
            await order_deletion(tx, [found.media_key], now + LEFTOVERS_KEPT)
            await order_deletion(tx, [source_folder(video_id)])
            card = (await cards.cards(tx, [video_id]))[video_id]
            await tell_changed(tx, services, card, now)
            current = await work.lock(tx, video_id)
            if current is not None and current.cover_at_ms != found.cover_at_ms:
                await order_cover(tx, video_id)
        else:
            await order_deletion(tx, [key])
    telemetry.log("video_heightened", video_id=video_id, is_swapped=is_swapped)


async def _sound_key(tx: Tx, video_id: VideoId) -> str | None:
    card = (await cards.cards(tx, [video_id])).get(video_id)
    if card is None or card.sound_id is None:
        return None
    sound = (await sounds.sounds(tx, [card.sound_id])).get(card.sound_id)
    return None if sound is None else sound.media_key


async def _fetch(services: Services, key: str, target: Path) -> None:
    target.unlink(missing_ok=True)
    await services.storage.fetch(key, target)


def _make_folders(*folders: Path) -> None:
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)


def _ignore(_: Progress) -> None:
    """Nobody waits for it."""
