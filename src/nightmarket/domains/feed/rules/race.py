"""Which rows exploration owes exposures just now, and by which probability each is drawn."""

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.feed.values.catalogue import Catalogue, Rows
from nightmarket.domains.pools.rules.allocation import draw_shares


class Race:
    """The newest deal of the pools, as rows of the catalogue and their shares.

    Rows the catalogue does not know yet, or that are not open any more, get nothing.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.made_at_us = 0
        self._catalogue = catalogue
        self._rows: Rows = np.zeros(0, dtype=np.int64)
        self._shares: NDArray[np.float64] = np.zeros(0)

    def take(self, made_at_us: int, ids: NDArray[np.int64], dealt: NDArray[np.int64]) -> None:
        """Replace the deal. Items come in the pools' order, which chance has nothing to do with."""
        row_of = self._catalogue.row_of
        rows = np.array([row_of.get(one, -1) for one in ids.tolist()], dtype=np.int64)
        are_known = rows >= 0
        are_known[are_known] = self._catalogue.are_open[rows[are_known]]
        self.made_at_us = made_at_us
        self._rows, self._shares = rows[are_known], dealt[are_known].astype(np.float64)

    def drop(self) -> None:
        """Owe nothing to anybody until the next deal."""
        self._rows, self._shares = self._rows[:0], self._shares[:0]

    def draw(self, size: int, chance: float) -> tuple[Rows, NDArray[np.float32]]:
        """Return at most `size` rows and the probability by which each was drawn.

        `chance`: one number in 0..1 decides all. Empty: nothing is owed anything.
        """
        places, probabilities = draw_shares(self._shares, size, chance)
        return self._rows[places], probabilities
