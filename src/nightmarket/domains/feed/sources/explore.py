"""Videos that few people have seen, drawn by chance."""

from dataclasses import dataclass

import numpy as np

from nightmarket.domains.feed.rules.shelves import Shelves
from nightmarket.domains.feed.values.candidates import Candidates, Origin, propose
from nightmarket.domains.feed.values.query import FeedQuery


@dataclass(frozen=True, slots=True)
class Explore:
    """Draws rows without regard to score; each with the same probability, which is logged."""

    shelves: Shelves
    name: str = "explore"
    quota: int = 40
    deadline_ms: int = 20

    async def fetch(self, query: FeedQuery) -> Candidates:
        """Return a sample; its probability is sample over pool."""
        pool = self.shelves.unexplored()
        size = min(self.quota, len(pool))
        drawn = query.chance.sample(range(len(pool)), size)
        rows = pool[np.array(drawn, dtype=np.int64)]
        probability = size / len(pool) if size else 1.0
        return propose(query.catalogue, rows, Origin.EXPLORE, probability)
