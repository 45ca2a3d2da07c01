"""Chooses a page: best first, unlike what is on it, nobody twice in a row, some by chance."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from nightmarket.domains.feed.rules.diversity import Likeness, Spread
from nightmarket.domains.feed.rules.weights import DIVERSITY, EXPLORE_SHARE
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

    Best is the score and `strength` times the logarithm of what of it is not on the page yet, so
    the first is the best by score alone, and of two that are alike the second waits.
    With chance `explore_share` a slot after the first goes to a candidate drawn evenly from what
    exploration drew, whoever else proposed it. When every rule cannot be kept, the page is
    shorter: it never shows one creator or sound twice in a row.
    """

    name: str = "diverse"
    explore_share: float = EXPLORE_SHARE
    strength: float = DIVERSITY

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
        page = _Page(batch, scores, self.strength)
        slots: list[_Slot] = []
        while len(page.chosen) < query.limit:
            pool = page.explorable() if page.chosen else []
            best = page.best()
            place, is_explored = self._next(query, best, pool)
            if (given := lottery(page.chosen)) is not None:
                place, is_explored = given, False
            if place is None:
                break
            page.choose(place, is_last=len(page.chosen) + 1 == query.limit)
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

    def __init__(self, batch: Candidates, scores: Scores, strength: float) -> None:
        self.chosen: list[int] = []
        self._scores, self._strength = scores, np.float32(strength)
        self._creators = batch.catalogue.creators[batch.rows]
        self._sounds = batch.catalogue.sounds[batch.rows]
        self._drawn = np.flatnonzero(batch.draws > 0)
        self._spread = Spread(Likeness(batch), len(batch))
        self._is_left = np.ones(len(batch), dtype=np.bool_)
        self._is_rare = np.ones(len(batch), dtype=np.bool_)
        self._fits = self._is_left

    def choose(self, place: int, *, is_last: bool) -> None:
        self.chosen.append(place)
        self._is_left[place] = False
        same = self._creators == self._creators[place]
        if np.count_nonzero(same[self.chosen]) >= PER_CREATOR_MAX:
            self._is_rare &= ~same
        sound = self._sounds[place]
        self._fits = self._is_left & ~same
        if sound != NOTHING:
            self._fits &= self._sounds != sound
        if self._strength and not is_last:
            self._spread.take(place)

    def best(self) -> int | None:
        """The best that may follow; the cap by creator gives way before the page ends."""
        could = self._fits & self._is_rare
        if not could.any():
            could = self._fits
        if not could.any():
            return None
        worth = self._scores + self._strength * self._spread.gains()
        return int(np.argmax(np.where(could, worth, -np.inf)))

    def explorable(self) -> list[int]:
        found: list[int] = self._drawn[self._fits[self._drawn]].tolist()
        return found
