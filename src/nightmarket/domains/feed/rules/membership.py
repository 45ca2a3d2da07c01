"""Which of many are among a few. Pure."""

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.feed.values.query import Ids


def is_one_of(column: NDArray[np.integer], ids: Ids) -> NDArray[np.bool_]:
    """Return bool, shaped like the column: most viewers block, mute and hide nothing at all."""
    if not len(ids):
        return np.zeros(column.shape, dtype=np.bool_)
    ordered = np.sort(ids)
    places = np.minimum(np.searchsorted(ordered, column), len(ordered) - 1)
    found: NDArray[np.bool_] = ordered[places] == column
    return found
