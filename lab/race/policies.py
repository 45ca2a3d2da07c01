"""The policies that are compared: ours is the product's own rules, the others are what is known."""

from dataclasses import dataclass, field

import numpy as np

from lab.race.world import Board
from nightmarket.domains.pools.rules import allocation, levels
from nightmarket.domains.pools.rules.allocation import FLOOR, Racers
from nightmarket.domains.pools.rules.expectation import (
    SETTLED_MAX,
    Expectation,
    learn,
)
from nightmarket.domains.pools.rules.rates import SIGNALS, Expected, Field, field_of, posterior
from nightmarket.domains.pools.values.items import Counts, Evidence, Floats, Places
from nightmarket.domains.pools.values.traits import Settled, Traits

ROUND_US = 30 * 60 * 1_000_000
LEARN_EVERY = 4
NEVER_ENDS = 1 << 30


@dataclass(slots=True)
class Uniform:
    """Everybody who races gets the same."""

    name: str = "uniform"

    def deal(self, board: Board, active: Places, chance: np.random.Generator) -> Counts:
        """Return the round's impressions divided evenly, what is left over by chance."""
        if not len(active):
            return np.zeros(0, dtype=np.int64)
        each, left = divmod(board.scenario.impressions_a_round, len(active))
        given = np.full(len(active), each, dtype=np.int64)
        given[chance.permutation(len(active))[:left]] += 1
        return given


@dataclass(slots=True)
class FixedPools:
    """Pools of fixed sizes, as large platforms' are commonly described.

    Who was let in is shown 500 times; a long-view rate of the best tenth leads to 5,000, one of the
    best hundredth on to 50,000. Started pools are filled first; what is left lets newcomers in by
    chance. The gates know the true distribution, which is more than a real platform knows.
    """

    name: str = "fixed pools"
    sizes: tuple[int, ...] = (500, 5_000, 50_000)
    gate_deviations: tuple[float, ...] = (1.2816, 2.3263)
    _level: Counts = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def deal(self, board: Board, active: Places, chance: np.random.Generator) -> Counts:
        """Return who is shown how often: higher pools first."""
        scenario = board.scenario
        if not len(self._level):
            self._level = np.zeros(len(board.given), dtype=np.int64)
        sizes = np.array(self.sizes)
        gates = scenario.median * np.exp(scenario.sigma * np.array(self.gate_deviations))
        full = active[board.seen[active] >= sizes[self._level[active]]]
        full = full[self._level[full] < len(gates)]
        passed = board.hits[full] / board.seen[full] >= gates[self._level[full]]
        self._level[full[passed]] += 1
        most = np.minimum(sizes[self._level[active]], scenario.exposures_max)
        room = np.maximum(0, most - board.given[active])
        is_new = board.given[active] == 0
        order = np.lexsort((chance.random(len(active)), is_new, -self._level[active]))
        return _in_order(room, order, scenario.impressions_a_round)


@dataclass(slots=True)
class Halving:
    """Successive halving (Karnin, Koren, Somekh 2013) of the uploads of each round.

    The uploads of one round share their own budget, the same in each of log2(n) steps; after each
    step the better half of them, by the rate that is known by then, stays.
    """

    name: str = "successive halving"
    _is_alive: dict[int, Places] = field(default_factory=dict)

    def deal(self, board: Board, active: Places, chance: np.random.Generator) -> Counts:
        """Return equal shares for those still in, of every round's uploads."""
        given = np.zeros(len(board.given), dtype=np.int64)
        for cohort in np.unique(board.published[active]).tolist():
            everybody = np.flatnonzero(board.published == cohort)
            steps = max(1, int(np.ceil(np.log2(max(2, len(everybody))))))
            turn = board.round - cohort
            if turn >= steps:
                continue
            alive = self._is_alive.get(cohort, everybody)
            if turn:
                rate = board.hits[alive] / np.maximum(1, board.seen[alive])
                best = np.lexsort((chance.random(len(alive)), -rate))
                alive = alive[best[: max(1, len(alive) // 2)]]
            self._is_alive[cohort] = alive
            budget = board.scenario.exposures_each * len(everybody) // steps
            each, left = divmod(budget, len(alive))
            given[alive] += each
            given[alive[:left]] += 1
        order = np.arange(len(active))
        return _in_order(given[active], order, board.scenario.impressions_a_round)


@dataclass(slots=True)
class ThompsonWithFloor:
    """The product's own rules: levels bound, the floor comes first, Thompson sampling deals.

    `has_prior`: newcomers start from what their content lets expect, learned anew every two hours.
    `learns_until`: the round after which it is never learned again.
    """

    name: str = "Thompson with floor"
    has_prior: bool = True
    learns_until: int = NEVER_ENDS
    _learned: Expectation | None = None
    level: Counts = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def deal(self, board: Board, active: Places, chance: np.random.Generator) -> Counts:
        """Return what the allocator hands out."""
        if not len(self.level):
            self.level = np.zeros(len(board.given), dtype=np.int64)
        evidence = evidence_of(board, active)
        self._raise(active, evidence)
        most = np.minimum(levels.granted(self.level[active]), board.scenario.exposures_max)
        racers = Racers(
            published_us=board.published[active] * ROUND_US,
            given=board.given[active],
            room=np.maximum(0, most - board.given[active]),
            lift=posterior(evidence, field_of(evidence), self._expected(board, active, evidence)),
        )
        impressions = board.scenario.impressions_a_round
        return allocation.allocate(racers, impressions, board.round * ROUND_US, chance).exposures

    def _expected(self, board: Board, active: Places, evidence: Evidence) -> Expected | None:
        if not self.has_prior:
            return None
        if board.round <= self.learns_until and not board.round % LEARN_EVERY:
            settled = np.flatnonzero((board.published <= board.round) & (board.seen >= FLOOR))
            settled = settled[-SETTLED_MAX:]
            known = evidence_of(board, settled)
            usual = np.broadcast_to(field_of(evidence).rates, known.hits.shape)
            self._learned = learn(
                Settled(traits_of(board, settled), board.published[settled], known, usual)
            )
        return None if self._learned is None else self._learned.expect(traits_of(board, active))

    def _raise(self, active: Places, evidence: Evidence) -> None:
        mine = self.level[active]
        fields = fields_of(mine, evidence)
        fresh = Evidence(np.zeros_like(evidence.exposures), np.zeros_like(evidence.hits))
        self.level[active] = levels.next_levels(mine, evidence, fresh, fields)


@dataclass(slots=True)
class Oracle:
    """Knows every upload's true rate: the floor, then always the best that has room."""

    name: str = "oracle"

    def deal(self, board: Board, active: Places, chance: np.random.Generator) -> Counts:
        """Return the most long views that could be had with the floor kept."""
        del chance
        impressions = board.scenario.impressions_a_round
        owed = np.maximum(0, FLOOR - board.given[active])
        floor = _in_order(owed, np.arange(len(active)), impressions)
        room = board.scenario.exposures_max - board.given[active] - floor
        best = np.argsort(-board.quality[active], kind="stable")
        return floor + _in_order(room, best, impressions - int(floor.sum()))


def traits_of(board: Board, places: Places) -> Traits:
    """Return what is known of uploads unseen: their content. All last alike, nobody makes two."""
    alike = np.full(len(places), 12_000, dtype=np.int64)
    return Traits(board.content[places], alike, places.astype(np.int64))


def evidence_of(board: Board, active: Places) -> Evidence:
    """Return what is known of the uploads: exposures and long views, nothing else."""
    hits = np.zeros((len(active), len(SIGNALS)))
    hits[:, 0] = board.hits[active]
    return Evidence(board.seen[active].astype(np.float64), hits)


def fields_of(level: Counts, evidence: Evidence) -> Floats:
    """Return the rates of each upload's own level, float[n, signals]."""
    found = np.zeros_like(evidence.hits)
    for one in np.unique(level).tolist():
        places = np.flatnonzero(level == one)
        usual: Field = field_of(evidence.take(places))
        found[places] = usual.rates
    return found


def _in_order(wanted: Counts, order: Counts, impressions: int) -> Counts:
    reached = np.minimum(np.cumsum(wanted[order]), impressions)
    given = np.zeros_like(wanted)
    given[order] = np.diff(reached, prepend=0)
    return given
