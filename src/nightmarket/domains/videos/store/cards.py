"""Reads videos for lists, pages and feeds: ids in order, and cards by id."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from nightmarket.domains.videos.values import (
    AiLabel,
    Audience,
    Commenters,
    ContentLevel,
    MediaDocument,
    Mention,
    RenderState,
    Restriction,
    SoundCard,
    Track,
    VideoCard,
    VideoState,
)
from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import ID_MAX, AccountId, SoundId, VideoId
from nightmarket.kernel.pages import PageRequest

QUERIES = sql.load("nightmarket.domains.videos")
_documents = msgspec.json.Decoder(MediaDocument)


@dataclass(frozen=True, slots=True)
class _CardRow:
    video_id: int
    creator_id: int
    market: str
    state: str
    caption: str
    hashtags: list[str]
    mention_ids: list[int]
    mention_handles: list[str]
    language: str
    audience: str
    allow_comments: str
    is_ai_by_creator: bool
    is_ai_by_credentials: bool
    ad_label: bool
    alt_text: str
    content_level: str
    can_download: bool
    restriction: str
    pinned_at_us: int
    created_at_us: int
    published_at_us: int | None
    scheduled_at_us: int | None
    media_key: str
    document: bytes
    render_state: str
    fraction: float
    sound_id: int | None
    sound_creator_id: int | None
    sound_title: str | None
    sound_video_id: int | None
    sound_key: str | None
    sound_ms: int | None
    sound_is_public: bool | None
    sound_uses: int | None
    tracks: list[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides who may see a video."""

    video_id: VideoId
    creator_id: AccountId
    state: str
    audience: str
    content_level: str
    restriction: str
    market: str


@dataclass(frozen=True, slots=True)
class _Change:
    video_id: int
    changed_at_us: int


@dataclass(frozen=True, slots=True)
class _Statistics:
    video_id: int
    statistics: list[float]


@dataclass(frozen=True, slots=True)
class _TagCount:
    tag: str
    videos_count: int


async def cards(tx: Tx, ids: Sequence[VideoId]) -> dict[VideoId, VideoCard]:
    """Return cards by id; ids that do not exist are absent."""
    if not ids:
        return {}
    rows = await tx.rows(_CardRow, QUERIES["cards"], ids=list(ids))
    return {VideoId(row.video_id): _card(row) for row in rows}


async def standings(tx: Tx, ids: Sequence[VideoId]) -> list[Standing]:
    """Return what decides about visibility, in no order."""
    return await tx.rows(Standing, QUERIES["standings"], ids=list(ids)) if ids else []


async def ids_by_creator(
    tx: Tx, creator_id: AccountId, audiences: Sequence[Audience], request: PageRequest
) -> list[VideoId]:
    """Return a profile grid, pinned first, one more than the limit when there are more."""
    pinned, published, video = request.after or (ID_MAX, ID_MAX, ID_MAX)
    return await _ids(
        tx,
        "ids_by_creator",
        creator_id=creator_id,
        audiences=[audience.value for audience in audiences],
        pinned_at_us=pinned,
        published_at_us=published,
        video_id=video,
        limit=request.limit + 1,
    )


async def ids_of_creator(
    tx: Tx, creator_id: AccountId, state: str, request: PageRequest
) -> list[VideoId]:
    """Return the creator's own list, drafts included; an empty `state` means all."""
    (before,) = request.after or (ID_MAX,)
    return await _ids(
        tx,
        "ids_of_creator",
        creator_id=creator_id,
        state=state,
        before=before,
        limit=request.limit + 1,
    )


async def ids_by_hashtag(tx: Tx, tag: str, request: PageRequest) -> list[VideoId]:
    """Return a hashtag's live videos, newest first."""
    return await _newest(tx, "ids_by_hashtag", request, tag=tag)


async def ids_by_sound(tx: Tx, sound_id: SoundId, request: PageRequest) -> list[VideoId]:
    """Return a sound's live videos, newest first."""
    return await _newest(tx, "ids_by_sound", request, sound_id=sound_id)


async def ids_latest(tx: Tx, request: PageRequest) -> list[VideoId]:
    """Return all live videos for everyone, newest first."""
    return await _newest(tx, "ids_latest", request)


async def changes_since(
    tx: Tx, changed_at_us: int, video_id: int, limit: int
) -> list[tuple[VideoId, int]]:
    """Return (video, changed_at_us) after a place in the order of change."""
    rows = await tx.rows(
        _Change,
        QUERIES["changes_since"],
        changed_at_us=changed_at_us,
        video_id=video_id,
        limit=limit,
    )
    return [(VideoId(row.video_id), row.changed_at_us) for row in rows]


async def statistics(tx: Tx, ids: Sequence[VideoId]) -> dict[VideoId, tuple[float, ...]]:
    """Return the pictures' and sound's numbers; empty while unknown."""
    rows = await tx.rows(_Statistics, QUERIES["statistics_of"], ids=list(ids))
    return {VideoId(row.video_id): tuple(row.statistics) for row in rows}


async def hashtag_counts(tx: Tx, tags: Sequence[str]) -> dict[str, int]:
    """Return how many live videos carry each tag; tags without any are absent."""
    rows = await tx.rows(_TagCount, QUERIES["hashtag_count"], tags=list(tags))
    return {row.tag: row.videos_count for row in rows}


async def _newest(tx: Tx, query: str, request: PageRequest, **params: object) -> list[VideoId]:
    published, video = request.after or (ID_MAX, ID_MAX)
    return await _ids(
        tx, query, published_at_us=published, video_id=video, limit=request.limit + 1, **params
    )


async def _ids(tx: Tx, query: str, **params: object) -> list[VideoId]:
    return [VideoId(number) for number in await tx.column(int, QUERIES[query], **params)]


def _card(row: _CardRow) -> VideoCard:
    mentions = zip(row.mention_handles, row.mention_ids, strict=True)
    return VideoCard(
        video_id=VideoId(row.video_id),
        creator_id=AccountId(row.creator_id),
        market=row.market,
        state=VideoState(row.state),
        caption=row.caption,
        hashtags=tuple(row.hashtags),
        mentions=tuple(Mention(handle, AccountId(number)) for handle, number in mentions),
        language=row.language,
        audience=Audience(row.audience),
        allow_comments=Commenters(row.allow_comments),
        ai_label=ai_label(by_credentials=row.is_ai_by_credentials, by_creator=row.is_ai_by_creator),
        ad_label=row.ad_label,
        alt_text=row.alt_text,
        content_level=ContentLevel(row.content_level),
        can_download=row.can_download,
        is_pinned=row.pinned_at_us > 0,
        restriction=Restriction(row.restriction),
        media_key=row.media_key,
        media=_documents.decode(row.document),
        render_state=RenderState(row.render_state),
        fraction=row.fraction,
        sound=_sound(row),
        tracks=tuple(Track(language) for language in row.tracks),
        created_at_us=row.created_at_us,
        published_at_us=row.published_at_us,
        scheduled_at_us=row.scheduled_at_us,
        pinned_at_us=row.pinned_at_us,
    )


def ai_label(*, by_credentials: bool, by_creator: bool) -> AiLabel:
    """Return the label shown: credentials win over the creator's word."""
    if by_credentials:
        return AiLabel.CREDENTIALS
    return AiLabel.CREATOR if by_creator else AiLabel.NONE


def _sound(row: _CardRow) -> SoundCard | None:
    if row.sound_id is None:
        return None
    assert row.sound_creator_id is not None
    assert row.sound_video_id is not None
    return SoundCard(
        sound_id=SoundId(row.sound_id),
        creator_id=AccountId(row.sound_creator_id),
        title=row.sound_title or "",
        original_video_id=VideoId(row.sound_video_id),
        media_key=row.sound_key or "",
        duration_ms=row.sound_ms or 0,
        is_public=bool(row.sound_is_public),
        uses_count=row.sound_uses or 0,
    )
