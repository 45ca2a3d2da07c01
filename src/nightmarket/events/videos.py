"""What `videos` tells: clips arrive, appear, change and go."""

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from nightmarket.events.event import Event
from nightmarket.kernel.ids import AccountId, SoundId, VideoId


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoSubmitted(Event):
    """A clip was handed in and waits for processing and a decision."""

    name: ClassVar[str] = "video.submitted"

    video_id: VideoId
    creator_id: AccountId
    caption: str

    @property
    @override
    def key(self) -> int:
        """Facts about one video stay in order."""
        return self.video_id


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoPublished(Event):
    """A clip can be watched by its audience from now on.

    `content`: figures of its pictures and sound, about -1..1 each; empty while none were taken.
    """

    name: ClassVar[str] = "video.published"

    video_id: VideoId
    creator_id: AccountId
    caption: str
    hashtags: tuple[str, ...]
    mentions: tuple[AccountId, ...]
    language: str
    sound_id: SoundId | None
    duration_ms: int
    audience: str
    ai_label: str
    content_level: str
    published_at_us: int
    content: tuple[float, ...] = ()

    @property
    @override
    def key(self) -> int:
        """Facts about one video stay in order."""
        return self.video_id


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoChanged(Event):
    """A published clip has a new caption, audience, label or content; carries the whole snapshot.

    `content`: as when it was published.
    """

    name: ClassVar[str] = "video.changed"

    video_id: VideoId
    creator_id: AccountId
    caption: str
    hashtags: tuple[str, ...]
    mentions: tuple[AccountId, ...]
    language: str
    sound_id: SoundId | None
    duration_ms: int
    audience: str
    ai_label: str
    content_level: str
    published_at_us: int
    content: tuple[float, ...] = ()

    @property
    @override
    def key(self) -> int:
        """Facts about one video stay in order."""
        return self.video_id


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoRemoved(Event):
    """A clip is gone: deleted, hidden by a decision, or made private."""

    name: ClassVar[str] = "video.removed"

    video_id: VideoId
    creator_id: AccountId
    reason: str

    @property
    @override
    def key(self) -> int:
        """Facts about one video stay in order."""
        return self.video_id
