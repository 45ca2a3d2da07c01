"""What `analytics` and `feed` tell about watching and steering."""

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from nightmarket.events.event import Event
from nightmarket.kernel.ids import VideoId, ViewerId


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewsCounted(Event):
    """A fold step: how many new views a video got since the last one."""

    name: ClassVar[str] = "watch.views_counted"

    video_id: VideoId
    views: int

    @property
    @override
    def key(self) -> int:
        """Facts about one video stay in order."""
        return self.video_id


@dataclass(frozen=True, slots=True, kw_only=True)
class NotInterested(Event):
    """A viewer asked to see less; `scope` is video, creator, sound or hashtag."""

    name: ClassVar[str] = "watch.not_interested"

    viewer_id: ViewerId
    scope: str
    value: str

    @property
    @override
    def key(self) -> int:
        """Facts about one viewer stay in order."""
        return self.viewer_id


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStartedOver(Event):
    """A viewer asked the feed to forget what it learned."""

    name: ClassVar[str] = "watch.feed_started_over"

    viewer_id: ViewerId

    @property
    @override
    def key(self) -> int:
        """Facts about one viewer stay in order."""
        return self.viewer_id


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRecorded(Event):
    """The interaction log grew; whoever folds it may read on."""

    name: ClassVar[str] = "watch.recorded"

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountersChanged(Event):
    """A fold moved the counters of these videos; ask `analytics` for the figures."""

    name: ClassVar[str] = "watch.counters_changed"

    video_ids: tuple[VideoId, ...]
