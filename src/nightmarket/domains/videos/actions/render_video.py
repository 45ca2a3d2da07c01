"""Render a video: its upload becomes files that play, the first of them as early as possible.

Runs as a job in the media process. An attempt that dies is begun anew from the upload; what an
attempt writes is void once a newer one began.
"""

import asyncio
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nightmarket.domains.assets import face as assets
from nightmarket.domains.assets.errors import NoSuchUpload, NotComplete
from nightmarket.domains.videos.actions.finish_video import Bench, finish_video, refuse_video
from nightmarket.domains.videos.actions.read_credentials import read_credentials
from nightmarket.domains.videos.actions.render_steps import GivenUp, Steps, crop_of
from nightmarket.domains.videos.actions.submit_video import RenderOrder
from nightmarket.domains.videos.store import changes, work
from nightmarket.domains.videos.store import sounds as sound_store
from nightmarket.domains.videos.values import RenderState, SoundMode
from nightmarket.infra import telemetry, workshops
from nightmarket.infra.db import Tx
from nightmarket.infra.media import job as media
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.errors import NightmarketError, Refused, Unavailable
from nightmarket.kernel.ids import AccountId, UploadId, VideoId

ATTEMPTS_MAX = 5
SILENCE_US_MAX = 60 * 1_000_000
"""Work that wrote nothing for a minute has lost its worker."""
ENDED = {RenderState.DONE.value, RenderState.REFUSED.value}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a video's bytes."""

    video_id: VideoId
    creator_id: AccountId
    number: int
    work: work.Work
    upload_id: UploadId
    source: Path
    folder: Path
    sound_key: str | None


async def render_video(order: RenderOrder, services: Services) -> None:
    """Do the work, whatever state it was left in; nothing happens when it is done or under way.

    Raises:
        Unavailable: the machine is at fault; the job is tried again.
    """
    video_id = VideoId(order.video_id)
    async with services.database.transaction() as tx:
        attempt = await _begin(tx, services, video_id)
    if attempt is None:
        return
    try:
        await _work(attempt, services)
    except GivenUp:
        await _clear(attempt.folder)
        telemetry.log("render_given_up", video_id=video_id, attempt=attempt.number)
    except Refused as refusal:
        await _refuse(attempt, services, refusal)
    except Unavailable as failure:
        async with services.database.transaction() as tx:
            await work.rest(tx, video_id, attempt.number)
        if attempt.number < ATTEMPTS_MAX:
            raise
        await _refuse(attempt, services, failure)


async def _begin(tx: Tx, services: Services, video_id: VideoId) -> Attempt | None:
    now_us = microseconds(services.clock())
    video = await changes.take(tx, video_id)
    found = await work.lock(tx, video_id)
    if video is None or found is None or found.upload_id is None or found.state in ENDED:
        return None
    is_at_work = found.state != RenderState.RECEIVED.value
    if is_at_work and found.beat_at_us > now_us - SILENCE_US_MAX:
        return None
    try:
        upload = await assets.complete_upload(tx, services, found.upload_id, video.creator_id)
    except NotComplete:
        return None  # `UploadCompleted` will order the work again.
    except NoSuchUpload as refusal:
        await refuse_video(tx, services, video_id, refusal)
        return None
    number = await work.begin(tx, video_id, now_us)
    sound = None
    if video.sound_id is not None and found.sound_mode == SoundMode.USE.value:
        sound = (await sound_store.sounds(tx, [video.sound_id])).get(video.sound_id)
    return Attempt(
        video_id,
        video.creator_id,
        number,
        found,
        found.upload_id,
        upload.path,
        folder_of(services, found.media_key),
        None if sound is None else sound.media_key,
    )


async def _work(attempt: Attempt, services: Services) -> None:
    await _clear(attempt.folder)
    await asyncio.to_thread(attempt.folder.mkdir, parents=True, exist_ok=True)
    credentials = asyncio.create_task(read_credentials(attempt.source, services))
    steps = Steps(attempt.work, attempt.number, services, credentials)
    try:
        order = await _order(attempt, services)
        result = await steps.follow(lambda note: workshops.current().render(order, note))
        await steps.learn_credentials()
    finally:
        credentials.cancel()
        with suppress(asyncio.CancelledError, NightmarketError):
            await credentials
    bench = Bench(attempt.source, attempt.folder, attempt.work.cover_at_ms, crop_of(attempt.work))
    with telemetry.span("media finish"):
        await finish_video(attempt.video_id, attempt.number, result, bench, services)


async def _order(attempt: Attempt, services: Services) -> media.RenderJob:
    path = None
    if attempt.sound_key is not None:
        path = attempt.folder / "chosen.sound"
        await services.storage.fetch(f"{attempt.sound_key}/sound.m4a", path)
    return order_of(attempt.work, attempt.source, attempt.folder, path, services)


def order_of(
    found: work.Work,
    source: Path,
    folder: Path,
    sound: Path | None,
    services: Services,
    rungs: tuple[int, ...] = (360, 540, 720),
) -> media.RenderJob:
    """Return what the workshop is asked to do."""
    settings = services.settings
    return media.RenderJob(
        source=str(source),
        folder=str(folder),
        start_ms=found.trim_start_ms,
        end_ms=found.trim_end_ms,
        rungs=rungs,
        cover_at_ms=found.cover_at_ms,
        crop=crop_of(found),
        sound=media.SoundChoice(
            media.SoundMode(found.sound_mode),
            None if sound is None else str(sound),
            found.original_volume_pct,
            found.sound_volume_pct,
        ),
        limits=media.Limits(
            duration_ms_max=settings.upload_duration_ms_max,
            source_bytes_max=settings.upload_bytes_max,
        ),
    )


async def _refuse(attempt: Attempt, services: Services, refusal: NightmarketError) -> None:
    await _clear(attempt.folder)
    async with services.database.transaction() as tx:
        current = await changes.take(tx, attempt.video_id)
        if current is not None and current.attempt == attempt.number:
            await refuse_video(tx, services, attempt.video_id, refusal)


def folder_of(services: Services, media_key: str) -> Path:
    """Return where a video's files are made: in their final place when that is on this machine."""
    local = services.storage.local_path(f"{media_key}/any")
    if local is not None:
        return local.parent
    return services.settings.data_directory / "work" / media_key


async def _clear(folder: Path) -> None:
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
