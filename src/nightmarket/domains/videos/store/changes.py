"""Writes what creators and moderators decide about a video."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from nightmarket.domains.videos.errors import NoSuchVideo
from nightmarket.domains.videos.store.cards import QUERIES
from nightmarket.domains.videos.values import (
    CaptionEdit,
    MediaDocument,
    Mention,
    Restriction,
    VideoState,
    Wishes,
)
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, SoundId, UploadId, VideoId


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVideo:
    """A video about to be written."""

    video_id: VideoId
    creator_id: AccountId
    market: str
    state: VideoState
    wishes: Wishes
    language: str
    hashtags: tuple[str, ...]
    mentions: tuple[Mention, ...]
    media_key: str
    now_us: int


@dataclass(frozen=True, slots=True)
class Locked:
    """A video taken for a change."""

    video_id: VideoId
    creator_id: AccountId
    market: str
    state: str
    intent: str
    caption: str
    audience: str
    is_ai_by_creator: bool
    is_ai_by_credentials: bool
    pinned_at_us: int
    published_at_us: int | None
    scheduled_at_us: int | None
    restriction: str
    sound_id: SoundId | None
    media_key: str
    upload_id: UploadId | None
    render_state: str
    attempt: int
    sound_mode: str
    sound_title: str
    is_held: bool

    @property
    def video_state(self) -> VideoState:
        """The state as the enum."""
        return VideoState(self.state)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the creator may change at any time."""

    video_id: VideoId
    caption: str
    language: str
    audience: str
    allow_comments: str
    is_ai: bool
    ad_label: bool
    alt_text: str
    content_level: str
    can_download: bool
    intent: str
    scheduled_at_us: int | None
    pinned_at_us: int


async def insert(tx: Tx, new: NewVideo) -> None:
    """Write a new video and the work its bytes need."""
    wishes, crop = new.wishes, new.wishes.cut.crop
    await tx.run(
        QUERIES["video_insert"],
        video_id=new.video_id,
        creator_id=new.creator_id,
        market=new.market,
        state=new.state.value,
        intent=wishes.intent.value,
        caption=wishes.caption,
        hashtags=list(new.hashtags),
        **_mention_columns(new.mentions),
        language=new.language,
        audience=wishes.audience.value,
        allow_comments=wishes.allow_comments.value,
        is_ai=wishes.is_ai,
        ad_label=wishes.ad_label,
        alt_text=wishes.alt_text,
        content_level=wishes.content_level.value,
        can_download=wishes.can_download,
        sound_id=wishes.sound.sound_id,
        scheduled_at_us=wishes.scheduled_at_us,
        now_us=new.now_us,
    )
    await tx.run(
        QUERIES["media_insert"],
        video_id=new.video_id,
        media_key=new.media_key,
        upload_id=wishes.upload_id,
        trim_start_ms=wishes.cut.start_ms,
        trim_end_ms=wishes.cut.end_ms,
        cover_at_ms=wishes.cut.cover_at_ms,
        crop=None if crop is None else [crop.x, crop.y, crop.width, crop.height],
        sound_mode=wishes.sound.mode.value,
        original_volume_pct=wishes.sound.original_volume_pct,
        sound_volume_pct=wishes.sound.sound_volume_pct,
        sound_title=wishes.sound.title,
        document=msgspec.json.encode(MediaDocument()),
        now_us=new.now_us,
    )


async def take(tx: Tx, video_id: VideoId) -> Locked | None:
    """Take the video and the work on it until the transaction ends; None: it was deleted.

    Every change begins with this or with `lock`, so that no two wait for each other.
    """
    return await tx.maybe(Locked, QUERIES["video_lock"], video_id=video_id)


async def lock(tx: Tx, video_id: VideoId) -> Locked:
    """Take the video until the transaction ends.

    Raises:
        NoSuchVideo: there is none.
    """
    found = await take(tx, video_id)
    if found is None:
        raise NoSuchVideo("no such video")
    return found


async def set_state(tx: Tx, video_id: VideoId, state: VideoState, now_us: int) -> None:
    """Write the state; the first publication's time stays."""
    await tx.run(QUERIES["state_set"], video_id=video_id, state=state.value, now_us=now_us)


async def set_hashtags(
    tx: Tx, video_id: VideoId, tags: Sequence[str], published_at_us: int | None
) -> None:
    """Put the video on these tags' pages and no others; None: on none."""
    await tx.run(QUERIES["hashtags_clear"], video_id=video_id)
    if tags and published_at_us is not None:
        await tx.run(
            QUERIES["hashtags_set"],
            video_id=video_id,
            tags=list(tags),
            published_at_us=published_at_us,
        )


async def set_words(
    tx: Tx, video_id: VideoId, caption: str, tags: Sequence[str], mentions: Sequence[Mention]
) -> None:
    """Write a new caption and what it names."""
    await tx.run(
        QUERIES["words_set"],
        video_id=video_id,
        caption=caption,
        hashtags=list(tags),
        **_mention_columns(mentions),
    )


async def choices(tx: Tx, video_id: VideoId) -> Choices:
    """Return what the creator chose."""
    return await tx.one(Choices, QUERIES["choices"], video_id=video_id)


async def set_choices(tx: Tx, chosen: Choices, now_us: int) -> None:
    """Write all of the creator's choices but the caption."""
    values = {name: getattr(chosen, name) for name in Choices.__slots__ if name != "caption"}
    await tx.run(QUERIES["choices_set"], now_us=now_us, **values)


async def pins_count(tx: Tx, creator_id: AccountId) -> int:
    """Return how many live videos the creator has pinned."""
    return await tx.value(int, QUERIES["pins_count"], creator_id=creator_id) or 0


async def set_restriction(tx: Tx, video_id: VideoId, restriction: Restriction, now_us: int) -> None:
    """Write moderation's decision."""
    await tx.run(
        QUERIES["restriction_set"],
        video_id=video_id,
        restriction=restriction.value,
        now_us=now_us,
    )


async def set_held(tx: Tx, video_id: VideoId, *, is_held: bool) -> None:
    """Write whether moderation keeps it back."""
    await tx.run(QUERIES["held_set"], video_id=video_id, is_held=is_held)


async def keep_edit(tx: Tx, video_id: VideoId, caption: str, now_us: int) -> None:
    """Keep what the caption said until now."""
    await tx.run(QUERIES["edit_insert"], video_id=video_id, caption=caption, edited_at_us=now_us)


async def edits(tx: Tx, video_id: VideoId) -> list[CaptionEdit]:
    """Return earlier captions, newest first."""
    return await tx.rows(CaptionEdit, QUERIES["edits"], video_id=video_id)


async def delete(tx: Tx, video_id: VideoId) -> None:
    """Delete the video's rows."""
    await tx.run(QUERIES["video_delete"], video_id=video_id)


async def due(tx: Tx, now_us: int) -> list[VideoId]:
    """Lock and return scheduled videos whose time has come."""
    return [VideoId(number) for number in await tx.column(int, QUERIES["due"], now_us=now_us)]


def _mention_columns(mentions: Sequence[Mention]) -> dict[str, object]:
    return {
        "mention_ids": [mention.account_id for mention in mentions],
        "mention_handles": [mention.handle for mention in mentions],
    }
