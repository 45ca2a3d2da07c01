"""Show a creator how a video races: level, grant, measured rates against its field, what lifts."""

from dataclasses import dataclass

from nightmarket.domains.pools import store
from nightmarket.domains.pools.actions.measure import fields_of
from nightmarket.domains.pools.errors import NoPool
from nightmarket.domains.pools.rules.levels import LEVELS, RACE_US, Gate, gate
from nightmarket.domains.pools.rules.rates import SIGNALS, intervals, rates, weigh
from nightmarket.domains.pools.values.items import ItemKind, ItemRef, State
from nightmarket.domains.pools.values.standing import Standing
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, VideoId


@dataclass(frozen=True, slots=True)
class Measured:
    """One signal: its smoothed rate, between what it likely lies, and what is usual."""

    signal: str
    rate: float
    low: float
    high: float
    usual: float


@dataclass(frozen=True, slots=True)
class Pool:
    """How one item races. `used`: exposures, whoever saw it; `counted`: those that are weighed.

    `expected`: the lift it starts from as a newcomer and how many exposures that is worth; None: it
    starts as any other.
    """

    standing: Standing
    level_name: str
    granted: int
    used: int
    counted: float
    ends_at_us: int
    measured: tuple[Measured, ...]
    gate: Gate
    expected: tuple[float, float] | None


async def show_pool(tx: Tx, video_id: VideoId, account_id: AccountId, now_us: int) -> Pool:
    """Return how the account's own video races.

    Raises:
        NoPool: no such video, somebody else's, or one that never raced.
    """
    known = await store.standing(tx, ItemRef(ItemKind.VIDEO, video_id))
    if known is None or known.owner_id != account_id:
        raise NoPool("no race of such a video")
    field = (await fields_of(tx, now_us)).level(known.market, known.level)
    evidence = weigh(known.grown, known.fresh)
    mean, deviation = rates(evidence, field)
    low, high = intervals(mean, deviation)
    level = LEVELS[known.level]
    return Pool(
        standing=known,
        level_name=level.name,
        granted=level.granted,
        used=int(known.grown.exposures[0] + known.fresh.exposures[0]),
        counted=float(evidence.exposures[0]),
        ends_at_us=known.published_at_us + RACE_US,
        measured=tuple(
            Measured(
                signal.code,
                float(mean[0, at]),
                float(low[0, at]),
                float(high[0, at]),
                float(field.rates[at]),
            )
            for at, signal in enumerate(SIGNALS[: len(store.FIGURES) - 1])
        ),
        gate=gate(known.level, known.grown, known.fresh, field),
        expected=await _expected(tx, known),
    )


async def _expected(tx: Tx, known: Standing) -> tuple[float, float] | None:
    if known.level or known.state is not State.RACING or not known.expected:
        return None
    trust = await store.trust(tx, known.ref.kind)
    return None if trust is None else (known.expected, trust.exposures)
