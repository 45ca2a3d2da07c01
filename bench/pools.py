"""The allocator: one round and a day of 20,000 uploads and 2,000,000 impressions, and a draw.

nightmarket bench pools [--uploads 20000] [--impressions 2000000] [--rounds 48]
"""

import argparse
import json
import time
from collections.abc import Callable

import numpy as np

from nightmarket.domains.pools.rules import levels
from nightmarket.domains.pools.rules.allocation import FLOOR, Racers, allocate, draw_shares
from nightmarket.domains.pools.rules.rates import SIGNALS, field_of, posterior
from nightmarket.domains.pools.values.items import Evidence


def timed(work: Callable[[], object], times: int) -> float:
    """Return the median time of one call in milliseconds."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return round(float(np.median(taken)), 3)


def evidence(uploads: int, chance: np.random.Generator) -> Evidence:
    """Return what uploads in all stages of their day led to."""
    exposures = chance.integers(0, 200, uploads).astype(np.float64)
    rates = 0.15 * np.exp(0.45 * chance.standard_normal(uploads))
    hits = np.zeros((uploads, len(SIGNALS)))
    hits[:, 0] = chance.binomial(exposures.astype(np.int64), np.minimum(0.95, rates))
    return Evidence(exposures, hits)


def measure(uploads: int, impressions: int, rounds: int) -> dict[str, float]:
    """Return the figures."""
    chance = np.random.default_rng(7)
    known = evidence(uploads, chance)
    field = field_of(known)
    given = known.exposures.astype(np.int64)
    standing = np.where(given > 100, 1, 0)

    def deal() -> object:
        racers = Racers(
            published_us=np.arange(uploads),
            given=given,
            room=np.maximum(0, levels.granted(standing) - given),
            lift=posterior(known, field),
        )
        return allocate(racers, impressions // rounds, 0, chance)

    fresh = Evidence(np.zeros(uploads), np.zeros_like(known.hits))
    rates = np.broadcast_to(field.rates, known.hits.shape)
    shares = np.maximum(1, FLOOR - given).astype(np.float64)
    round_ms = timed(deal, 10)
    return {
        "uploads": uploads,
        "impressions_a_day": impressions,
        "round_ms": round_ms,
        "day_s": round(round_ms * rounds / 1000, 2),
        "gates_ms": timed(lambda: levels.next_levels(standing, known, fresh, rates), 10),
        "draw_40_ms": timed(lambda: draw_shares(shares, 40, 0.5), 200),
    }


def main() -> None:
    """Measure and print JSON."""
    options = argparse.ArgumentParser()
    options.add_argument("--uploads", type=int, default=20_000)
    options.add_argument("--impressions", type=int, default=2_000_000)
    options.add_argument("--rounds", type=int, default=48)
    asked = options.parse_args()
    print(json.dumps(measure(asked.uploads, asked.impressions, asked.rounds), indent=1))


if __name__ == "__main__":
    main()
