"""What one request asks, and everything the stages learn about its viewer."""

import random
import re
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.feed.values.catalogue import Catalogue, Rows
from nightmarket.kernel.ids import AccountId, RequestId, ViewerId

Ids = NDArray[np.int64]


def no_ids() -> Ids:
    """Return an empty column of ids."""
    return np.zeros(0, dtype=np.int64)


class Tab(StrEnum):
    """The feed's tabs, and the explore grid."""

    FOR_YOU = "for_you"
    FOLLOWING = "following"
    FRIENDS = "friends"
    EXPLORE = "explore"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whom the viewer follows, befriends, blocks or mutes, and what it filters, in columns.

    `blocked` goes both ways; `keywords` are folded, `synonyms` finds what means the same, None:
    nothing does; a guest has none of it.
    """

    follows: Ids = field(default_factory=no_ids)
    friends: Ids = field(default_factory=no_ids)
    blocked: Ids = field(default_factory=no_ids)
    muted: Ids = field(default_factory=no_ids)
    keywords: tuple[str, ...] = ()
    synonyms: re.Pattern[str] | None = None
    hide_ai: bool = False
    less_ai: bool = False
    show_mature: bool = False


@dataclass(frozen=True, slots=True)
class Reposts:
    """What those whom the viewer follows showed them lately: videos, by whom last, and when."""

    videos: Ids = field(default_factory=no_ids)
    reposters: Ids = field(default_factory=no_ids)
    at_us: Ids = field(default_factory=no_ids)


@dataclass(frozen=True, slots=True)
class Round:
    """One walk through the videos. `is_again`: all of them were seen before."""

    began_at_us: int
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class Hidden:
    """What the viewer asked not to see, by scope; `tags` are the catalogue's numbers."""

    videos: Ids = field(default_factory=no_ids)
    creators: Ids = field(default_factory=no_ids)
    sounds: Ids = field(default_factory=no_ids)
    tags: Ids = field(default_factory=no_ids)


@dataclass(frozen=True, slots=True)
class Tastes:
    """What the viewer's last watches and likes say, -1..1 for each creator, hashtag and so on."""

    creators: dict[int, float] = field(default_factory=dict)
    tags: dict[int, float] = field(default_factory=dict)
    sounds: dict[int, float] = field(default_factory=dict)
    languages: dict[int, float] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Nothing is known."""
        return not (self.creators or self.tags or self.sounds or self.languages)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedQuery:
    """One request for a page.

    `is_personal` False: nothing about this viewer is read or learned for ranking. `seen_rows`: what
    not to show again, the latest first: what was served lately, and `watched_rows` on any page;
    `served_in_round_rows` are those of this walk. `asked`: what the viewer turned up or down
    themselves, -1..1, as `tastes` is what was learned. `skip`: how many of an impersonal list were
    shown before. `chance` is the request's own source of randomness.
    """

    request_id: RequestId
    viewer_id: ViewerId
    account_id: AccountId | None
    tab: Tab
    limit: int
    market: str
    language: str
    is_personal: bool
    is_adult: bool
    now_us: int
    catalogue: Catalogue
    chance: random.Random
    skip: int = 0
    before_us: int = 0
    standing: Standing = Standing()
    reposts: Reposts = Reposts()
    hidden: Hidden = Hidden()
    tastes: Tastes = Tastes()
    asked: Tastes = Tastes()
    round: Round = Round(0)
    seen_rows: Rows = field(default_factory=no_ids)
    watched_rows: Rows = field(default_factory=no_ids)
    served_in_round_rows: Rows = field(default_factory=no_ids)

    @property
    def market_number(self) -> int:
        """The viewer's market in the catalogue; 0: nothing of it there."""
        return self.catalogue.market_names.find(self.market)

    @property
    def language_number(self) -> int:
        """The viewer's language in the catalogue; 0: nothing in it there."""
        return self.catalogue.language_names.find(self.language)
