"""The studio: hand in, list, edit and delete one's own videos, and see how the work goes."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect

from nightmarket.domains.videos.actions.delete_video import delete_video
from nightmarket.domains.videos.actions.edit_video import Edit, edit_video
from nightmarket.domains.videos.actions.see_progress import caption_history, see_progress
from nightmarket.domains.videos.actions.see_videos import download_url, of_creator
from nightmarket.domains.videos.actions.show_video import StudioVideo, show_video, show_videos
from nightmarket.domains.videos.actions.submit_video import submit_video
from nightmarket.domains.videos.errors import BadSchedule
from nightmarket.domains.videos.values import (
    Audience,
    Commenters,
    ContentLevel,
    Crop,
    Cut,
    Intent,
    RenderState,
    SoundMode,
    SoundWish,
    VideoState,
    Wishes,
)
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment
from nightmarket.infra.services import Services
from nightmarket.kernel import pages
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import SoundId, UploadId, VideoId, from_text, to_text

WRITE = "videos:write"
READ = "videos:read"
MINE = "/api/v1/me/videos"
ONE = "/api/v1/videos/{video_id:str}"

OwnLabel = Literal["none", "creator"]


class TrimWish(msgspec.Struct):
    """Which part of the upload is kept."""

    start_ms: int = 0
    end_ms: int | None = None


class CropWish(msgspec.Struct):
    """Which part of the picture is kept, in shares 0..1 of the sides it has when upright."""

    x: float
    y: float
    width: float
    height: float


class SoundChoiceWish(msgspec.Struct):
    """What is done with the sound; `title` names one's own for others who use it."""

    mode: SoundMode = SoundMode.KEEP
    sound_id: str | None = None
    original_volume_pct: int = 0
    sound_volume_pct: int = 100
    title: str = ""


class NewVideoWish(msgspec.Struct, kw_only=True):
    """What a creator says of a new video."""

    upload_id: str
    caption: str = ""
    language: str | None = None
    audience: Audience = Audience.EVERYONE
    allow_comments: Commenters = Commenters.EVERYONE
    ai_label: OwnLabel = "none"
    ad_label: bool = False
    alt_text: str = ""
    content_level: ContentLevel = ContentLevel.GENERAL
    can_download: bool = False
    publish: Intent = Intent.NOW
    scheduled_at: datetime | None = None
    trim: TrimWish | None = None
    crop: CropWish | None = None
    cover_at_ms: int | None = None
    sound: SoundChoiceWish | None = None


class VideoEditWish(msgspec.Struct, kw_only=True):
    """What changes of a video; absent: stays. `cover_at_ms` counts from the published start."""

    caption: str | None = None
    language: str | None = None
    audience: Audience | None = None
    allow_comments: Commenters | None = None
    ai_label: OwnLabel | None = None
    ad_label: bool | None = None
    alt_text: str | None = None
    content_level: ContentLevel | None = None
    can_download: bool | None = None
    is_pinned: bool | None = None
    publish: Intent | None = None
    scheduled_at: datetime | None = None
    cover_at_ms: int | None = None


class StudioPage(msgspec.Struct):
    """A page of one's own videos."""

    items: list[StudioVideo]
    next_cursor: str | None


class RefusalPayload(msgspec.Struct):
    """Why the bytes cannot be published."""

    code: str
    words: str


class ProgressPayload(msgspec.Struct, kw_only=True):
    """How far the work is; `first_playable` is an address that plays already.

    `is_held`: a moderator looks first, and nobody but the creator can watch it until then.
    """

    video_id: str
    state: RenderState
    fraction: float
    first_playable: str | None
    renditions_done: list[str]
    refusal: RefusalPayload | None
    is_held: bool


class CaptionEditPayload(msgspec.Struct):
    """What a caption said until it was changed."""

    caption: str
    changed_at: str | None


class CaptionHistory(msgspec.Struct):
    """Earlier captions, newest first."""

    items: list[CaptionEditPayload]


@post("/api/v1/videos", status_code=201)
async def create_video(
    tx: Tx, subject: Subject, services: Services, now: datetime, data: NewVideoWish
) -> StudioVideo:
    """Hand in a video; its upload may still be arriving."""
    card = await submit_video(tx, services, subject, _wishes(data), now)
    return await show_video(tx, card, subject)


@patch(ONE)
async def change_video(
    tx: Tx,
    subject: Subject,
    services: Services,
    now: datetime,
    video_id: FromPath[str],
    data: VideoEditWish,
) -> StudioVideo:
    """Change a video's words, audience, labels, pin or publication."""
    creator_id = subject.account(WRITE)
    card = await edit_video(tx, services, creator_id, _id(video_id), _edit(data), now)
    return await show_video(tx, card, subject)


@delete(ONE, status_code=204)
async def remove_video(
    tx: Tx, subject: Subject, services: Services, now: datetime, video_id: FromPath[str]
) -> None:
    """Delete a video for good."""
    await delete_video(tx, services, subject.account(WRITE), _id(video_id), now)


@get(MINE)
async def list_own_videos(
    tx: Tx,
    subject: Subject,
    wanted: Annotated[VideoState | None, QueryParameter(name="state")] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> StudioPage:
    """List one's own videos, drafts included, newest first."""
    creator_id = subject.account(READ)
    found = await of_creator(tx, creator_id, wanted, pages.request(cursor, limit))
    return StudioPage(await show_videos(tx, found.items, subject), found.next_cursor)


@get(ONE + "/progress")
async def get_progress(tx: Tx, subject: Subject, video_id: FromPath[str]) -> ProgressPayload:
    """Tell how far the work on one's own video is."""
    view, is_held = await see_progress(tx, subject.account(READ), _id(video_id))
    refusal = None
    if view.refusal_code is not None:
        refusal = RefusalPayload(view.refusal_code, view.refusal_words or "")
    return ProgressPayload(
        video_id=to_text(view.video_id),
        state=view.state,
        fraction=round(view.fraction, 3),
        first_playable=view.playable_url,
        renditions_done=list(view.renditions_done),
        refusal=refusal,
        is_held=is_held,
    )


@get(ONE + "/caption-history")
async def get_caption_history(tx: Tx, subject: Subject, video_id: FromPath[str]) -> CaptionHistory:
    """List earlier captions of a video the caller may watch."""
    edits = await caption_history(tx, subject, _id(video_id))
    return CaptionHistory(
        [CaptionEditPayload(edit.caption, moment(edit.edited_at_us)) for edit in edits]
    )


@get(ONE + "/download", status_code=303)
async def download_video(tx: Tx, subject: Subject, video_id: FromPath[str]) -> Redirect:
    """Lead to the best file of a video whose creator gives it away."""
    return Redirect(await download_url(tx, _id(video_id), subject), status_code=303)


def _wishes(data: NewVideoWish) -> Wishes:
    part = data.crop
    crop = None if part is None else Crop(part.x, part.y, part.width, part.height)
    trim, sound = data.trim or TrimWish(), data.sound or SoundChoiceWish()
    return Wishes(
        upload_id=UploadId(from_text(data.upload_id)),
        caption=data.caption,
        language=data.language,
        audience=data.audience,
        allow_comments=data.allow_comments,
        is_ai=data.ai_label == "creator",
        ad_label=data.ad_label,
        alt_text=data.alt_text,
        content_level=data.content_level,
        can_download=data.can_download,
        intent=data.publish,
        scheduled_at_us=_at_us(data.scheduled_at),
        cut=Cut(trim.start_ms, trim.end_ms, data.cover_at_ms, crop),
        sound=SoundWish(
            sound.mode,
            None if sound.sound_id is None else SoundId(from_text(sound.sound_id)),
            sound.original_volume_pct,
            sound.sound_volume_pct,
            sound.title,
        ),
    )


def _edit(data: VideoEditWish) -> Edit:
    return Edit(
        caption=data.caption,
        language=data.language,
        audience=data.audience,
        allow_comments=data.allow_comments,
        is_ai=None if data.ai_label is None else data.ai_label == "creator",
        ad_label=data.ad_label,
        alt_text=data.alt_text,
        content_level=data.content_level,
        can_download=data.can_download,
        is_pinned=data.is_pinned,
        intent=data.publish,
        scheduled_at_us=_at_us(data.scheduled_at),
        cover_at_ms=data.cover_at_ms,
    )


def _at_us(at: datetime | None) -> int | None:
    if at is None:
        return None
    if at.tzinfo is None:
        raise BadSchedule("a time needs its offset from UTC")
    return microseconds(at)


def _id(text: str) -> VideoId:
    return VideoId(from_text(text))


ROUTES = (
    create_video,
    change_video,
    remove_video,
    list_own_videos,
    get_progress,
    get_caption_history,
    download_video,
)
