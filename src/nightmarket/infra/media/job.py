"""What is asked of the media library and what it answers: frozen values, no work."""

from dataclasses import dataclass, field
from enum import StrEnum

STATISTICS_VERSION = 2
"""Raised when the meaning of a number in `Statistics.vector` changes."""


class SoundMode(StrEnum):
    """What becomes of the film's own sound."""

    KEEP = "keep"
    MUTE = "mute"
    USE = "use"  # Mix in, or replace by, the file in `SoundChoice.path`.


@dataclass(frozen=True, slots=True)
class SoundChoice:
    """The sound of the result. Volumes are linear percent, 0..200, before loudness is set."""

    mode: SoundMode = SoundMode.KEEP
    path: str | None = None  # Only with USE: a file with sound, of the kinds that are sniffed.
    original_volume_pct: int = 0
    sound_volume_pct: int = 100


@dataclass(frozen=True, slots=True)
class Crop:
    """The part of the picture that is kept, in shares 0..1 of the upright picture's sides."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What one upload may be and what one job may use. Defaults fit two cores and ten minutes."""

    duration_ms_max: int = 600_000
    source_bytes_max: int = 2 << 30
    side_px_max: int = 4096
    cpu_s_max: int = 3600
    wall_s_max: int = 3600
    stall_s_max: int = 300  # Without any report.
    memory_bytes_max: int = 4 << 30  # Address space, not resident; the usual job resides in 300 MB.
    output_bytes_max: int = 2 << 30  # Each file.
    open_files_max: int = 64
    nice: int = 10


@dataclass(frozen=True, slots=True)
class RenderJob:
    """One upload to publish.

    `folder` must exist; files are written there by the names in the result. `rungs` are short
    sides in pixels, ascending; no rung is larger than what is left of the source.
    """

    source: str
    folder: str
    start_ms: int = 0
    end_ms: int | None = None  # None: to the end.
    cover_at_ms: int | None = None  # On the trimmed timeline. None: the best frame is picked.
    sound: SoundChoice = SoundChoice()
    rungs: tuple[int, ...] = (360, 540, 720)
    crop: Crop | None = None  # None: the whole picture.
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class CoverJob:
    """Another cover for a film that is published: one frame of one of its own renditions.

    `name` begins the names of the files that are written to `folder`.
    """

    source: str
    folder: str
    at_ms: int
    name: str
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Cover:
    """The frame that stands for a film: WebP small, then JPEG large, and a tiny placeholder."""

    files: tuple[str, str]
    placeholder: str


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the upload is, after the header and the first frame were read.

    `width` and `height` are as shown: rotated and with square pixels.
    """

    container: str  # Sniffed kind, e.g. "mp4".
    duration_ms: int
    width: int
    height: int
    coded_width: int
    coded_height: int
    rotation_deg: int  # Clockwise, 0, 90, 180 or 270.
    is_mirrored: bool
    pixel_aspect: float
    frame_rate: float
    is_variable_rate: bool
    pixel_format: str
    transfer: str  # "sdr", "hlg" or "pq".
    video_codec: str
    video_profile: str
    video_level: int
    bitrate_bps: int
    audio_codec: str | None
    audio_channels: int
    audio_rate_hz: int


@dataclass(frozen=True, slots=True)
class Rendition:
    """One playable file. `playlist` is None for a plain MP4 that is not part of the ladder."""

    name: str  # "360", "540", "720", "1080" for the ladder; "first" for the quick remux.
    file: str
    playlist: str | None
    width: int
    height: int
    bytes: int
    bitrate_bps: int  # Mean over the file.
    peak_bps: int  # Largest over one segment.
    codecs: str  # RFC 6381.
    frame_rate: float


@dataclass(frozen=True, slots=True)
class Storyboard:
    """One JPEG of tiles, row by row; tile i shows the film at i * interval_ms."""

    file: str
    vtt_file: str
    tile_width: int
    tile_height: int
    columns: int
    interval_ms: int
    count: int


@dataclass(frozen=True, slots=True)
class Stills:
    """Pictures of the film. Posters are the first frame; covers are the chosen one."""

    posters: tuple[str, ...]  # WebP, small then large.
    covers: tuple[str, ...]  # WebP small, then JPEG large (link previews read no WebP).
    placeholder: str  # A `data:image/webp` address of about 150 characters.
    storyboard: Storyboard | None


@dataclass(frozen=True, slots=True)
class Loudness:
    """EBU R128 of the sound. None of the source's figures exist when it is silent."""

    source_lufs: float | None
    source_peak_dbtp: float | None
    gain_db: float
    is_limited: bool


@dataclass(frozen=True, slots=True)
class Statistics:
    """Numbers for the ranker: `vector[i]` is named by `statistics.NAMES[i]`, all about 0..1."""

    version: int
    vector: tuple[float, ...]  # float32[len(NAMES)]
    frame_hashes: tuple[str, ...]  # 16 hexadecimal digits each, one a second from the first frame.


@dataclass(frozen=True, slots=True)
class RenderResult:
    """Everything a finished job left in its folder."""

    facts: SourceFacts
    width: int  # Of the largest rendition.
    height: int
    duration_ms: int
    renditions: tuple[Rendition, ...]  # The ladder, smallest first.
    first: Rendition | None  # The remux; delete it when the ladder is served.
    hls_master: str
    stills: Stills
    statistics: Statistics
    loudness: Loudness | None  # None: no sound.
    sound_file: str | None  # The result's own sound as .m4a, for "use this sound".
    leftovers: tuple[str, ...]  # Growing files; delete them when nobody plays them any more.
    sound_print: bytes = b""  # Of the film's own sound, see `fingerprint`; empty: nothing is heard.


class Step(StrEnum):
    """What a progress report tells."""

    FACTS = "facts"
    FIRST_PLAYABLE = "first_playable"
    POSTER = "poster"
    FRACTION = "fraction"
    RENDITION = "rendition"


@dataclass(frozen=True, slots=True)
class Progress:
    """One report of a running job, in order. `fraction` never falls."""

    step: Step
    fraction: float
    facts: SourceFacts | None = None  # FACTS
    playable: str | None = None  # FIRST_PLAYABLE: an .mp4, or an .m3u8 that grows.
    rendition: Rendition | None = None  # FIRST_PLAYABLE (remux) and RENDITION.
    posters: tuple[str, ...] = field(default=())  # POSTER
    placeholder: str | None = None  # POSTER


class CredentialsState(StrEnum):
    """How far the Content Credentials of a file can be believed."""

    NONE = "none"
    VALID = "valid"  # Intact, and signed by somebody on the trust list.
    UNTRUSTED = "untrusted"  # Intact, by a signer whom nobody vouches for.
    INVALID = "invalid"  # Altered, or unreadable.


@dataclass(frozen=True, slots=True)
class Credentials:
    """Content Credentials as read at upload.

    `is_ai_generated` is the only field to show people: it is True only when the claim says so and
    validates. The others are what the file *claims*.
    """

    state: CredentialsState
    is_ai_generated: bool = False
    source_types: tuple[str, ...] = ()  # Last part of IPTC digitalSourceType addresses.
    claim_generator: str | None = None
    signer: str | None = None
    failures: tuple[str, ...] = ()  # C2PA status codes.
