"""Chooses a page: best first, nobody twice in a row, and some slots by chance."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from nightmarket.domains.feed.rules.weights import EXPLORE_SHARE
from nightmarket.domains.feed.values.candidates import Candidates, Origin
from nightmarket.domains.feed.values.catalogue import NOTHING
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.pipeline.stages import Index, Scores

PER_CREATOR_MAX = 2
"""Of one creator on one page, while others are left."""
Lottery: TypeAlias = Callable[[list[int]], int | None]
"""Given the places that stand before a slot: the place for it, None: as the selector would."""


@dataclass(frozen=True, slots=True)
class Diverse:
    """Greedy: the best candidate whose creator and sound are not those of the one before.

    With chance `explore_share` a slot after the first goes to a candidate drawn evenly from what
    exploration drew, whoever else proposed it. When every rule cannot be kept, the page is
    shorter: it never shows one creator or sound twice in a row.
    """

    name: str = "diverse"
    explore_share: float = EXPLORE_SHARE

    def select(
        self, query: FeedQuery, batch: Candidates, scores: Scores
    ) -> tuple[Candidates, Index]:
        """Return at most `query.limit` candidates; explored ones carry their probability."""
        return self.fill(query, batch, scores, lambda _: None)

    def fill(
        self, query: FeedQuery, batch: Candidates, scores: Scores, lottery: Lottery
    ) -> tuple[Candidates, Index]:
        """Choose as `select` does, but ask `lottery` first for each slot.

        Propensities say what this selector itself does on the slot, whoever filled it.
        """
        page = _Page(batch, np.argsort(-scores, kind="stable").tolist())
        slots: list[_Slot] = []
        while len(page.chosen) < query.limit:
            pool = page.explorable() if page.chosen else []
            best = page.best()
            place, is_explored = self._next(query, best, pool)
            if (given := lottery(page.chosen)) is not None:
                place, is_explored = given, False
            if place is None:
                break
            page.choose(place)
            slots.append(_Slot(len(pool), is_explored, self._propensity(place, best, pool)))
        index = np.array(page.chosen, dtype=np.intp)
        taken = batch.take(index)
        are_explored = np.array([slot.is_explored for slot in slots], dtype=np.bool_)
        pools = np.array([slot.pool for slot in slots])
        drawn = np.float32(self.explore_share) * taken.draws / np.maximum(1, pools)
        chosen = replace(
            taken,
            origins=np.where(are_explored, np.int8(Origin.EXPLORE), taken.origins),
            probabilities=np.where(are_explored, drawn, np.float32(1.0)).astype(np.float32),
            propensities=np.array([slot.propensity for slot in slots], dtype=np.float32),
            are_explored=are_explored,
        )
        return chosen, index

    def _next(self, query: FeedQuery, best: int | None, pool: list[int]) -> tuple[int | None, bool]:
        """Return what this selector puts on the slot, and whether exploration drew it."""
        if pool and self._explores(query):
            return pool[query.chance.randrange(len(pool))], True
        return best, False

    def _propensity(self, place: int, best: int | None, pool: list[int]) -> float:
        """Return with which probability the slot would go to `place`, by either way."""
        share = self.explore_share if pool else 0.0
        by_chance = share / len(pool) if place in pool else 0.0
        return by_chance + (1.0 - share) * (place == best)

    def _explores(self, query: FeedQuery) -> bool:
        return query.chance.random() < self.explore_share


@dataclass(frozen=True, slots=True)
class _Slot:
    """How a slot was filled. `pool`: from how many exploration could have drawn."""

    pool: int
    is_explored: bool
    propensity: float


class _Page:
    """The page so far and what may come next."""

    def __init__(self, batch: Candidates, order: list[int]) -> None:
        self.chosen: list[int] = []
        self._order = order
        self._creators: list[int] = batch.catalogue.creators[batch.rows].tolist()
        self._sounds: list[int] = batch.catalogue.sounds[batch.rows].tolist()
        self._drawn: list[int] = np.flatnonzero(batch.draws > 0).tolist()
        self._count: dict[int, int] = {}

    def choose(self, place: int) -> None:
        self.chosen.append(place)
        self._order.remove(place)
        creator = self._creators[place]
        self._count[creator] = self._count.get(creator, 0) + 1

    def best(self) -> int | None:
        """The best that may follow; the cap by creator gives way before the page ends."""
        second_best = None
        for place in self._order:
            if self._fits(place):
                if self._of_creator(place) < PER_CREATOR_MAX:
                    return place
                second_best = place if second_best is None else second_best
        return second_best

    def explorable(self) -> list[int]:
        return [place for place in self._drawn if place not in self.chosen and self._fits(place)]

    def _of_creator(self, place: int) -> int:
        return self._count.get(self._creators[place], 0)

    def _fits(self, place: int) -> bool:
        if not self.chosen:
            return True
        last = self.chosen[-1]
        if self._creators[place] == self._creators[last]:
            return False
        sound = self._sounds[place]
        return sound == NOTHING or sound != self._sounds[last]
