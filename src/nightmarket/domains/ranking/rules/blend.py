"""The value model: what the heads' probabilities are worth together. Pure."""

from collections.abc import Mapping

import numpy as np

from nightmarket.domains.ranking.values.batches import Float
from nightmarket.domains.ranking.values.heads import CODES, HEADS


def weights(changed: Mapping[str, float] | None = None) -> Float:
    """Return float32[heads]: the table's weights, with some replaced for a market or experiment.

    Raises:
        KeyError: no head has this code.
    """
    found = {head.code: head.value for head in HEADS}
    for code, value in (changed or {}).items():
        if code not in found:
            raise KeyError(code)
        found[code] = value
    return np.array([found[code] for code in CODES], dtype=np.float32)


def blend(probabilities: Float, by_head: Float) -> Float:
    """Return float32[candidates] from float32[candidates, heads]: the sum of worth times chance."""
    assert probabilities.shape[1] == len(by_head)
    value: Float = probabilities @ by_head
    return value
