"""Rates against what was to be expected, smoothed: trusted before anything is learned. Pure."""

import numpy as np

from nightmarket.domains.ranking.values.batches import Float

ITEM_PRIOR = 3.0
"""Three acts that came exactly as expected stand before the first showing of a video."""
VIEWER_PRIOR = 2.0
CROSS_PRIOR = 5.0
"""Five showings without a leaning stand before the first of a viewer and a creator or a tag."""
RECENT_HALF_LIFE_DAYS = 1.0
LOG_RATIO_MAX = 4.0


def log_ratio(happened: Float, expected: Float, prior: float) -> Float:
    """Return how many times (natural logarithm) something happened more often than expected.

    Expected is the sum, over the showings, of the rate of the place they were shown at: a video is
    not better for having been shown where people like everything. Cut to ±4.
    """
    ratio: Float = np.log((happened + prior) / (expected + prior))
    return np.clip(ratio, -LOG_RATIO_MAX, LOG_RATIO_MAX)


def leaning(surprise: Float, showings: Float) -> Float:
    """Return the mean surprise, shrunk towards 0, -1..1."""
    mean: Float = surprise / (showings + CROSS_PRIOR)
    return mean


def fading(elapsed_days: Float, half_life_days: float = RECENT_HALF_LIFE_DAYS) -> Float:
    """Return what is left of a count after some days, 0..1."""
    left: Float = np.exp2(-np.maximum(0.0, elapsed_days) / half_life_days)
    return left
