"""Videos that the same people watched along with the viewer's last ones."""

from dataclasses import dataclass

from nightmarket.domains.feed.rules.shelves import known_open, unseen
from nightmarket.domains.feed.sources.proposals import Proposals
from nightmarket.domains.feed.values.candidates import Candidates, Origin, propose
from nightmarket.domains.feed.values.query import FeedQuery, no_ids


@dataclass(frozen=True, slots=True)
class CoWatched:
    """Proposes neighbours of what the viewer lately watched long, by what others watched beside it.

    Nothing while the ranker is away, and nothing to a stranger.
    """

    proposals: Proposals
    deadline_ms: int
    name: str = "co_watched"
    quota: int = 40

    async def fetch(self, query: FeedQuery) -> Candidates:
        """Return open rows for everyone that were not seen, nearest first."""
        found = await self.proposals.of(query)
        ids = no_ids() if found is None else found.co_watched
        rows = unseen(query, known_open(query.catalogue, ids), self.quota)
        return propose(query.catalogue, rows, Origin.CO_WATCHED)
