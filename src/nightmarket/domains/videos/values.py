"""Frozen values and states of videos, sounds, captions and playlists."""

from dataclasses import dataclass, field
from enum import StrEnum

from nightmarket.kernel.ids import AccountId, PlaylistId, SoundId, UploadId, VideoId


class VideoState(StrEnum):
    """Where a video stands for people."""

    DRAFT = "draft"
    PROCESSING = "processing"
    SCHEDULED = "scheduled"
    LIVE = "live"
    REFUSED = "refused"
    REMOVED = "removed"


class RenderState(StrEnum):
    """Where the work on its bytes stands. PLAYABLE: something plays, the ladder has not begun."""

    RECEIVED = "received"
    PROBING = "probing"
    PLAYABLE = "playable"
    RENDERING = "rendering"
    DONE = "done"
    REFUSED = "refused"


class Intent(StrEnum):
    """What the creator asked to happen once it can be played."""

    DRAFT = "draft"
    NOW = "now"
    SCHEDULE = "schedule"


class Audience(StrEnum):
    """Who may watch."""

    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    FRIENDS = "friends"
    ONLY_ME = "only_me"


class Commenters(StrEnum):
    """Who may comment."""

    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    FRIENDS = "friends"
    NOBODY = "nobody"


class AiLabel(StrEnum):
    """Who says that a machine made the pictures."""

    NONE = "none"
    CREATOR = "creator"
    CREDENTIALS = "credentials"


class ContentLevel(StrEnum):
    """Mature clips are shown to signed-in adults only."""

    GENERAL = "general"
    MATURE = "mature"


class SoundMode(StrEnum):
    """What becomes of the film's own sound."""

    KEEP = "keep"
    MUTE = "mute"
    USE = "use"


class Restriction(StrEnum):
    """What moderation decided; REMOVE goes with the state `removed`."""

    NONE = "none"
    LABEL = "label"
    LIMIT = "limit"
    AGE_GATE = "age_gate"
    DEMOTE = "demote"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Rendition:
    """One file a player can be pointed at."""

    name: str
    file: str
    width: int
    height: int
    bitrate_bps: int
    bytes: int
    codecs: str


@dataclass(frozen=True, slots=True)
class Storyboard:
    """One picture of tiles, row by row; tile i shows the film at i * interval_ms."""

    file: str
    tile_width: int
    tile_height: int
    columns: int
    interval_ms: int
    count: int


@dataclass(frozen=True, slots=True)
class MediaDocument:
    """What the machine made of an upload: file names below the media key. Empty: not yet made."""

    width: int = 0
    height: int = 0
    duration_ms: int = 0
    renditions: tuple[Rendition, ...] = ()
    hls_file: str | None = None
    poster: str | None = None
    cover: str | None = None
    preview: str | None = None
    placeholder: str = ""
    storyboard: Storyboard | None = None
    has_sound: bool = False

    @property
    def is_playable(self) -> bool:
        """Something plays, perhaps still growing."""
        return bool(self.renditions) or self.hls_file is not None


@dataclass(frozen=True, slots=True)
class Mention:
    """A person named in a caption, by the handle written there."""

    handle: str
    account_id: AccountId


@dataclass(frozen=True, slots=True)
class Track:
    """A caption file's language."""

    language: str


@dataclass(frozen=True, slots=True)
class SoundCard:
    """A sound that videos use; `media_key` is the folder of its `sound.m4a`."""

    sound_id: SoundId
    creator_id: AccountId
    title: str
    original_video_id: VideoId
    media_key: str
    duration_ms: int
    is_public: bool
    uses_count: int
    cover_url: str | None = None

    @property
    def audio_url(self) -> str:
        """Where the audio file is served."""
        return f"/media/{self.media_key}/sound.m4a"


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoCard:
    """A video as every list, page and feed needs it; the creator's profile is asked of identity."""

    video_id: VideoId
    creator_id: AccountId
    market: str
    state: VideoState
    caption: str
    hashtags: tuple[str, ...]
    mentions: tuple[Mention, ...]
    language: str
    audience: Audience
    allow_comments: Commenters
    ai_label: AiLabel
    ad_label: bool
    alt_text: str
    content_level: ContentLevel
    can_download: bool
    is_pinned: bool
    restriction: Restriction
    media_key: str
    media: MediaDocument
    render_state: RenderState
    fraction: float
    sound: SoundCard | None
    tracks: tuple[Track, ...]
    created_at_us: int
    published_at_us: int | None
    scheduled_at_us: int | None
    pinned_at_us: int

    def file_url(self, file: str | None) -> str | None:
        """Return the address of one of its files."""
        return None if file is None else f"/media/{self.media_key}/{file}"

    @property
    def sound_id(self) -> SoundId | None:
        """The sound heard, its own or another's."""
        return self.sound.sound_id if self.sound else None

    @property
    def duration_ms(self) -> int:
        """Length as published; 0 while unknown."""
        return self.media.duration_ms


@dataclass(frozen=True, slots=True)
class SoundWish:
    """What the creator asked to be done with the sound; volumes in percent, 0..200.

    `title` names the film's own sound for others who use it; empty: it is called after its maker.
    """

    mode: SoundMode = SoundMode.KEEP
    sound_id: SoundId | None = None
    original_volume_pct: int = 0
    sound_volume_pct: int = 100
    title: str = ""


@dataclass(frozen=True, slots=True)
class Crop:
    """The part of the picture that is published, in shares 0..1 of the upright picture's sides."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Cut:
    """Which part of the upload is published and which frame stands for it.

    `crop` None: the whole picture.
    """

    start_ms: int = 0
    end_ms: int | None = None
    cover_at_ms: int | None = None
    crop: Crop | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Everything a creator says about a new video."""

    upload_id: UploadId
    caption: str = ""
    language: str | None = None
    audience: Audience = Audience.EVERYONE
    allow_comments: Commenters = Commenters.EVERYONE
    is_ai: bool = False
    ad_label: bool = False
    alt_text: str = ""
    content_level: ContentLevel = ContentLevel.GENERAL
    can_download: bool = False
    intent: Intent = Intent.NOW
    scheduled_at_us: int | None = None
    cut: Cut = field(default_factory=Cut)
    sound: SoundWish = field(default_factory=SoundWish)


@dataclass(frozen=True, slots=True)
class ProgressView:
    """How far the work on a video is; `playable_url` None: nothing plays yet."""

    video_id: VideoId
    state: RenderState
    fraction: float
    playable_url: str | None
    renditions_done: tuple[str, ...]
    refusal_code: str | None
    refusal_words: str | None


@dataclass(frozen=True, slots=True)
class CaptionEdit:
    """What a caption said before it was changed at `edited_at_us`."""

    edited_at_us: int
    caption: str


@dataclass(frozen=True, slots=True)
class Playlist:
    """A creator's ordered list of videos."""

    playlist_id: PlaylistId
    owner_id: AccountId
    title: str
    videos_count: int
    created_at_us: int
