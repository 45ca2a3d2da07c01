"""Videos side by side: the memory's rows, their ids and their vectors, which grow together."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.ranking.learner.towers import WIDTH
from nightmarket.domains.ranking.values.batches import Big, Float

Numbers = TypeVar("Numbers", np.int64, np.float32)
FIRST_PLACES = 64
GROWS_BY = 8
"""A full shelf grows by one part in so many, and by `FIRST_PLACES`."""


class Shelf:
    """Places 0, 1, 2 … without gaps: whatever leaves is replaced by the last."""

    def __init__(self) -> None:
        self.count = 0
        self._rows: Big = np.zeros(FIRST_PLACES, dtype=np.int64)
        self._ids: Big = np.zeros(FIRST_PLACES, dtype=np.int64)
        self._vectors: Float = np.zeros((FIRST_PLACES, WIDTH), dtype=np.float32)

    @property
    def rows(self) -> Big:
        """The memory's row of each."""
        return self._rows[: self.count]

    @property
    def ids(self) -> Big:
        """Which video each is."""
        return self._ids[: self.count]

    @property
    def vectors(self) -> Float:
        """Where each lies."""
        return self._vectors[: self.count]

    @property
    def size_bytes(self) -> int:
        """What it takes, with the places kept for those to come."""
        return self._rows.nbytes + self._ids.nbytes + self._vectors.nbytes

    def add(self, rows: Big, ids: Big, vectors: Float) -> Big:
        """Put videos behind the last; returns their places."""
        first, self.count = self.count, self.count + len(rows)
        if self.count > len(self._rows):
            size = max(self.count, len(self._rows) + len(self._rows) // GROWS_BY + FIRST_PLACES)
            self._rows = _longer(self._rows[:first], size)
            self._ids = _longer(self._ids[:first], size)
            self._vectors = _longer(self._vectors[:first], size)
        self._rows[first : self.count] = rows
        self._ids[first : self.count] = ids
        self._vectors[first : self.count] = vectors
        return np.arange(first, self.count)

    def take_out(self, places: Big) -> Big:
        """Take distinct places out; returns those that another video stands at now."""
        left = self.count - len(places)
        holes = places[places < left]
        moved = np.setdiff1d(np.arange(left, self.count), places)
        for array in (self._rows, self._ids, self._vectors):
            array[holes] = array[moved]
        self.count = left
        return holes


def _longer(array: NDArray[Numbers], size: int) -> NDArray[Numbers]:
    """Return a longer copy; what is behind is not written, so it takes no memory yet."""
    found = np.empty((size, *array.shape[1:]), dtype=array.dtype)
    found[: len(array)] = array
    return found
