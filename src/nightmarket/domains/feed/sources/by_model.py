"""Videos that the ranker's towers find near the viewer."""

from dataclasses import dataclass

from nightmarket.domains.feed.rules.shelves import known_open, unseen
from nightmarket.domains.feed.sources.proposals import Proposals
from nightmarket.domains.feed.values.candidates import Candidates, Origin, propose
from nightmarket.domains.feed.values.query import FeedQuery, no_ids


@dataclass(frozen=True, slots=True)
class ByModel:
    """Proposes what lies nearest to what the viewer lately watched long, far from what was skipped.

    Nothing while the ranker is away, and nothing to a stranger.
    """

    proposals: Proposals
    deadline_ms: int
    name: str = "by_model"
    quota: int = 110

    async def fetch(self, query: FeedQuery) -> Candidates:
        """Return open rows for everyone that were not seen, nearest first."""
        found = await self.proposals.of(query)
        ids = no_ids() if found is None else found.by_model
        rows = unseen(query, known_open(query.catalogue, ids), self.quota)
        return propose(query.catalogue, rows, Origin.BY_MODEL)
