"""Ask the pools whom exploration owes exposures."""

from nightmarket.domains.feed.store.live import Live
from nightmarket.domains.pools import face as pools
from nightmarket.infra.db import Tx

ASKED_EVERY_US = 10_000_000
"""A deal is made every minute, and asked for this often."""

STALE_US = 10 * 60_000_000
"""Nobody deals any more: better from everything few have seen than from an old deal."""


async def ask_pools(tx: Tx, memory: Live, now_us: int) -> None:
    """Take over a new deal, once every ten seconds; one request of a process asks for all."""
    if now_us - memory.race_asked_us < ASKED_EVERY_US:
        return
    memory.race_asked_us = now_us
    race = memory.shelves.race
    deal = await pools.deal_after(tx, race.made_at_us)
    if deal is not None:
        race.take(deal.made_at_us, deal.item_ids, deal.dealt)
    elif now_us - race.made_at_us > STALE_US:
        race.drop()
