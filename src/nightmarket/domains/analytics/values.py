"""Impressions, kinds of events, counters and what a viewer watched: frozen, no I/O."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, NamedTuple
from uuid import UUID

import msgspec

from nightmarket.kernel.ids import RequestId, VideoId, ViewerId

DAY_US = 86_400_000_000
BATCH_MAX = 500
REACH_STEPS = 20
"""The retention curve has a point every twentieth of the video."""


class Surface(IntEnum):
    """Where an item was shown; part of the impression, at most 15."""

    FOR_YOU = 0
    FOLLOWING = 1
    FRIENDS = 2
    EXPLORE = 3
    SEARCH = 4
    PROFILE = 5
    HASHTAG = 6
    SOUND = 7
    LINK = 8
    COLLECTION = 9
    INBOX = 10
    PLAYLIST = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Impression:
    """One item served to one viewer at one place of one page."""

    viewer_id: ViewerId
    video_id: VideoId
    request_id: RequestId
    position: int
    surface: Surface
    shown_at_ms: int

    def __post_init__(self) -> None:
        assert 0 <= self.position <= 255, self.position  # noqa: PLR2004  # One byte.
        assert 0 <= self.shown_at_ms < 1 << 48, self.shown_at_ms


class Kind(IntEnum):
    """Every kind of line in the interaction log. The number is stored: never reuse one."""

    WATCH = 1
    DWELL = 2
    OPEN = 3
    SHARE_SHEET = 4
    SEEK = 5
    MUTE = 6
    PAUSE = 7
    CAPTIONS = 8
    SPEED = 9
    STALL = 10
    START = 11
    PROFILE_VISIT = 12
    LIKE = 20
    UNLIKE = 21
    SAVE = 22
    UNSAVE = 23
    REPOST = 24
    UNREPOST = 25
    SHARE = 26
    COMMENT = 27
    UNCOMMENT = 28
    FOLLOW = 29
    UNFOLLOW = 30
    NOT_INTERESTED = 31
    INTERESTED_AGAIN = 32


UNDONE_BY: dict[Kind, Kind] = {
    Kind.LIKE: Kind.UNLIKE,
    Kind.SAVE: Kind.UNSAVE,
    Kind.REPOST: Kind.UNREPOST,
    Kind.COMMENT: Kind.UNCOMMENT,
    Kind.FOLLOW: Kind.UNFOLLOW,
    Kind.NOT_INTERESTED: Kind.INTERESTED_AGAIN,
}
"""Deeds that can be taken back, and the line that says so."""


@dataclass(frozen=True, slots=True)
class ObservedKind:
    """A kind that players and pages may report.

    `needs_watch`: `watch_ms` must be there. `what` is the sentence the reference prints.
    """

    kind: Kind
    name: str
    needs_watch: bool
    what: str


OBSERVED: tuple[ObservedKind, ...] = (
    ObservedKind(
        Kind.WATCH,
        "watch",
        needs_watch=True,
        what="Playing time since the last `watch` of this impression, in real milliseconds; sent "
        "on leaving an item, and in between if it is long. Samples add up.",
    ),
    ObservedKind(Kind.DWELL, "dwell", needs_watch=True, what="On screen without playing."),
    ObservedKind(Kind.START, "start", needs_watch=True, what="Time until the first frame."),
    ObservedKind(Kind.STALL, "stall", needs_watch=True, what="Waited for bytes while playing."),
    ObservedKind(Kind.OPEN, "open", needs_watch=False, what="Opened the item's own page."),
    ObservedKind(Kind.SHARE_SHEET, "share_sheet", needs_watch=False, what="Opened the sheet."),
    ObservedKind(Kind.SEEK, "seek", needs_watch=False, what="Moved to `position_ms`."),
    ObservedKind(Kind.MUTE, "mute", needs_watch=False, what="Sound off, or on: `loops` is 0, 1."),
    ObservedKind(Kind.PAUSE, "pause", needs_watch=False, what="Paused at `position_ms`."),
    ObservedKind(Kind.CAPTIONS, "captions", needs_watch=False, what="Captions on or off."),
    ObservedKind(Kind.SPEED, "speed", needs_watch=False, what="Another playing speed."),
    ObservedKind(
        Kind.PROFILE_VISIT,
        "profile_visit",
        needs_watch=False,
        what="Opened the creator's profile from the item.",
    ),
)
"""What `/events` takes: the one list that ingestion, the reference and the client read."""

TAKEN_ELSEWHERE = frozenset(
    {
        *("like", "unlike", "save", "unsave", "repost", "unrepost", "share"),
        *("comment", "uncomment", "follow", "unfollow"),
        *("not_interested", "interested_again"),
    }
)
"""Kinds that change state: each has its own call, which emits the event."""


@dataclass(frozen=True, slots=True)
class Counters:
    """Figures of one video over its life."""

    video_id: VideoId
    views: int = 0
    watch_ms: int = 0
    finishes: int = 0
    likes: int = 0
    comments: int = 0
    shares: int = 0
    saves: int = 0


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What showings in the feed led to, apart for viewers who came less than a day before."""

    video_id: VideoId
    is_fresh: bool
    exposures: int
    long_views: int
    likes: int
    comments: int
    shares: int
    saves: int


@dataclass(frozen=True, slots=True)
class CappedViewer:
    """Somebody who is not counted until `until_at_us`, and why.

    They sent `lines` within ten minutes where `usual` was the median viewer's; 0: too few viewers.
    """

    viewer_id: int
    market: str
    lines: int
    usual: int
    since_at_us: int
    until_at_us: int


class Watched(NamedTuple):
    """What one viewer did with one video, newest figures; every page reads hundreds."""

    video_id: VideoId
    watch_ms: int
    duration_ms: int
    is_finish: bool
    is_liked: bool
    at_us: int


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Figures of one video on one UTC day, counted from 1970."""

    day: int
    views: int
    watch_ms: int
    finishes: int
    likes: int
    comments: int
    shares: int
    saves: int


@dataclass(frozen=True, slots=True)
class Insights:
    """What a creator sees of a video: totals, days, and the share still watching by twentieth."""

    counters: Counters
    days: tuple[DayFigures, ...]
    retention: tuple[float, ...]


Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=86_400_000)]


class ReportedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One line of what a player or page observed.

    `watch_ms` is real time, not media time; `position_ms` and `duration_ms` are media time.
    `loops` counts restarts, or is the kind's own small number.
    """

    event_id: UUID
    kind: str
    impression_id: str
    occurred_at_ms: int
    watch_ms: Milliseconds | None = None
    position_ms: Milliseconds = 0
    duration_ms: Milliseconds = 0
    loops: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0


class ReportedEvents(msgspec.Struct, frozen=True, kw_only=True):
    """A batch as a client sends it."""

    events: list[ReportedEvent]
