"""Leaves out the viewer's own videos."""

from dataclasses import dataclass

from nightmarket.domains.feed.values.candidates import Candidates
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.pipeline.stages import Mask


@dataclass(frozen=True, slots=True)
class Own:
    """Nobody needs to be recommended what they made."""

    name: str = "own"

    def keep(self, query: FeedQuery, batch: Candidates) -> Mask:
        """Return bool[candidates]."""
        is_of_others: Mask = query.catalogue.creators[batch.rows] != (query.account_id or 0)
        return is_of_others
