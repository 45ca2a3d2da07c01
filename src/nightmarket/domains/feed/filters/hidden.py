"""Leaves out what the viewer is not interested in."""

from dataclasses import dataclass

import numpy as np

from nightmarket.domains.feed.values.candidates import Candidates
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.pipeline.stages import Mask


@dataclass(frozen=True, slots=True)
class Hidden:
    """Videos, creators, sounds and hashtags, each by its own list."""

    name: str = "hidden"

    def keep(self, query: FeedQuery, batch: Candidates) -> Mask:
        """Return bool[candidates]."""
        catalogue, hidden = query.catalogue, query.hidden
        is_hidden = np.isin(batch.ids, hidden.videos)
        is_hidden |= np.isin(catalogue.creators[batch.rows], hidden.creators)
        is_hidden |= np.isin(catalogue.sounds[batch.rows], hidden.sounds)
        if len(hidden.tags):
            is_hidden |= np.isin(catalogue.tags[batch.rows], hidden.tags).any(axis=1)
        return ~is_hidden
