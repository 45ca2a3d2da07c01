"""Gives one slot of some pages to a candidate drawn evenly from all that could stand there."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.feed.rules.weights import RANDOM_SHARE
from nightmarket.domains.feed.selectors.diverse import PER_CREATOR_MAX, Diverse
from nightmarket.domains.feed.values.candidates import Candidates
from nightmarket.domains.feed.values.catalogue import NOTHING
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.pipeline.stages import Index, Mask, Scores


@dataclass(frozen=True, slots=True)
class AtRandom:
    """Lets `inner` make the page, but each slot is the random one with probability `share`.

    At most one slot of a page is. It goes to a candidate drawn evenly from its *rivals*: everything
    the filters left that is not on the page yet and keeps the rules after what is. The page goes on
    from there. Every item learns the probability of its slot showing it, given what stands before:
    drawn among the rivals, or what `inner` does there. The chosen batch carries the rivals of the
    random slot, so that another order can be asked what it had put there.
    """

    inner: Diverse = field(default_factory=Diverse)
    share: float = RANDOM_SHARE

    @property
    def name(self) -> str:
        """The page is the inner selector's, but for one slot."""
        return self.inner.name

    def select(
        self, query: FeedQuery, batch: Candidates, scores: Scores
    ) -> tuple[Candidates, Index]:
        """Return the page and its places in the batch."""
        share = min(self.share, 1.0 / query.limit)
        if share <= 0.0 or not len(batch):
            return self.inner.select(query, batch, scores)
        draw = _Draw(query, _Rules(batch), int(query.chance.random() / share))
        chosen, index = self.inner.fill(query, batch, scores, draw.at)
        counts = draw.rules.counts(index)
        turns = _turns(share, len(index), draw.slot)
        evenly = np.divide(turns, counts, out=np.zeros(len(index)), where=counts > 0)
        by_inner = np.where(counts > 0, 1.0 - turns, 1.0) * chosen.propensities
        chosen = replace(chosen, propensities=(evenly + by_inner).astype(np.float32))
        if draw.rivals is None:
            return chosen, index
        is_drawn = np.arange(len(index)) == draw.slot
        drawn = np.float32(share / len(draw.rivals))
        return replace(
            chosen,
            probabilities=np.where(is_drawn, drawn, chosen.probabilities),
            are_random=is_drawn,
            rivals=batch.take(draw.rivals),
        ), index


def _turns(share: float, slots: int, random_slot: int) -> NDArray[np.float64]:
    """Return with which probability each slot is the random one, given how it went before.

    All are `share` beforehand; after each that was not, the next is a little likelier, and after
    the one that was, none is.
    """
    place = np.arange(slots)
    return np.where(place <= random_slot, share / (1.0 - share * place), 0.0)


class _Draw:
    """The lottery of one page. `rivals` None: no slot was given away."""

    def __init__(self, query: FeedQuery, rules: "_Rules", slot: int) -> None:
        self.rules = rules
        self.slot = slot
        self.rivals: Index | None = None
        self._chance = query.chance

    def at(self, before: list[int]) -> int | None:
        """Return what goes after `before`, None: not this slot, or nothing fits."""
        if len(before) != self.slot:
            return None
        rivals = np.flatnonzero(self.rules.fitting(before))
        if not len(rivals):
            return None
        self.rivals = rivals
        return int(rivals[self._chance.randrange(len(rivals))])


class _Rules:
    """What may follow what: no video twice, nobody twice in a row, nobody too often."""

    def __init__(self, batch: Candidates) -> None:
        self._creators: NDArray[np.int64] = batch.catalogue.creators[batch.rows]
        self._sounds: NDArray[np.int64] = batch.catalogue.sounds[batch.rows]

    def fitting(self, before: list[int]) -> Mask:
        """Return which candidates may stand after these."""
        could = np.ones(len(self._creators), dtype=np.bool_)
        could[before] = False
        makers = self._creators[before].tolist()
        for maker in {one for one in makers if makers.count(one) >= PER_CREATOR_MAX}:
            could &= self._creators != maker
        if before:
            could &= self._creators != makers[-1]
            sound = self._sounds[before[-1]]
            could &= (self._sounds != sound) | (sound == NOTHING)
        return could

    def counts(self, index: Index) -> NDArray[np.int64]:
        """Return for each slot of a page how many could have stood there."""
        places = index.tolist()
        counts = [int(self.fitting(places[:slot]).sum()) for slot in range(len(places))]
        return np.array(counts, dtype=np.int64)
