"""What was shown, as whoever inspects a market asks for it and is answered."""

from dataclasses import dataclass, field
from enum import StrEnum

from nightmarket.domains.feed.values.candidates import Origin
from nightmarket.domains.feed.values.query import Tab
from nightmarket.domains.feed.values.records import Way
from nightmarket.kernel.ids import RequestId

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US


class Age(StrEnum):
    """How old a video was when it was shown, the youngest first."""

    HOUR = "hour"
    DAY = "day"
    THREE_DAYS = "three_days"
    WEEK = "week"
    MONTH = "month"
    OLDER = "older"


AGES_US = (HOUR_US, DAY_US, 3 * DAY_US, 7 * DAY_US, 30 * DAY_US)
"""Where each age ends and the next begins."""


class ShownKind(StrEnum):
    """What items are told apart by; each is the name of a filter too."""

    TAB = "tab"
    IS_PERSONAL = "is_personal"
    SOURCE = "source"
    WAY = "way"
    LANGUAGE = "language"
    IS_AI = "is_ai"
    IS_MATURE = "is_mature"
    AGE = "age"
    SNAPSHOT = "snapshot"
    HASHTAG = "hashtag"
    CREATOR = "creator_id"
    VIDEO = "video_id"
    POOL_LEVEL = "pool_level"


UNKNOWN = "unknown"
"""The value of what the index does not know: of a video that is gone."""
NO_LANGUAGE = "und"
"""The value of a language that nobody said, as BCP 47 writes it."""
UNRACED = "none"
"""The pool level of what never raced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A market's pages from `since_us` (inclusive) to `until_us` (exclusive); `tab` None: all."""

    market: str
    since_us: int
    until_us: int
    tab: Tab | None = None

    def __post_init__(self) -> None:
        assert 0 <= self.since_us < self.until_us, self


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Which items are meant, all of it at once; None: whatever it is.

    `is_unknown`: the index no longer knows the video. `pool_level` -1: it never raced.
    """

    video_id: int | None = None
    source: Origin | None = None
    way: Way | None = None
    is_personal: bool | None = None
    snapshot: str | None = None
    language: str | None = None
    is_ai: bool | None = None
    is_mature: bool | None = None
    is_unknown: bool | None = None
    age: Age | None = None
    hashtag: str | None = None
    creator_id: int | None = None
    pool_level: int | None = None


@dataclass(frozen=True, slots=True)
class ShownPage:
    """One page in a list. `matches`: how many items are meant; `rivals` 0: no random slot."""

    request_id: RequestId
    viewer_id: int
    market: str
    tab: str
    made_at_us: int
    layout_id: int
    snapshot: str
    trust: float
    video_ids: list[int]
    sources: list[int]
    ways: list[int]
    rivals: int
    matches: int


@dataclass(frozen=True, slots=True)
class Told:
    """What the index says of a video today. `hashtags`: none where not everybody may see it."""

    video_id: int
    creator_id: int
    language: str
    is_ai: bool
    is_mature: bool
    is_open: bool
    published_at_us: int
    is_public: bool
    hashtags: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How many items were of one value; `by_day` in the order of the days, empty: not by day."""

    kind: ShownKind
    value: str
    items: int
    by_day: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """How unevenly items fell on the creators that were shown at all.

    `gini` 0: all alike, near 1: one had everything. `top_1_share`, `top_10_share`: the share of
    the items of the most shown hundredth and tenth of them, at least of one.
    """

    creators: int
    gini: float
    top_1_share: float
    top_10_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDay:
    """One day, UTC, counted from 1970."""

    day: int
    pages: int
    items: int
    pages_with_rivals: int
    concentration: Concentration


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a stretch of time showed. `videos`: how many different ones, None: too many to count."""

    pages: int
    items: int
    pages_with_rivals: int
    videos: int | None
    concentration: Concentration
    days: tuple[ShownDay, ...] = ()
    parts: tuple[Part, ...] = field(default=())
