"""Leaves out mature videos for whoever is not a grown-up who asked for them."""

from dataclasses import dataclass

import numpy as np

from nightmarket.domains.feed.values.candidates import Candidates
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.pipeline.stages import Mask


@dataclass(frozen=True, slots=True)
class Mature:
    """Guests and minors never see them."""

    name: str = "mature"

    def keep(self, query: FeedQuery, batch: Candidates) -> Mask:
        """Return bool[candidates]."""
        if query.is_adult and query.standing.show_mature:
            return np.ones(len(batch), dtype=np.bool_)
        return ~query.catalogue.are_mature[batch.rows]
