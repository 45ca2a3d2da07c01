"""Centres of lists: the mean of what stands in each, kept by sums, and what is nearest to what."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.ranking.learner.towers import WIDTH
from nightmarket.domains.ranking.values.batches import Big, Float

REACH = 0.6
"""The best of a list lie above its centre: so many of its spreads are added to what it is worth."""
STAYS = 0.95
"""A video moves when another centre is nearer than its own by so much, in squares."""
NO_DISTANCE = np.float32(1e-4)
"""So much of a vector's own square is what rounding leaves between equal places."""
ASSIGNED_AT_ONCE = 256
NOWHERE = -1
FIRST_LISTS = 64


class Centres:
    """One row a list. A list without videos is nobody's nearest."""

    def __init__(self) -> None:
        self.counts: Big = np.zeros(FIRST_LISTS, dtype=np.int64)
        self._sums = np.zeros((FIRST_LISTS, WIDTH), dtype=np.float64)
        self._squares = np.zeros(FIRST_LISTS, dtype=np.float64)
        self._means: Float = np.zeros((FIRST_LISTS, WIDTH), dtype=np.float32)
        self._halves: Float = np.full(FIRST_LISTS, np.inf, dtype=np.float32)
        self._spreads: Float = np.zeros(FIRST_LISTS, dtype=np.float32)

    def come(self, lists: Big, vectors: Float) -> None:
        """Count vectors that come, each to its list."""
        self._fit(int(lists.max(initial=0)) + 1)
        self._count(lists, vectors, 1)

    def go(self, lists: Big, vectors: Float) -> None:
        """Count vectors that go."""
        self._count(lists, vectors, -1)

    def settle(self, lists: Big) -> None:
        """Take the means of these lists anew, after what came and went."""
        counts = np.maximum(1, self.counts[lists])
        means = self._sums[lists] / counts[:, None]
        lengths = (means * means).sum(axis=1)
        is_empty = self.counts[lists] == 0
        self._means[lists] = means
        self._halves[lists] = np.where(is_empty, np.inf, lengths / 2.0)
        self._spreads[lists] = np.sqrt(np.maximum(0.0, self._squares[lists] / counts - lengths))

    def assigned(self, vectors: Float, own: Big) -> Big:
        """Return int64[vectors]: the nearest list of each; its own one when hardly farther.

        `own`: where each stands, or `NOWHERE`. Before the first video the first list is anybody's.
        """
        parts = range(0, len(vectors), ASSIGNED_AT_ONCE)
        found = [self._nearest(vectors[at:][:ASSIGNED_AT_ONCE], own[at:]) for at in parts]
        return np.concatenate([np.zeros(0, dtype=np.int64), *found])

    def best(self, viewer: Float, count_max: int) -> Big:
        """Return lists for a viewer, best first, of at most so many videos; one at least.

        A list's worth: its centre's product with the viewer, and what its spread adds.
        """
        used = np.flatnonzero(self.counts)
        reach = np.float32(REACH) * np.linalg.norm(viewer)
        worth = self._means[used] @ viewer + reach * self._spreads[used]
        order = used[np.argsort(-worth, kind="stable")]
        scanned = np.cumsum(self.counts[order])
        return order[: max(1, int(np.searchsorted(scanned, count_max, side="right")))]

    def _nearest(self, vectors: Float, own: Big) -> Big:
        own, used = own[: len(vectors)], int(np.flatnonzero(self.counts)[-1:].sum()) + 1
        scores = vectors @ self._means[:used].T - self._halves[:used]
        every = np.arange(len(vectors))
        found = np.argmax(scores, axis=1)
        lengths = (vectors * vectors).sum(axis=1)
        near, was = (lengths - 2.0 * scores[every, at] for at in (found, own))
        is_near_enough = near >= STAYS * was - NO_DISTANCE * lengths
        return np.where((own != NOWHERE) & is_near_enough, own, found)

    def _count(self, lists: Big, vectors: Float, sign: int) -> None:
        if not len(lists):
            return
        order = np.argsort(lists, kind="stable")
        starts = np.flatnonzero(np.diff(lists[order], prepend=NOWHERE))
        at, exact = lists[order[starts]], vectors[order].astype(np.float64)
        self.counts[at] += sign * np.diff(starts, append=len(order))
        self._sums[at] += sign * np.add.reduceat(exact, starts, axis=0)
        self._squares[at] += sign * np.add.reduceat((exact * exact).sum(axis=1), starts)

    def _fit(self, count: int) -> None:
        while len(self.counts) < count:
            self.counts, self._spreads = (_doubled(one) for one in (self.counts, self._spreads))
            self._sums, self._means = (_doubled(one) for one in (self._sums, self._means))
            self._squares = _doubled(self._squares)
            self._halves = np.concatenate([self._halves, np.full_like(self._halves, np.inf)])


def _doubled(array: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate([array, np.zeros_like(array)])
