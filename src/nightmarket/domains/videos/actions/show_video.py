"""Show videos as HTTP payloads: what studios, sounds and playlists answer.

`you` holds what videos alone know; who is above and knows likes and saves fills in the rest.
"""

from collections.abc import Sequence

import msgspec

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.analytics.values import Counters
from nightmarket.domains.identity import face as identity
from nightmarket.domains.identity.values import Follows, Profile
from nightmarket.domains.videos.values import (
    AiLabel,
    Audience,
    Commenters,
    ContentLevel,
    MediaDocument,
    SoundCard,
    VideoCard,
    VideoState,
)
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment, text_id
from nightmarket.kernel.ids import AccountId, to_text


class StudioPerson(msgspec.Struct, kw_only=True):
    """An account in a list."""

    account_id: str
    handle: str
    name: str
    avatar_url: str | None
    is_private: bool
    is_verified: bool
    you_follow: Follows
    follows_you: bool


class StudioMention(msgspec.Struct):
    """Somebody named in a caption."""

    handle: str
    account_id: str


class StudioSound(msgspec.Struct, kw_only=True):
    """A sound and where it comes from; `original_video_id` None: that video is not public."""

    sound_id: str
    title: str
    by: StudioPerson | None
    duration_ms: int
    audio_url: str
    uses_count: int
    cover_url: str | None
    original_video_id: str | None


class StudioRendition(msgspec.Struct):
    """One file a player can be pointed at."""

    name: str
    url: str
    width: int
    height: int
    bitrate_bps: int
    bytes: int
    codecs: str


class StudioStoryboard(msgspec.Struct):
    """One picture of tiles for the seek bar."""

    url: str
    tile_width: int
    tile_height: int
    columns: int
    interval_ms: int
    count: int


class StudioCaptions(msgspec.Struct):
    """One language of captions."""

    language: str
    label: str
    url: str


class StudioCounts(msgspec.Struct):
    """Figures everybody sees."""

    views: int
    likes: int
    comments: int
    shares: int
    saves: int


class StudioYou(msgspec.Struct):
    """How the caller stands to the video."""

    liked: bool
    saved: bool
    reposted: bool
    following: bool
    is_owner: bool


class StudioVideo(msgspec.Struct, kw_only=True):
    """A video with everything its creator sees."""

    video_id: str
    state: VideoState
    creator: StudioPerson
    caption: str
    hashtags: list[str]
    mentions: list[StudioMention]
    language: str
    duration_ms: int
    width: int
    height: int
    rotation: int
    poster_url: str | None
    cover_url: str | None
    placeholder: str
    storyboard: StudioStoryboard | None
    renditions: list[StudioRendition]
    hls_url: str | None
    captions: list[StudioCaptions]
    sound: StudioSound | None
    audience: Audience
    allow_comments: Commenters
    ai_label: AiLabel
    ad_label: bool
    alt_text: str
    content_level: ContentLevel
    can_download: bool
    is_pinned: bool
    restriction: str
    published_at: str | None
    scheduled_at: str | None
    created_at: str | None
    counts: StudioCounts
    you: StudioYou
    deep_link: str


async def show_videos(tx: Tx, cards: Sequence[VideoCard], viewer: Subject) -> list[StudioVideo]:
    """Return payloads in the same order; a creator who was erased leaves none."""
    if not cards:
        return []
    people = {card.creator_id for card in cards}
    people |= {card.sound.creator_id for card in cards if card.sound is not None}
    profiles = await identity.profiles(tx, people, viewer.account_id)
    counters = await analytics.counters(tx, [card.video_id for card in cards])
    return [
        _video(card, profiles, counters[card.video_id], viewer)
        for card in cards
        if card.creator_id in profiles
    ]


async def show_video(tx: Tx, card: VideoCard, viewer: Subject) -> StudioVideo:
    """Return one payload."""
    (payload,) = await show_videos(tx, [card], viewer)
    return payload


async def show_sounds(tx: Tx, cards: Sequence[SoundCard], viewer: Subject) -> list[StudioSound]:
    """Return payloads in the same order."""
    makers = {card.creator_id for card in cards}
    profiles = await identity.profiles(tx, makers, viewer.account_id) if makers else {}
    return [_sound(card, profiles.get(card.creator_id)) for card in cards]


def show_person(profile: Profile) -> StudioPerson:
    """Return an account as lists show it."""
    return StudioPerson(
        account_id=to_text(profile.account_id),
        handle=profile.handle,
        name=profile.name,
        avatar_url=profile.avatar_url,
        is_private=profile.is_private,
        is_verified=profile.is_verified,
        you_follow=profile.you_follow,
        follows_you=profile.follows_you,
    )


def _video(
    card: VideoCard, people: dict[AccountId, Profile], counters: Counters, viewer: Subject
) -> StudioVideo:
    creator, media = people[card.creator_id], card.media
    return StudioVideo(
        video_id=to_text(card.video_id),
        state=card.state,
        creator=show_person(creator),
        caption=card.caption,
        hashtags=list(card.hashtags),
        mentions=[StudioMention(one.handle, to_text(one.account_id)) for one in card.mentions],
        language=card.language,
        duration_ms=media.duration_ms,
        width=media.width,
        height=media.height,
        rotation=0,
        poster_url=card.file_url(media.poster),
        cover_url=card.file_url(media.cover or media.poster),
        placeholder=media.placeholder,
        storyboard=_storyboard(card, media),
        renditions=[
            StudioRendition(
                one.name,
                f"/media/{card.media_key}/{one.file}",
                one.width,
                one.height,
                one.bitrate_bps,
                one.bytes,
                one.codecs,
            )
            for one in media.renditions
        ],
        hls_url=card.file_url(media.hls_file),
        captions=_captions(card),
        sound=_sound(card.sound, people.get(card.sound.creator_id)) if card.sound else None,
        audience=card.audience,
        allow_comments=card.allow_comments,
        ai_label=card.ai_label,
        ad_label=card.ad_label,
        alt_text=card.alt_text,
        content_level=card.content_level,
        can_download=card.can_download,
        is_pinned=card.is_pinned,
        restriction=card.restriction.value,
        published_at=moment(card.published_at_us),
        scheduled_at=moment(card.scheduled_at_us),
        created_at=moment(card.created_at_us),
        counts=StudioCounts(
            counters.views, counters.likes, counters.comments, counters.shares, counters.saves
        ),
        you=StudioYou(
            liked=False,
            saved=False,
            reposted=False,
            following=creator.you_follow is Follows.YES,
            is_owner=viewer.account_id == card.creator_id,
        ),
        deep_link=f"/@{creator.handle}/video/{to_text(card.video_id)}",
    )


def _sound(card: SoundCard, maker: Profile | None) -> StudioSound:
    return StudioSound(
        sound_id=to_text(card.sound_id),
        title=card.title,
        by=None if maker is None else show_person(maker),
        duration_ms=card.duration_ms,
        audio_url=card.audio_url,
        uses_count=card.uses_count,
        cover_url=card.cover_url,
        original_video_id=text_id(card.original_video_id) if card.is_public else None,
    )


def _storyboard(card: VideoCard, media: MediaDocument) -> StudioStoryboard | None:
    board = media.storyboard
    if board is None:
        return None
    return StudioStoryboard(
        f"/media/{card.media_key}/{board.file}",
        board.tile_width,
        board.tile_height,
        board.columns,
        board.interval_ms,
        board.count,
    )


def _captions(card: VideoCard) -> list[StudioCaptions]:
    place = f"/api/v1/videos/{to_text(card.video_id)}/captions"
    return [
        StudioCaptions(track.language, track.language, f"{place}/{track.language}.vtt")
        for track in card.tracks
    ]
