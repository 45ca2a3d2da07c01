"""Leaves out videos whose words the viewer filters."""

from dataclasses import dataclass

import numpy as np

from nightmarket.domains.feed.values.candidates import Candidates
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.pipeline.stages import Mask


@dataclass(frozen=True, slots=True)
class Keywords:
    """Captions and hashtags, folded: case, accents and width do not matter.

    What means the same as a filtered word goes with it, in every language of the house.
    """

    name: str = "keywords"

    def keep(self, query: FeedQuery, batch: Candidates) -> Mask:
        """Return bool[candidates]."""
        keywords, alike = query.standing.keywords, query.standing.synonyms
        if not keywords:
            return np.ones(len(batch), dtype=np.bool_)
        words = [query.catalogue.words[row] for row in batch.rows.tolist()]
        return np.array(
            [
                not any(keyword in text for keyword in keywords)
                and (alike is None or alike.search(text) is None)
                for text in words
            ],
            dtype=np.bool_,
        )
