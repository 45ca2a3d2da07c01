"""Chooses a page: best first, nobody twice in a row, and some slots by chance."""

from dataclasses import dataclass, replace

import numpy as np

from nightmarket.domains.feed.rules.weights import EXPLORE_SHARE
from nightmarket.domains.feed.values.candidates import Candidates, Origin
from nightmarket.domains.feed.values.catalogue import NOTHING
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.pipeline.stages import Index, Scores

PER_CREATOR_MAX = 2
"""Of one creator on one page, while others are left."""


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
        page = _Page(batch, np.argsort(-scores, kind="stable").tolist())
        explored: list[bool] = []
        probabilities: list[float] = []
        while len(page.chosen) < query.limit:
            pool = page.explorable() if page.chosen and self._explores(query) else []
            if pool:
                drawn = pool[query.chance.randrange(len(pool))]
                page.choose(drawn)
                explored.append(True)
                share = self.explore_share / len(pool)
                probabilities.append(share * float(batch.draws[drawn]))
            elif (best := page.best()) is not None:
                page.choose(best)
                explored.append(False)
                probabilities.append(1.0)
            else:
                break
        index = np.array(page.chosen, dtype=np.intp)
        taken, are_explored = batch.take(index), np.array(explored, dtype=np.bool_)
        chosen = replace(
            taken,
            origins=np.where(are_explored, np.int8(Origin.EXPLORE), taken.origins),
            probabilities=np.array(probabilities, dtype=np.float32),
            are_explored=are_explored,
        )
        return chosen, index

    def _explores(self, query: FeedQuery) -> bool:
        return query.chance.random() < self.explore_share


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
