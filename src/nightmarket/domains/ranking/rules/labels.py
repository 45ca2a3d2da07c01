"""From what was observed of a showing to its labels. Pure."""

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.batches import Big, Float

LONG_VIEW_MS = 18_000
"""KuaiRand's bound (Gao et al. 2022): all of what is shorter, eighteen seconds of the rest."""
BUCKET_BASE = 1.3
BUCKETS = 24
"""Lengths in steps of 30 %, from one second on: videos of one bucket compete on time alone."""
QUANTILES = 20
FORGET = 0.999
"""Each further showing weighs the older ones of its bucket down a thousandth."""


def is_long_view(watch_ms: Big, duration_ms: Big) -> NDArray[np.bool_]:
    """Whether each was watched to its end, or for eighteen seconds."""
    bound_ms = np.minimum(LONG_VIEW_MS, np.maximum(1, duration_ms))
    is_long: NDArray[np.bool_] = watch_ms >= bound_ms
    return is_long


def bucket(duration_ms: Big) -> Big:
    """Return the bucket of each length, 0..BUCKETS-1."""
    seconds = np.maximum(1.0, duration_ms / 1000.0)
    steps = np.log(seconds) / np.log(BUCKET_BASE)
    places: Big = np.minimum(BUCKETS - 1, steps.astype(np.int64))
    return places


class WatchQuantiles:
    """The distribution of watch share for each bucket of lengths, as a histogram that forgets.

    A fold: the same showings in the same order give the same quantiles.
    """

    WIDTH = 3.0 / 60
    """Sixty cells over 0..3 times the length; a loop is more than once."""

    def __init__(self) -> None:
        self.counts: NDArray[np.float64] = np.ones((BUCKETS, 61))

    def label(self, watch_ms: Big, duration_ms: Big) -> Float:
        """Return the share of earlier showings of like length that were watched less, 0..1."""
        places, cells = bucket(duration_ms), self._cells(watch_ms, duration_ms)
        below = np.cumsum(self.counts, axis=1) - self.counts / 2
        shares: Float = (below[places, cells] / self.counts.sum(axis=1)[places]).astype(np.float32)
        return shares

    def learn(self, watch_ms: Big, duration_ms: Big) -> None:
        """Take showings into the distribution."""
        places, cells = bucket(duration_ms), self._cells(watch_ms, duration_ms)
        seen = np.bincount(places, minlength=BUCKETS)
        self.counts *= (FORGET**seen)[:, None]
        np.add.at(self.counts, (places, cells), 1.0)

    def _cells(self, watch_ms: Big, duration_ms: Big) -> Big:
        share = watch_ms / np.maximum(1, duration_ms)
        return np.minimum(60, (share / self.WIDTH).astype(np.int64))


def none_known(count: int) -> tuple[Float, NDArray[np.bool_]]:
    """Return labels of which nothing is certain yet."""
    shape = (count, heads.COUNT)
    return np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.bool_)
