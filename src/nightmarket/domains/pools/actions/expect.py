"""Expect: learn from what was measured lately what newcomers can be expected to do."""

import asyncio

from nightmarket.domains.pools import store
from nightmarket.domains.pools.actions.measure import fields_of
from nightmarket.domains.pools.rules.allocation import FLOOR
from nightmarket.domains.pools.rules.expectation import SETTLED_MAX, Expectation, learn
from nightmarket.domains.pools.rules.fields import FIELD_US
from nightmarket.domains.pools.rules.rates import weigh
from nightmarket.domains.pools.values.items import ItemKind
from nightmarket.domains.pools.values.standing import Trust
from nightmarket.domains.pools.values.traits import Settled
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds


async def expect(services: Services, kind: ItemKind = ItemKind.VIDEO) -> Expectation | None:
    """Learn anew from the newest settled items, and write what to expect of each newcomer.

    Returns what was learned; None: too little was measured, and nothing is expected of anybody.
    """
    now_us = microseconds(services.clock())
    async with services.database.transaction() as tx:
        traits, published_us, markets, (grown, fresh) = await store.settled(
            tx, kind, now_us - FIELD_US, FLOOR, SETTLED_MAX
        )
        usual = (await fields_of(tx, now_us, kind)).markets_of(markets)
    settled = Settled(traits, published_us, weigh(grown, fresh), usual)
    learned = await asyncio.to_thread(learn, settled)
    async with services.database.transaction() as tx:
        if learned is None:
            await store.put_trust(tx, kind, None, now_us)
            return None
        trust = Trust(learned.mean, learned.share, learned.exposures, learned.items)
        await store.put_trust(tx, kind, trust, now_us)
        newcomers = await store.unproved(tx, kind)
        if len(newcomers.ids):
            lifts = learned.expect(newcomers.traits).lift
            await store.expect(tx, kind, newcomers.ids, lifts)
    return learned
