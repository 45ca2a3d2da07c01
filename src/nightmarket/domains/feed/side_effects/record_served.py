"""Keeps what was served, for "why", for not showing it again, and for learning."""

from dataclasses import dataclass

from nightmarket.domains.feed.store import viewers
from nightmarket.domains.feed.values.steering import Served
from nightmarket.infra.db import Database


@dataclass(frozen=True, slots=True)
class RecordServed:
    """Writes one page with its report, in a transaction of its own; again changes nothing."""

    database: Database
    name: str = "record_served"

    async def apply(self, outcome: Served) -> None:
        """Write it, unless nothing was served."""
        if outcome.items:
            async with self.database.transaction() as tx:
                await viewers.put_served(tx, outcome)
