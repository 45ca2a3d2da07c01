"""Newest videos of whom the viewer follows."""

from dataclasses import dataclass

import numpy as np

from nightmarket.domains.feed.rules.membership import is_one_of
from nightmarket.domains.feed.values.candidates import Candidates, Origin, propose
from nightmarket.domains.feed.values.query import FeedQuery, Ids
from nightmarket.pipeline.stages import Mask

PER_CREATOR = 20
AUDIENCE_FRIENDS = 2


@dataclass(frozen=True, slots=True)
class Following:
    """Proposes the newest of each followed creator, newest first over all.

    `is_friends`: only of those who follow back. Videos for followers are among them, videos for
    friends only when the creator is one.
    """

    name: str = "following"
    quota: int = 100
    deadline_ms: None = None
    is_friends: bool = False

    async def fetch(self, query: FeedQuery) -> Candidates:
        """Return rows published before `query.before_us`, when that is given."""
        catalogue = query.catalogue
        wanted = query.standing.friends if self.is_friends else query.standing.follows
        # Further down the tab a creator's older videos are wanted too.
        start = 0 if query.before_us else -PER_CREATOR
        rows = np.array(
            [
                row
                for creator_id in wanted.tolist()
                for row in catalogue.by_creator.get(creator_id, ())[start:]
            ],
            dtype=np.int64,
        )
        rows = rows[catalogue.are_open[rows]]
        rows = rows[_may_see(query, rows)]
        if query.before_us:
            rows = rows[catalogue.published_us[rows] < query.before_us]
        newest = np.argsort(-catalogue.published_us[rows], kind="stable")[: self.quota]
        return propose(catalogue, rows[newest], Origin.FOLLOWING)


def _may_see(query: FeedQuery, rows: Ids) -> Mask:
    audiences = query.catalogue.audiences[rows]
    is_friend = is_one_of(query.catalogue.creators[rows], query.standing.friends)
    may: Mask = (audiences < AUDIENCE_FRIENDS) | ((audiences == AUDIENCE_FRIENDS) & is_friend)
    return may
