"""Leaves out creators who block or are blocked."""

from dataclasses import dataclass

from nightmarket.domains.feed.rules.membership import is_one_of
from nightmarket.domains.feed.values.candidates import Candidates
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.pipeline.stages import Mask


@dataclass(frozen=True, slots=True)
class Blocked:
    """In both directions, at once."""

    name: str = "blocked"

    def keep(self, query: FeedQuery, batch: Candidates) -> Mask:
        """Return bool[candidates]."""
        return ~is_one_of(query.catalogue.creators[batch.rows], query.standing.blocked)
