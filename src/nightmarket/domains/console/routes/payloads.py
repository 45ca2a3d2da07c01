"""What inspections answer."""

import msgspec

from nightmarket.domains.feed.values.shown import ShownKind


class InspectionPayload(msgspec.Struct, frozen=True):
    """What an auditor looks into. Until `closes_at` viewers have the same name in it each time."""

    inspection_id: str
    market: str
    since: str | None
    until: str | None
    reason: str
    is_open: bool
    opened_at: str | None
    closes_at: str | None


class InspectionsPayload(msgspec.Struct, frozen=True):
    """The newest inspections of one auditor."""

    items: list[InspectionPayload]


class ConcentrationPayload(msgspec.Struct, frozen=True):
    """How unevenly items fell on the creators that were shown; `gini` 0: all alike."""

    creators: int
    gini: float
    top_1_share: float
    top_10_share: float


class ShownDayPayload(msgspec.Struct, frozen=True):
    """One day, UTC; the addresses answer its figures in full, and its pages."""

    day: str
    pages: int
    items: int
    pages_with_rivals: int
    concentration: ConcentrationPayload
    figures_url: str
    pages_url: str


class ShownPartPayload(msgspec.Struct, frozen=True):
    """How many items were of one value, `share` of all; `pages_url` lists the pages they are on.

    The `matches` of those pages add up to `items`. `by_day`: in the order of the days; empty: it
    is told of the whole time only. `words`: what the value is called,
    a creator by the handle and a video by its title; empty: as it is.
    """

    kind: ShownKind
    value: str
    words: str
    items: int
    share: float
    by_day: list[int]
    pages_url: str


class ShownFiguresPayload(msgspec.Struct, frozen=True):
    """What a market was shown. `videos`: how many different ones, null: too many to count.

    Of hashtags, states of the ranker, creators and videos only those with the most items are told.
    What a video is (language, labels, hashtags, creator, pool level) is as of today; its age is of
    the moment it was shown.
    """

    market: str
    since: str | None
    until: str | None
    tab: str | None
    pages: int
    items: int
    pages_with_rivals: int
    videos: int | None
    concentration: ConcentrationPayload
    days: list[ShownDayPayload]
    parts: list[ShownPartPayload]
    pages_url: str
    records_url: str


class ListedItemPayload(msgspec.Struct, frozen=True):
    """One item of a page: which video, which source proposed it, how it came to its slot."""

    video_id: str
    source: str
    way: str


class ListedPagePayload(msgspec.Struct, frozen=True):
    """One page that was served. `viewer`: a name of this inspection; null: nobody may know.

    `matches`: how many of its items have the marks; `rivals`: among how many its random slot was
    drawn, 0: it has none.
    """

    request_id: str
    viewer: str | None
    tab: str
    made_at: str | None
    snapshot: str
    trust: float
    rivals: int
    matches: int
    items: list[ListedItemPayload]
    page_url: str


class ListedPagesPayload(msgspec.Struct, frozen=True):
    """Pages, the newest first."""

    items: list[ListedPagePayload]
    next_cursor: str | None


class InspectedFeaturePayload(msgspec.Struct, frozen=True):
    """One parameter of a score: `adds` is `value` times `weight`."""

    code: str
    words: str
    value: float
    weight: float
    adds: float


class InspectedHeadPayload(msgspec.Struct, frozen=True):
    """One thing the ranker expected, and what it is worth in the parameter `expected`."""

    code: str
    words: str
    chance: float
    worth: float


class InspectedVideoPayload(msgspec.Struct, frozen=True):
    """What the feed's index says of a video today; null where it is gone.

    `hashtags`: none where not everybody may see it; `title` null: this auditor may not.
    """

    video_id: str
    title: str | None
    creator_handle: str | None
    creator_id: str | None
    language: str | None
    is_ai: bool | None
    is_mature: bool | None
    is_public: bool | None
    published_at: str | None
    hashtags: list[str]


class InspectedItemPayload(msgspec.Struct, frozen=True):
    """One item, and why it stood there.

    `added_up`: what the features make of it, equal to `score` up to rounding; null: they were
    emptied when the viewer started over, or the tab is ordered by time.
    """

    video: InspectedVideoPayload
    source: str
    source_words: str
    way: str
    score: float
    added_up: float | None
    probability: float
    propensity: float
    features: list[InspectedFeaturePayload]
    heads: list[InspectedHeadPayload]


class RivalsPayload(msgspec.Struct, frozen=True):
    """All that could have stood on the random slot; `better`: that scored more than what did."""

    count: int
    lowest: float | None
    median: float | None
    highest: float | None
    better: int | None


class InspectedPagePayload(msgspec.Struct, frozen=True):
    """One page in full. `version`: of the scorer; `snapshot`: the ranker's state, empty: none."""

    request_id: str
    viewer: str | None
    market: str
    tab: str
    made_at: str | None
    version: str
    snapshot: str
    trust: float
    items: list[InspectedItemPayload]
    rivals: RivalsPayload | None
