"""Newest videos by market and language."""

from dataclasses import dataclass

from nightmarket.domains.feed.rules.shelves import Shelves, unseen
from nightmarket.domains.feed.values.candidates import Candidates, Origin, propose
from nightmarket.domains.feed.values.query import FeedQuery


@dataclass(frozen=True, slots=True)
class Fresh:
    """Proposes the newest, near ones first; the window moves on by what was seen already."""

    shelves: Shelves
    name: str = "fresh"
    quota: int = 150
    deadline_ms: None = None

    async def fetch(self, query: FeedQuery) -> Candidates:
        """Return the top of the shelf without what was seen, so deeper for who saw much."""
        rows = self.shelves.fresh(query.market_number, query.language_number)
        return propose(query.catalogue, unseen(query, rows, self.quota), Origin.FRESH)
