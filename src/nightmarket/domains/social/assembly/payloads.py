"""What a video, a sound and a person look like over HTTP, for every list and page alike."""

import msgspec

from nightmarket.domains.identity.values import Follows, Profile
from nightmarket.domains.social.values import Counts, Reactions
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
from nightmarket.infra.http import moment, text_id
from nightmarket.kernel.ids import to_text

LANGUAGE_NAMES = {
    "ar": "العربية",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "hi": "हिन्दी",
    "id": "Bahasa Indonesia",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "ms": "Bahasa Melayu",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "ru": "Русский",
    "th": "ไทย",
    "tr": "Türkçe",
    "uk": "Українська",
    "vi": "Tiếng Việt",
    "zh": "中文",
}
"""What speakers call their language; others are shown by their tag."""


class ProfilePayload(msgspec.Struct, kw_only=True):
    """One account in a list, as the caller stands to it."""

    account_id: str
    handle: str
    name: str
    avatar_url: str | None
    is_private: bool
    is_verified: bool
    you_follow: Follows
    follows_you: bool


class NamedPayload(msgspec.Struct):
    """Somebody named in a text, by the handle written there."""

    handle: str
    account_id: str


class SoundPayload(msgspec.Struct, kw_only=True):
    """A sound videos use."""

    sound_id: str
    title: str
    by: ProfilePayload | None
    duration_ms: int
    audio_url: str
    uses_count: int
    cover_url: str | None
    original_video_id: str | None


class RenditionPayload(msgspec.Struct):
    """One file a player can be pointed at."""

    name: str
    url: str
    width: int
    height: int
    bitrate_bps: int
    bytes: int
    codecs: str


class StoryboardPayload(msgspec.Struct):
    """One picture of tiles for the seek bar."""

    url: str
    tile_width: int
    tile_height: int
    columns: int
    interval_ms: int
    count: int


class CaptionsPayload(msgspec.Struct):
    """One language of captions."""

    language: str
    label: str
    url: str


class CountsPayload(msgspec.Struct):
    """Figures everybody sees."""

    views: int
    likes: int
    comments: int
    shares: int
    saves: int


class YouPayload(msgspec.Struct):
    """How the caller stands to the video."""

    liked: bool
    saved: bool
    reposted: bool
    following: bool
    is_owner: bool


class VideoPayload(msgspec.Struct, kw_only=True):
    """A video with everything a player and its page show."""

    video_id: str
    state: VideoState
    creator: ProfilePayload
    caption: str
    hashtags: list[str]
    mentions: list[NamedPayload]
    language: str
    duration_ms: int
    width: int
    height: int
    rotation: int
    poster_url: str | None
    placeholder: str
    storyboard: StoryboardPayload | None
    renditions: list[RenditionPayload]
    hls_url: str | None
    captions: list[CaptionsPayload]
    sound: SoundPayload | None
    audience: Audience
    allow_comments: Commenters
    ai_label: AiLabel
    ad_label: bool
    alt_text: str
    content_level: ContentLevel
    can_download: bool
    is_pinned: bool
    published_at: str | None
    scheduled_at: str | None
    counts: CountsPayload
    you: YouPayload
    deep_link: str


class WatchedVideoPayload(VideoPayload, kw_only=True):
    """A video on its own page. `impression_id` null: it is not live, nothing is counted yet."""

    impression_id: str | None


def profile_payload(profile: Profile) -> ProfilePayload:
    """Return an account as lists show it."""
    return ProfilePayload(
        account_id=to_text(profile.account_id),
        handle=profile.handle,
        name=profile.name,
        avatar_url=profile.avatar_url,
        is_private=profile.is_private,
        is_verified=profile.is_verified,
        you_follow=profile.you_follow,
        follows_you=profile.follows_you,
    )


def sound_payload(sound: SoundCard, by: Profile | None) -> SoundPayload:
    """Return a sound; `by` None: its maker is gone."""
    return SoundPayload(
        sound_id=to_text(sound.sound_id),
        title=sound.title,
        by=profile_payload(by) if by else None,
        duration_ms=sound.duration_ms,
        audio_url=sound.audio_url,
        uses_count=sound.uses_count,
        cover_url=sound.cover_url,
        original_video_id=text_id(sound.original_video_id),
    )


def video_payload(
    card: VideoCard,
    creator: Profile,
    sound_by: Profile | None,
    counts: CountsPayload,
    you: YouPayload,
) -> VideoPayload:
    """Return one video as one caller sees it."""
    media = card.media
    return VideoPayload(
        video_id=to_text(card.video_id),
        state=card.state,
        creator=profile_payload(creator),
        caption=card.caption,
        hashtags=list(card.hashtags),
        mentions=[NamedPayload(one.handle, to_text(one.account_id)) for one in card.mentions],
        language=card.language,
        duration_ms=media.duration_ms,
        width=media.width,
        height=media.height,
        rotation=0,
        poster_url=card.file_url(media.cover or media.poster),
        placeholder=media.placeholder,
        storyboard=_storyboard(card, media),
        renditions=_renditions(card, media),
        hls_url=card.file_url(media.hls_file),
        captions=_captions(card),
        sound=sound_payload(card.sound, sound_by) if card.sound else None,
        audience=card.audience,
        allow_comments=card.allow_comments,
        ai_label=card.ai_label,
        ad_label=card.ad_label,
        alt_text=card.alt_text,
        content_level=card.content_level,
        can_download=card.can_download,
        is_pinned=card.is_pinned,
        published_at=moment(card.published_at_us),
        scheduled_at=moment(card.scheduled_at_us),
        counts=counts,
        you=you,
        deep_link=f"/@{creator.handle}/video/{to_text(card.video_id)}",
    )


def counts_payload(views: int, counts: Counts) -> CountsPayload:
    """Return a video's figures: views are folded from the log, the rest is exact."""
    return CountsPayload(views, counts.likes, counts.comments, counts.shares, counts.saves)


def you_payload(reactions: Reactions, *, is_following: bool, is_owner: bool) -> YouPayload:
    """Return how the caller stands to a video."""
    return YouPayload(
        reactions.has_liked, reactions.has_saved, reactions.has_reposted, is_following, is_owner
    )


def _storyboard(card: VideoCard, media: MediaDocument) -> StoryboardPayload | None:
    board = media.storyboard
    if board is None:
        return None
    url = card.file_url(board.file)
    assert url is not None
    return StoryboardPayload(
        url, board.tile_width, board.tile_height, board.columns, board.interval_ms, board.count
    )


def _renditions(card: VideoCard, media: MediaDocument) -> list[RenditionPayload]:
    return [
        RenditionPayload(
            one.name,
            f"/media/{card.media_key}/{one.file}",
            one.width,
            one.height,
            one.bitrate_bps,
            one.bytes,
            one.codecs,
        )
        for one in media.renditions
    ]


def _captions(card: VideoCard) -> list[CaptionsPayload]:
    place = f"/api/v1/videos/{to_text(card.video_id)}/captions"
    return [
        CaptionsPayload(
            track.language,
            LANGUAGE_NAMES.get(track.language.split("-")[0], track.language),
            f"{place}/{track.language}.vtt",
        )
        for track in card.tracks
    ]
