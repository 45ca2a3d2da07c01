"""Leaves out videos whose words the viewer filters."""

from dataclasses import dataclass

import numpy as np

from nightmarket.domains.feed.values.candidates import Candidates
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.pipeline.stages import Mask


@dataclass(frozen=True, slots=True)
class Keywords:
    """Captions and hashtags, folded: case, accents and width do not matter."""

    name: str = "keywords"

    def keep(self, query: FeedQuery, batch: Candidates) -> Mask:
        """Return bool[candidates]."""
        keywords, words = query.standing.keywords, query.catalogue.words
        if not keywords:
            return np.ones(len(batch), dtype=np.bool_)
        return np.array(
            [not any(keyword in words[row] for keyword in keywords) for row in batch.rows.tolist()],
            dtype=np.bool_,
        )
