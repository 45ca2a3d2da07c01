"""Asks the ranker for proposals before anything else is read, so that it works meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass

from nightmarket.domains.feed.values.query import FeedQuery


@dataclass(frozen=True, slots=True)
class AskAhead:
    """Begins the question two sources will want the answer of; learns nothing itself."""

    begin: Callable[[FeedQuery], None]
    name: str = "ask_ahead"

    async def hydrate(self, query: FeedQuery) -> FeedQuery:
        """Return the query as it is."""
        self.begin(query)
        return query
