"""Keeps what was served, for "why", for not showing it again, and for learning."""

from dataclasses import dataclass

from nightmarket.domains.feed.store.pending import pending
from nightmarket.domains.feed.values.steering import Served
from nightmarket.infra.db import Database


@dataclass(frozen=True, slots=True)
class RecordServed:
    """Writes the page with its report, together with others of the same moment."""

    database: Database
    name: str = "record_served"

    async def apply(self, outcome: Served) -> None:
        """Write it, unless nothing was served."""
        if outcome.items:
            await pending(self.database).add(outcome)
