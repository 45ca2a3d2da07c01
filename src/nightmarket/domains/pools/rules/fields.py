"""What is usual on a level of a market, so that items are compared with their like."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.pools.rules.rates import SIGNALS, Field
from nightmarket.domains.pools.values.items import Counts, Floats

FIELD_PRIOR = 1_000.0
"""A level's own rates and its market's weigh the same after so many exposures on the level."""
FIELD_US = 7 * 24 * 3_600_000_000
"""The field is everything published within a week that may be shown."""
EVERYWHERE = Field(np.array([0.2, 0.03, 0.004, 0.005, 0.006, 0.0]), 0.0)
"""What is taken as usual before a market has shown anything: a guess that 1,000 exposures outweigh.
Follows are not counted by item, so nobody is judged by them."""

Sums = Mapping[tuple[str, int], Floats]
"""Market and level → exposures and hits, float[1 + signals]."""


class Fields:
    """The fields of every market and level, from sums over their items."""

    def __init__(self, sums: Sums) -> None:
        self._sums = sums
        self._markets: dict[str, Floats] = {}
        for (market, _), figures in sums.items():
            self._markets[market] = self._markets.get(market, 0.0) + figures

    def market(self, market: str) -> Field:
        """Return what is usual in a market, whatever the level."""
        return _shrunk(self._markets.get(market), EVERYWHERE)

    def level(self, market: str, level: int) -> Field:
        """Return what is usual on one level of a market."""
        return _shrunk(self._sums.get((market, level)), self.market(market))

    def levels_of(self, markets: NDArray[np.str_], levels: Counts) -> Floats:
        """Return the rates of each item's own market and level, float[n, signals]."""
        return self._each(zip(markets.tolist(), levels.tolist(), strict=True), len(levels))

    def markets_of(self, markets: NDArray[np.str_]) -> Floats:
        """Return the rates of each item's own market, float[n, signals]."""
        found = {market: self.market(market).rates for market in set(markets.tolist())}
        rates = [found[market] for market in markets.tolist()]
        return np.array(rates).reshape(len(markets), len(SIGNALS))

    def _each(self, places: "zip[tuple[str, int]]", count: int) -> Floats:
        known: dict[tuple[str, int], Floats] = {}
        rates = []
        for place in places:
            if place not in known:
                known[place] = self.level(*place).rates
            rates.append(known[place])
        return np.array(rates).reshape(count, len(SIGNALS))


def _shrunk(sums: Floats | None, wider: Field) -> Field:
    """Return rates that lean on a wider field's while there is little of their own."""
    if sums is None:
        return wider
    exposures, hits = float(sums[0]), sums[1:]
    rates = (hits + FIELD_PRIOR * wider.rates) / (exposures + FIELD_PRIOR)
    return Field(np.clip(rates, 0.0, 1.0), exposures)
