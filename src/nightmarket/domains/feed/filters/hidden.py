"""Leaves out what the viewer is not interested in."""

from dataclasses import dataclass

from nightmarket.domains.feed.rules.membership import is_one_of
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
        is_hidden = is_one_of(batch.ids, hidden.videos)
        is_hidden |= is_one_of(catalogue.creators[batch.rows], hidden.creators)
        is_hidden |= is_one_of(catalogue.sounds[batch.rows], hidden.sounds)
        if len(hidden.tags):
            is_hidden |= is_one_of(catalogue.tags[batch.rows], hidden.tags).any(axis=1)
        return ~is_hidden
