"""The starter scorer: a weighted sum of named features, each explained in `rules.weights`."""

from dataclasses import dataclass

import numpy as np

from nightmarket.domains.feed.rules.features import contributions, features
from nightmarket.domains.feed.values.candidates import Candidates
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.pipeline.stages import Scores


@dataclass(frozen=True, slots=True)
class Starter:
    """Adds up what each parameter contributes; deterministic for one query and catalogue."""

    name: str = "starter"

    async def score(self, query: FeedQuery, batch: Candidates) -> Scores:
        """Return float32[candidates], about -2..4."""
        total = np.zeros(len(batch), dtype=np.float32)
        for column in contributions(features(query, batch)).values():
            total += column
        return total
