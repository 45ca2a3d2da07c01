"""How good and how popular each video is, against its own market; the whole catalogue at once."""

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.feed.rules.weights import PRIOR_EVENTS, QUALITY_PARTS, QUALITY_SCALE
from nightmarket.domains.feed.values.catalogue import Catalogue

HEAT_HALF_LIFE_US = 72 * 3_600_000_000
"""What was popular three days ago counts half."""


def rescore(catalogue: Catalogue, now_us: int) -> None:
    """Set `quality` (-1..1) and `heat` (0..1) of every row.

    Quality compares each figure with what the market's own average lets expect of as many views,
    smoothed: a market that seldom likes does not have worse videos. Heat is the logarithm of
    views, fading with age, weighed by quality.
    """
    count = len(catalogue)
    if not count:
        return
    views = catalogue.views[:count].astype(np.float64)
    markets = catalogue.markets[:count].astype(np.intp)
    size = int(markets.max()) + 1
    views_by_market = np.bincount(markets, weights=views, minlength=size)
    total = np.zeros(count)
    for name, weight in QUALITY_PARTS:
        counter = getattr(catalogue, name)[:count].astype(np.float64)
        by_market = np.bincount(markets, weights=counter, minlength=size)
        expected = views * (by_market / np.maximum(views_by_market, 1.0))[markets]
        seen = np.maximum(counter, 0.0) + PRIOR_EVENTS
        total += weight * np.log2(seen / (expected + PRIOR_EVENTS))
    quality = np.tanh(total / QUALITY_SCALE)
    age_us = np.maximum(0.0, now_us - catalogue.published_us[:count])
    heat = np.log2(1.0 + views) * np.exp2(-age_us / HEAT_HALF_LIFE_US) * (1.0 + quality) / 2.0
    catalogue.quality[:count] = quality
    catalogue.heat[:count] = heat / max(1.0, float(heat.max()))


def freshness(
    published_us: NDArray[np.int64], now_us: int, half_life_hours: float
) -> NDArray[np.float32]:
    """Return 1 for what is new, halving with age, float32[rows]."""
    age_hours = np.maximum(0, now_us - published_us) / 3_600_000_000
    return np.exp2(-age_hours / half_life_hours).astype(np.float32)
