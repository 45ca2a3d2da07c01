"""Runs one policy through a scenario: uploads arrive, exposures are dealt, feedback comes late."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from lab.race.scenario import Scenario
from nightmarket.domains.pools.rules.allocation import FLOOR
from nightmarket.domains.pools.values.items import Counts, Floats, Places

NEVER = -1


@dataclass(slots=True)
class Board:
    """Everything that happened so far. One row an upload, in the order they were published.

    `given`: handed out; `seen`, `hits`: exposures whose outcome is known, and their long views.
    `quality` is the truth: no policy but the oracle may read it. `content`: float[uploads,
    figures], what may be known of them unseen. `wasted`: exposures above the floor that the worse
    half of the uploads of each round (rows) got in each round (columns).
    """

    scenario: Scenario
    quality: Floats
    content: Floats
    published: Counts
    given: Counts
    seen: Counts
    hits: Counts
    floor_met: Counts
    found: Counts
    wasted: Counts
    round: int = 0

    def active(self) -> Places:
        """Return the uploads that race now: published and not older than a day."""
        oldest = self.round - self.scenario.race_rounds
        start, end = np.searchsorted(self.published, [oldest, self.round], side="right")
        return np.arange(start, end, dtype=np.intp)


class Policy(Protocol):
    """Deals out one round's impressions."""

    @property
    def name(self) -> str:
        """What the report calls it."""
        ...

    def deal(self, board: Board, active: Places, chance: np.random.Generator) -> Counts:
        """Return how many each active upload gets, int64[active]."""
        ...


@dataclass(frozen=True, slots=True)
class Race:
    """A finished run. `shown`, `long_views`: of all rounds after the first day."""

    policy: str
    board: Board
    shown: int
    long_views: int
    impressions: int


def board_of(scenario: Scenario, seed: int) -> Board:
    """Return the world before anything happened; the same seed gives the same uploads."""
    chance = np.random.default_rng([seed, 1])
    count = scenario.uploads_a_day * scenario.days
    luck = chance.standard_normal(count)
    quality = scenario.median * np.exp(scenario.sigma * luck)
    published = np.sort(chance.integers(0, scenario.rounds, count))

    def zeros() -> Counts:
        return np.zeros(count, dtype=np.int64)

    return Board(
        scenario=scenario,
        quality=np.minimum(scenario.quality_max, quality),
        content=content_of(scenario, luck, published, np.random.default_rng([seed, 3])),
        published=published,
        given=zeros(),
        seen=zeros(),
        hits=zeros(),
        floor_met=zeros() + NEVER,
        found=zeros() + NEVER,
        wasted=np.zeros((scenario.rounds, scenario.rounds), dtype=np.int64),
    )


def content_of(
    scenario: Scenario, luck: Floats, published: Counts, chance: np.random.Generator
) -> Floats:
    """Return figures of about -1..1 of which one mixture tells of `luck` as much as committed.

    The mixture has unit length and lies anywhere: no single figure says much.
    """
    if scenario.misleads_after_day:
        day = published // scenario.rounds_a_day
        luck = np.where(day >= scenario.misleads_after_day, -luck, luck)
    share, count = scenario.content_share, len(luck)
    told = np.sqrt(share) * luck + np.sqrt(1.0 - share) * chance.standard_normal(count)
    way = chance.standard_normal(scenario.content_figures)
    way /= np.linalg.norm(way)
    figures = chance.standard_normal((count, scenario.content_figures))
    figures += np.outer(told - figures @ way, way)
    return np.asarray(np.clip(figures / 2.0, -1.0, 1.0))


def run(
    scenario: Scenario, policy: Policy, seed: int, step: Callable[[], None] = lambda: None
) -> Race:
    """Run a policy through the scenario. `step` is called after each round.

    Each policy has its own stream of chance, so that adding one changes nothing about the others.
    """
    board = board_of(scenario, seed)
    chance = np.random.default_rng([seed, 2, *policy.name.encode()])
    waiting: list[tuple[Places, Counts, Counts]] = []
    shown = long_views = impressions = 0
    for board.round in range(scenario.rounds):
        if len(waiting) > scenario.late_rounds:
            places, given, hits = waiting.pop(0)
            board.seen[places] += given
            board.hits[places] += hits
        active = board.active()
        given = policy.deal(board, active, chance)
        assert (given >= 0).all()
        assert given.sum() <= scenario.impressions_a_round, "no policy shows more than there is"
        hits = chance.binomial(given, board.quality[active])
        _count(board, active, given)
        waiting.append((active, given, hits))
        if board.round >= scenario.rounds_a_day:
            shown += int(given.sum())
            long_views += int(hits.sum())
            impressions += scenario.impressions_a_round
        step()
    return Race(policy.name, board, shown, long_views, impressions)


def _count(board: Board, active: Places, given: Counts) -> None:
    before = board.given[active]
    board.given[active] += given
    total = board.given[active]
    above = np.maximum(0, total - FLOOR) - np.maximum(0, before - FLOOR)
    is_worse = board.quality[active] < board.scenario.median
    np.add.at(board.wasted[:, board.round], board.published[active][is_worse], above[is_worse])
    for column, enough in ((board.floor_met, FLOOR), (board.found, board.scenario.found_exposures)):
        is_now = (total >= enough) & (column[active] == NEVER)
        column[active[is_now]] = board.round
