"""Evidence, racers and fields for the race."""

import numpy as np

from nightmarket.domains.pools.rules.allocation import Racers
from nightmarket.domains.pools.rules.rates import SIGNALS, Field, Posterior
from nightmarket.domains.pools.values.items import Evidence

LONG_VIEW, LIKE = 0, 1
USUAL = Field(np.array([0.2, 0.03, 0.0, 0.01, 0.0, 0.0]), 10_000.0)


def evidence(*rows: tuple[float, float, float]) -> Evidence:
    """Return evidence of exposures, long views and likes."""
    hits = np.zeros((len(rows), len(SIGNALS)))
    hits[:, LONG_VIEW] = [row[1] for row in rows]
    hits[:, LIKE] = [row[2] for row in rows]
    return Evidence(np.array([row[0] for row in rows], dtype=np.float64), hits)


def racers(given: list[int], room: list[int], *, lift: list[float] | None = None) -> Racers:
    """Return racers published one microsecond after another."""
    count = len(given)
    return Racers(
        published_us=np.arange(count, dtype=np.int64),
        given=np.array(given, dtype=np.int64),
        room=np.array(room, dtype=np.int64),
        lift=Posterior(
            np.ones(count) if lift is None else np.array(lift, dtype=np.float64),
            np.full(count, 0.3),
        ),
    )
