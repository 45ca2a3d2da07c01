"""Finish the work on a video: its files are in place, or it is refused with words."""

import asyncio
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec

from nightmarket.domains.assets import face as assets
from nightmarket.domains.identity import face as identity
from nightmarket.domains.videos.actions.advance_video import (
    advance_video,
    move,
    show_in_lists,
    tell_changed,
    topic,
)
from nightmarket.domains.videos.actions.link_sound import alike, keep_print, link_sound
from nightmarket.domains.videos.actions.render_steps import GivenUp, rendition
from nightmarket.domains.videos.actions.submit_video import fresh_key
from nightmarket.domains.videos.rules import states
from nightmarket.domains.videos.store import cards, changes, sounds, work
from nightmarket.domains.videos.values import (
    MediaDocument,
    SoundMode,
    Storyboard,
    VideoCard,
    VideoState,
)
from nightmarket.infra import jobs, realtime, telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.media.crop import cropped_size
from nightmarket.infra.media.job import Crop, RenderResult
from nightmarket.infra.media_http import content_type
from nightmarket.infra.services import Services
from nightmarket.infra.storage import link_or_copy
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.errors import NightmarketError
from nightmarket.kernel.ids import SoundId, VideoId, to_text

TIDY_JOB = "videos.tidy"
MOVE_JOB = "videos.move"
COVER_JOB = "videos.cover"
TALL_SIDE_MIN = 1000
"""A source with a short side of 1,080, or nearly, is worth a larger rendition one day."""
SOURCE_FILE = "source.bin"
LEFTOVERS_KEPT = timedelta(hours=1)
"""Somebody may be watching the growing first rendition; after an hour nobody does."""


class VideoOrder(msgspec.Struct):
    """Which video a job is about."""

    video_id: int


@dataclass(frozen=True, slots=True)
class Bench:
    """Where an attempt worked: the upload it read, the folder it wrote, which frame and part."""

    source: Path
    folder: Path
    cover_at_ms: int | None
    crop: Crop | None


async def finish_video(
    video_id: VideoId, attempt: int, result: RenderResult, bench: Bench, services: Services
) -> None:
    """Write the result of an attempt, put its sound on offer, and let the upload go.

    Raises:
        GivenUp: the video was deleted or a newer attempt took over.
    """
    sound_key = await _place(video_id, result, bench.folder, services)
    same = await alike(services, video_id, result.sound_print)
    facts = result.facts
    is_tall = min(cropped_size(facts.width, facts.height, bench.crop)) >= TALL_SIDE_MIN
    if is_tall:
        await _keep_source(video_id, bench, services)
    now = services.clock()
    now_us = microseconds(now)
    made = work.Made(
        document=document_of(result),
        statistics=result.statistics.vector,
        frame_hashes=result.statistics.frame_hashes,
        leftovers=(*result.leftovers, *([result.first.file] if result.first else [])),
    )
    async with services.database.transaction() as tx:
        if await changes.take(tx, video_id) is None:
            raise GivenUp
        if not await work.done(tx, video_id, attempt, made, now_us):
            raise GivenUp
        current = await work.lock(tx, video_id)
        assert current is not None
        card = (await cards.cards(tx, [video_id]))[video_id]
        if result.sound_file is not None and current.sound_mode == SoundMode.KEEP.value:
            own = await _offer_sound(tx, services, card, (sound_key, current.sound_title), now_us)
            await keep_print(tx, own, result.sound_print)
            await link_sound(tx, card, same)
        if current.upload_id is not None:
            await work.forget_upload(tx, video_id)
            await assets.release(tx, services, [current.upload_id])
        if is_tall:
            await work.keep_source(tx, video_id, now_us)
        await _order_later_wishes(tx, current, bench)
        await _show(tx, services, video_id)
        at = jobs.When(at=now + LEFTOVERS_KEPT, key=f"tidy {video_id}")
        await jobs.defer(tx, TIDY_JOB, VideoOrder(video_id), when=at)
        await _tell_done(tx, card.media_key, made.document, video_id)
    telemetry.happened("video_rendered", video_id=video_id)


async def _order_later_wishes(tx: Tx, current: work.Work, bench: Bench) -> None:
    """Queue what was wished while the files were being made."""
    if current.media_key_next is not None:
        await order(tx, MOVE_JOB, current.video_id)
    if current.cover_at_ms != bench.cover_at_ms:
        await order_cover(tx, current.video_id)


async def refuse_video(
    tx: Tx, services: Services, video_id: VideoId, refusal: NightmarketError
) -> None:
    """Refuse a video's bytes, with words for its creator; the upload goes."""
    now = services.clock()
    current = await changes.lock(tx, video_id)
    card = (await cards.cards(tx, [video_id]))[video_id]
    await work.refuse(tx, video_id, refusal.code, refusal.detail, microseconds(now))
    if current.upload_id is not None:
        await work.forget_upload(tx, video_id)
        await assets.release(tx, services, [current.upload_id])
    if VideoState.REFUSED in states.MOVES[card.state]:
        await move(tx, services, card, VideoState.REFUSED, now, "refused")
    news = {
        "state": "refused",
        "fraction": 1,
        "first_playable": None,
        "renditions_done": [],
        "refusal": {"code": refusal.code, "words": refusal.detail},
    }
    await realtime.tell(tx, topic(video_id), "progress", news)
    telemetry.happened("video_refused", video_id=video_id, code=refusal.code)


async def order(tx: Tx, job: str, video_id: VideoId) -> None:
    """Queue a job about a video, unless it waits already."""
    await jobs.defer(tx, job, VideoOrder(video_id), when=jobs.When(key=f"{job} {video_id}"))


async def order_cover(tx: Tx, video_id: VideoId) -> None:
    """Queue the work on another cover, unless it waits already."""
    when = jobs.When(key=f"{COVER_JOB} {video_id}")
    await jobs.defer(tx, COVER_JOB, VideoOrder(video_id), queue=jobs.QUEUE_MEDIA, when=when)


def document_of(result: RenderResult) -> MediaDocument:
    """Return what is kept of a result."""
    stills = result.stills
    board = stills.storyboard
    return MediaDocument(
        width=result.width,
        height=result.height,
        duration_ms=result.duration_ms,
        renditions=tuple(rendition(made) for made in result.renditions),
        hls_file=result.hls_master,
        poster=stills.posters[-1] if stills.posters else None,
        cover=stills.covers[0] if stills.covers else None,
        preview=stills.covers[-1] if stills.covers else None,
        placeholder=stills.placeholder,
        storyboard=None
        if board is None
        else Storyboard(
            board.file,
            board.tile_width,
            board.tile_height,
            board.columns,
            board.interval_ms,
            board.count,
        ),
        has_sound=result.sound_file is not None,
    )


async def _place(video_id: VideoId, result: RenderResult, folder: Path, services: Services) -> str:
    """Bring files to the storage; returns the folder of the sound. What is there already stays."""
    storage = services.storage
    async with services.database.transaction() as tx:
        card = (await cards.cards(tx, [video_id])).get(video_id)
        if card is None:
            raise GivenUp
        known = await sounds.of_video(tx, video_id)
        sound = (await sounds.sounds(tx, [known])).get(known) if known is not None else None
    sound_key = sound.media_key if sound is not None else fresh_key()
    (folder / "chosen.sound").unlink(missing_ok=True)
    if result.sound_file is not None:
        await storage.put(f"{sound_key}/sound.m4a", folder / result.sound_file, "audio/mp4")
    if storage.local_path(f"{card.media_key}/any") is None:
        for path in sorted(folder.iterdir()):
            await storage.put(f"{card.media_key}/{path.name}", path, content_type(path.name))
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    return sound_key


async def _keep_source(video_id: VideoId, bench: Bench, services: Services) -> None:
    """Copy the upload, by a link where the disk allows: the upload itself outlives a crash."""
    link = bench.folder / "source.kept"
    await asyncio.to_thread(link_or_copy, bench.source, link)
    await services.storage.put(f"{source_folder(video_id)}/{SOURCE_FILE}", link, "")


def source_folder(video_id: VideoId) -> str:
    """Return where a video's upload is kept; files of its kind are never served."""
    return f"src{to_text(video_id)}"


async def _offer_sound(
    tx: Tx, services: Services, card: VideoCard, named: tuple[str, str], now_us: int
) -> SoundId:
    """Put a film's own sound on offer; `named`: the folder of its bytes, and its title or none."""
    sound_key, title = named
    creator = await identity.account(tx, card.creator_id)
    sound_id = await sounds.insert(
        tx,
        sounds.NewSound(
            sound_id=SoundId(services.ids()),
            creator_id=card.creator_id,
            market=card.market,
            title=title or f"@{creator.handle}",
            original_video_id=card.video_id,
            media_key=sound_key,
            duration_ms=card.media.duration_ms,
            created_at_us=now_us,
        ),
    )
    await sounds.attach(tx, card.video_id, sound_id)
    return sound_id


async def _show(tx: Tx, services: Services, video_id: VideoId) -> None:
    now = services.clock()
    card = (await cards.cards(tx, [video_id]))[video_id]
    if card.state == VideoState.LIVE:
        await show_in_lists(tx, card)
        await tell_changed(tx, services, card, now)
    else:
        await advance_video(tx, services, video_id, now)


async def _tell_done(tx: Tx, key: str, document: MediaDocument, video_id: VideoId) -> None:
    news = {
        "state": "done",
        "fraction": 1,
        "first_playable": f"/media/{key}/{document.renditions[0].file}",
        "renditions_done": [one.name for one in document.renditions],
        "refusal": None,
    }
    await realtime.tell(tx, topic(video_id), "progress", news)
