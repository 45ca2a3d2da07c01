"""Deal: decide who gets the next exploration exposures."""

import numpy as np

from nightmarket.domains.pools import store
from nightmarket.domains.pools.actions.measure import fields_of
from nightmarket.domains.pools.rules import levels
from nightmarket.domains.pools.rules.allocation import Allocation, Racers, allocate
from nightmarket.domains.pools.rules.expectation import LIFT_MIN
from nightmarket.domains.pools.rules.rates import Expected, Field, posterior, weigh
from nightmarket.domains.pools.values.items import Floats, ItemKind
from nightmarket.domains.pools.values.standing import Deal, Racing, Trust
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.infra.telemetry import happened
from nightmarket.kernel.clock import microseconds

IMPRESSIONS_MIN, IMPRESSIONS_MAX = 200, 100_000
"""Between these a deal is as large as what was shown since the one before: only shares count."""


async def deal(tx: Tx, services: Services, kind: ItemKind = ItemKind.VIDEO) -> Deal:
    """Deal anew, by the rules: first the floor, then Thompson sampling within the levels' grants.

    What is not shown by the next deal is dealt again, so nothing is lost when nobody watches.
    """
    now_us = microseconds(services.clock())
    await store.expire(tx, kind, now_us - levels.RACE_US, now_us)
    before = await store.deal(tx, kind)
    racing = await store.racing(tx, kind)
    shown_total = int(racing.shown.sum())
    impressions = max(0, shown_total - before.shown_total) if before else 0
    impressions = min(IMPRESSIONS_MAX, max(IMPRESSIONS_MIN, impressions))
    found = _allocate(
        racing,
        (await fields_of(tx, now_us, kind)).markets_of(racing.markets),
        _expected(racing, await store.trust(tx, kind)),
        (impressions, now_us, services.chance.getrandbits(63)),
    )
    places = np.flatnonzero(found.exposures)
    made = Deal(
        made_at_us=now_us,
        impressions=impressions,
        shown_total=shown_total,
        shortfall=found.shortfall,
        late=found.late,
        unused=found.unused,
        item_ids=racing.ids[places],
        dealt=found.exposures[places],
    )
    await store.put_deal(tx, kind, made)
    if found.late:
        happened("pools_floor_missed", items=found.late, exposures=found.shortfall)
    return made


def _expected(racing: Racing, trust: Trust | None) -> Expected | None:
    """Return what each started from; who came after the last learning starts as anybody."""
    if trust is None:
        return None
    lift = np.where(racing.expected > 0.0, racing.expected, max(LIFT_MIN, trust.mean))
    return Expected(lift, trust.exposures)


def _allocate(
    racing: Racing, rates: Floats, expected: Expected | None, what: tuple[int, int, int]
) -> Allocation:
    impressions, now_us, seed = what
    granted = levels.granted(racing.levels)
    racers = Racers(
        published_us=racing.published_us,
        given=racing.shown,
        room=np.maximum(0, granted - racing.shown),
        lift=posterior(weigh(racing.grown, racing.fresh), Field(rates, 0.0), expected),
    )
    return allocate(racers, impressions, now_us, np.random.default_rng(seed))
