"""Ten thousand fresh accounts watch and like one ordinary upload: how far does that lift it."""

from dataclasses import dataclass, field

import numpy as np

from lab.race.policies import ROUND_US, evidence_of, fields_of
from lab.race.scenario import Scenario
from lab.race.world import NEVER, Board, board_of, run
from nightmarket.domains.pools.rules import allocation, levels
from nightmarket.domains.pools.rules.allocation import Racers
from nightmarket.domains.pools.rules.levels import LEVELS, Step
from nightmarket.domains.pools.rules.rates import SIGNALS, Field, field_of, posterior, weigh
from nightmarket.domains.pools.values.items import Counts, Evidence, Places

ACCOUNTS = 10_000
ATTACK_ROUNDS = 4
LIKES_A_LONG_VIEW = 0.1
LONG_VIEW, LIKE = 0, 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the upload under one way of counting.

    `level`, `exposures` at the end of its day; `waits_for_person`: a gate asked for somebody's look
    and nobody looked. `levels_climbed`: without anybody having looked.
    """

    counting: str
    is_attacked: bool
    levels_climbed: int
    level: str
    waits_for_person: bool
    exposures: int


@dataclass(slots=True)
class Attacked:
    """The product's rules in a world where `victim` is flooded by fresh accounts.

    `are_weighed` False: every act counts whole and no gate asks anybody, for comparison.
    """

    victim: int
    accounts: int
    are_weighed: bool
    name: str = "attacked"
    waits: bool = False
    level: Counts = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def deal(self, board: Board, active: Places, chance: np.random.Generator) -> Counts:
        """Return what the allocator hands out; the upload that waits for a look gets nothing."""
        if not len(self.level):
            self.level = np.zeros(len(board.given), dtype=np.int64)
        grown, fresh = self._evidence(board, active)
        self._raise(active, grown, fresh)
        evidence = weigh(grown, fresh) if self.are_weighed else grown
        room = np.maximum(0, levels.granted(self.level[active]) - board.given[active])
        room[(active == self.victim) & self.waits] = 0
        racers = Racers(
            published_us=board.published[active] * ROUND_US,
            given=board.given[active],
            room=room,
            lift=posterior(evidence, field_of(evidence)),
        )
        impressions = board.scenario.impressions_a_round
        return allocation.allocate(racers, impressions, board.round * ROUND_US, chance).exposures

    def _evidence(self, board: Board, active: Places) -> tuple[Evidence, Evidence]:
        grown = evidence_of(board, active)
        grown.hits[:, LIKE] = np.round(grown.hits[:, LONG_VIEW] * LIKES_A_LONG_VIEW)
        fresh = Evidence(np.zeros(len(active)), np.zeros((len(active), len(SIGNALS))))
        rounds = np.clip(board.round - board.published[self.victim], 0, ATTACK_ROUNDS)
        acts = self.accounts * int(rounds) // ATTACK_ROUNDS
        place = np.flatnonzero(active == self.victim)
        fresh.exposures[place] = acts
        fresh.hits[place, LONG_VIEW] = fresh.hits[place, LIKE] = acts
        if self.are_weighed:
            return grown, fresh
        none = Evidence(np.zeros(len(active)), np.zeros_like(fresh.hits))
        whole = Evidence(grown.exposures + fresh.exposures, grown.hits + fresh.hits)
        return whole, none

    def _raise(self, active: Places, grown: Evidence, fresh: Evidence) -> None:
        mine = self.level[active]
        fields = fields_of(mine, grown)
        raised = levels.next_levels(mine, grown, fresh, fields)
        place = np.flatnonzero(active == self.victim)
        if len(place):
            usual = Field(fields[place[0]], 0.0)
            stands = levels.gate(int(mine[place[0]]), grown.take(place), fresh.take(place), usual)
            if stands.step is Step.ASK_PERSON:
                self.waits, raised[place] = True, mine[place]
        self.level[active] = raised


def attack(scenario: Scenario, seed: int) -> list[Outcome]:
    """Run the same upload with and without the flood, weighed as the product does and counted."""
    found = []
    for are_weighed, accounts in ((True, 0), (True, ACCOUNTS), (False, ACCOUNTS)):
        victim = _ordinary(board_of(scenario, seed))
        policy = Attacked(victim, accounts, are_weighed)
        board = run(scenario, policy, seed).board
        found.append(
            Outcome(
                counting="weighed" if are_weighed else "every act counts whole",
                is_attacked=accounts > 0,
                levels_climbed=int(policy.level[victim]),
                level=LEVELS[int(policy.level[victim])].name,
                waits_for_person=policy.waits,
                exposures=int(board.given[victim]),
            )
        )
    return found


def _ordinary(board: Board) -> int:
    """Return an upload of the second morning whose quality is the median's."""
    per_day = board.scenario.rounds_a_day
    morning = np.flatnonzero(
        (board.published >= per_day) & (board.published < per_day + per_day // 4)
    )
    assert len(morning), NEVER
    return int(morning[np.argmin(np.abs(board.quality[morning] - board.scenario.median))])
