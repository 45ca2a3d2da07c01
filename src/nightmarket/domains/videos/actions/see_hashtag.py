"""See what a hashtag amounts to."""

from dataclasses import dataclass

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.videos.rules.words import normal_tag
from nightmarket.domains.videos.store import cards
from nightmarket.infra.db import Tx
from nightmarket.kernel.pages import LIMIT_MAX, PageRequest


@dataclass(frozen=True, slots=True)
class Hashtag:
    """A hashtag's figures; `views` are those of its hundred newest videos."""

    tag: str
    videos_count: int
    views: int


async def see_hashtag(tx: Tx, tag: str) -> Hashtag:
    """Return a hashtag's figures; zeros for one nobody uses."""
    name = normal_tag(tag)
    counts = await cards.hashtag_counts(tx, [name])
    newest = await cards.ids_by_hashtag(tx, name, PageRequest(limit=LIMIT_MAX - 1))
    counters = await analytics.counters(tx, newest) if newest else {}
    views = sum(one.views for one in counters.values())
    return Hashtag(name, counts.get(name, 0), views)
