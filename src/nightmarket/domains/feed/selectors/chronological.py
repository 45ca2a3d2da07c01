"""Chooses a page of the Following and Friends tabs: newest first, nothing else."""

from dataclasses import dataclass

import numpy as np

from nightmarket.domains.feed.values.candidates import Candidates
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.pipeline.stages import Index, Scores


@dataclass(frozen=True, slots=True)
class Chronological:
    """Order by the moment of publishing, or of the repost; scores do not matter."""

    name: str = "chronological"

    def select(
        self, query: FeedQuery, batch: Candidates, scores: Scores
    ) -> tuple[Candidates, Index]:
        """Return the newest `query.limit`."""
        del scores
        index = np.argsort(-batch.moments_us, kind="stable")[: query.limit]
        return batch.take(index), index
