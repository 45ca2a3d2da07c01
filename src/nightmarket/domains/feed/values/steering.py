"""What a viewer tells the feed, and what the feed keeps of what it served."""

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from nightmarket.domains.feed.values.records import Recorded
from nightmarket.kernel.ids import RequestId


class Scope(StrEnum):
    """How wide "not interested" reaches."""

    VIDEO = "video"
    CREATOR = "creator"
    SOUND = "sound"
    HASHTAG = "hashtag"


@dataclass(frozen=True, slots=True)
class HiddenThing:
    """One thing a viewer asked not to see; `value` is an id as a number, or a hashtag."""

    scope: str
    value: str
    created_at_us: int


class ServedReason(msgspec.Struct, frozen=True, array_like=True):
    """One reason for showing an item: a parameter's name and what it added to the score."""

    code: str
    weight: float


class ServedItem(msgspec.Struct, frozen=True, array_like=True):
    """One served item as it is logged: enough to explain it and to learn from it.

    `against`: what took away from the score; pages served by an older version have none.
    """

    video_id: int
    source: str
    score: float
    is_exploration: bool
    probability: float
    reasons: list[ServedReason]
    against: list[ServedReason] = []


class ServedStage(msgspec.Struct, frozen=True, array_like=True):
    """One line of the stage report."""

    component: str
    count_in: int
    count_out: int
    micros: int
    failure: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One page as it was served. `viewer_id` 0: nobody may know whose it was.

    `numbers`: what it was made of; read back from the database it comes without.
    """

    request_id: RequestId
    viewer_id: int
    market: str
    tab: str
    made_at_us: int
    items: list[ServedItem]
    report: list[ServedStage]
    scorer: str
    numbers: Recorded | None = None
