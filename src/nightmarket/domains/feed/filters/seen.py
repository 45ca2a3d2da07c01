"""Leaves out what was served or watched before."""

from dataclasses import dataclass

from nightmarket.domains.feed.values.candidates import Candidates
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.pipeline.stages import Mask


@dataclass(frozen=True, slots=True)
class Seen:
    """What this viewer saw lately, on any page."""

    name: str = "seen"

    def keep(self, query: FeedQuery, batch: Candidates) -> Mask:
        """Return bool[candidates]."""
        return ~query.catalogue.among(batch.rows, query.seen_rows)
