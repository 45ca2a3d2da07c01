"""Leaves out what was closed since it was put on a shelf."""

from dataclasses import dataclass

from nightmarket.domains.feed.rules.shelves import EVERYONE
from nightmarket.domains.feed.values.candidates import Candidates, Origin
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.pipeline.stages import Mask


@dataclass(frozen=True, slots=True)
class Gone:
    """A video that was removed, or is not for everyone and was not asked for."""

    name: str = "gone"

    def keep(self, query: FeedQuery, batch: Candidates) -> Mask:
        """Return bool[candidates]."""
        is_for_all = query.catalogue.audiences[batch.rows] == EVERYONE
        is_asked_for = batch.origins == Origin.FOLLOWING
        is_open: Mask = query.catalogue.are_open[batch.rows]
        is_meant: Mask = is_for_all | is_asked_for
        return is_open & is_meant
