"""Videos that exploration owes exposures, drawn by chance."""

from dataclasses import dataclass

import numpy as np

from nightmarket.domains.feed.rules.shelves import Shelves
from nightmarket.domains.feed.values.candidates import Candidates, Origin, propose
from nightmarket.domains.feed.values.query import FeedQuery


@dataclass(frozen=True, slots=True)
class Explore:
    """Draws rows without regard to score, by the shares of the pools' newest deal.

    Where nothing races, from what few people have seen, each with the same probability. The
    probability is logged either way.
    """

    shelves: Shelves
    name: str = "explore"
    quota: int = 40
    deadline_ms: None = None

    async def fetch(self, query: FeedQuery) -> Candidates:
        """Return a sample with the probability of each."""
        rows, probabilities = self.shelves.race.draw(self.quota, query.chance.random())
        if len(rows):
            return propose(query.catalogue, rows, Origin.EXPLORE, probabilities)
        pool = self.shelves.unexplored()
        size = min(self.quota, len(pool))
        drawn = query.chance.sample(range(len(pool)), size)
        probability = size / len(pool) if size else 1.0
        unexplored = pool[np.array(drawn, dtype=np.int64)]
        return propose(query.catalogue, unexplored, Origin.EXPLORE, probability)
