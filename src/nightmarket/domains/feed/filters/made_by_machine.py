"""Leaves out AI-made videos for viewers who asked for that."""

from dataclasses import dataclass

import numpy as np

from nightmarket.domains.feed.values.candidates import Candidates
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.pipeline.stages import Mask


@dataclass(frozen=True, slots=True)
class MadeByMachine:
    """What creators or validated credentials label as AI-made."""

    name: str = "hide_ai"

    def keep(self, query: FeedQuery, batch: Candidates) -> Mask:
        """Return bool[candidates]."""
        if not query.standing.hide_ai:
            return np.ones(len(batch), dtype=np.bool_)
        return ~query.catalogue.are_ai[batch.rows]
