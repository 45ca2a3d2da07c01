"""The value model: what the heads' probabilities are worth together. Pure."""

from collections.abc import Mapping

import numpy as np

from nightmarket.domains.ranking.values.batches import Float
from nightmarket.domains.ranking.values.heads import CODES, HEADS, IS_TOLD


def weights(changed: Mapping[str, float] | None = None) -> Float:
    """Return float32[heads]: the table's weights, with some replaced for a market or experiment.

    A head that nothing tells yet weighs nothing: what an untaught part of the model says is chance.

    Raises:
        KeyError: no head has this code.
    """
    found = {head.code: head.value for head in HEADS}
    is_told = np.array(IS_TOLD, dtype=np.float32)
    for code, value in (changed or {}).items():
        if code not in found:
            raise KeyError(code)
        found[code] = value
    return np.array([found[code] for code in CODES], dtype=np.float32) * is_told


def blend(probabilities: Float, by_head: Float) -> Float:
    """Return float32[candidates] from float32[candidates, heads]: the sum of worth times chance."""
    assert probabilities.shape[1] == len(by_head)
    value: Float = probabilities @ by_head
    return value
