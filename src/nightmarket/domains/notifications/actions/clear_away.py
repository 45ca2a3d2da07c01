"""Deletes what the inbox has kept long enough."""

from datetime import datetime

from nightmarket.domains.notifications import rules
from nightmarket.domains.notifications.store import upkeep
from nightmarket.infra.db import Database
from nightmarket.kernel.clock import microseconds

BATCH = 1000
BATCHES_MAX = 1000


async def clear_away(database: Database, now: datetime) -> int:
    """Delete old lines and spent tickets in small transactions; returns how many lines went."""
    total = 0
    for _ in range(BATCHES_MAX):
        async with database.transaction() as tx:
            gone = await upkeep.trim(
                tx,
                tickets_before_us=microseconds(now),
                items_before_us=microseconds(now - rules.KEEP),
                limit=BATCH,
            )
        total += gone
        if gone < BATCH:
            break
    return total
