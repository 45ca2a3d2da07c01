"""How a list that grew too long falls into two: by what tells its vectors apart most. Pure."""

import numpy as np

from nightmarket.domains.ranking.values.batches import Float, Mask

ROUNDS = 4
LEAST_SHARE = 4
"""Neither half gets less than one part in so many: halves of alike vectors are not crumbs."""


def halves(vectors: Float) -> Mask:
    """Return bool[vectors]: which leave, so that both halves lie close together.

    Two means, begun on both sides of the mean along the direction of greatest spread. Vectors that
    are all the same are cut in the middle.
    """
    centred = vectors - vectors.mean(axis=0)
    along = centred @ _direction(centred)
    for _ in range(ROUNDS):
        leaves = along > 0.0
        if leaves.all() or not leaves.any():
            break
        one, other = centred[leaves].mean(axis=0), centred[~leaves].mean(axis=0)
        along = (centred - (one + other) / 2.0) @ (one - other)
    return _cut(along)


def _direction(centred: Float) -> Float:
    """Return roughly the first principal direction, begun at the farthest."""
    found: Float = centred[np.argmax((centred * centred).sum(axis=1))]
    for _ in range(ROUNDS):
        length = np.linalg.norm(found)
        if not length > 0.0:
            break
        found = (centred @ (found / length)) @ centred
    return found


def _cut(along: Float) -> Mask:
    """Return what lies on the far side, but neither too few nor too many."""
    least = len(along) // LEAST_SHARE
    count = int(np.clip(np.count_nonzero(along > 0.0), least, len(along) - least))
    found = np.zeros(len(along), dtype=np.bool_)
    found[np.argsort(along, kind="stable")[len(along) - count :]] = True
    return found
