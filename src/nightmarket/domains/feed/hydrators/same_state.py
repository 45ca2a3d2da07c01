"""Says when a page was proposed by one state of the ranker and scored by another."""

from collections.abc import Callable
from dataclasses import dataclass

from nightmarket.domains.feed.values.candidates import Candidates
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.domains.ranking import face as ranking
from nightmarket.infra.telemetry import log


@dataclass(frozen=True, slots=True)
class SameState:
    """Compares the states' names, counts and logs; changes nothing. `proposed_by`: the first one's.

    A state is what scores compare by, so all candidates of a page are scored by one. Proposals a
    step older are as good: they only say what is worth scoring.
    """

    proposed_by: Callable[[], str]
    name: str = "same_state"

    async def hydrate(self, query: FeedQuery, batch: Candidates) -> Candidates:
        """Return the batch as it is."""
        proposed, scored = self.proposed_by(), batch.snapshot
        if proposed and scored:
            ranking.STATES.labels("same" if proposed == scored else "other").inc()
            if proposed != scored:
                log("ranker_states_differ", proposed=proposed, scored=scored, tab=query.tab.value)
        return batch
