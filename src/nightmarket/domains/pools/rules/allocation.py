"""Who gets the next exploration exposures: first the floor, then Thompson sampling. Pure.

Levels bound how much an item may get (`room`); they do not decide who gets it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.pools.rules.rates import Posterior
from nightmarket.domains.pools.values.items import Counts, Floats, Places

FLOOR = 20
"""Exposures every upload gets."""
FLOOR_US = 2 * 3_600_000_000
"""Within this long after publication, when that many eligible impressions exist."""
DRAWS = 64
"""Times the whole field is drawn anew in one round: one draw gives exposures/64 items one each.
More draws follow the posterior more closely, and cost as much more."""


@dataclass(frozen=True, slots=True)
class Racers:
    """What the allocator knows of n items. All int64[n] but `lift`.

    `given`: exposures handed out so far, seen or still on their way. `room`: how many more the
    level grants.
    """

    published_us: Counts
    given: Counts
    room: Counts
    lift: Posterior

    def __post_init__(self) -> None:
        sizes = {len(self.published_us), len(self.given), len(self.room), len(self.lift.mean)}
        assert len(sizes) == 1, sizes
        assert (self.room >= 0).all(), "no item is above its grant"

    def __len__(self) -> int:
        """How many items."""
        return len(self.given)


@dataclass(frozen=True, slots=True)
class Allocation:
    """Who gets how many, int64[n], and what the floor lacks.

    `shortfall`: exposures the floor still owes after this round. `late`: items whose two hours are
    over below the floor. `unused`: eligible impressions nobody had room for.
    """

    exposures: Counts
    owed: Counts
    shortfall: int
    late: int
    unused: int

    @property
    def shares(self) -> Floats:
        """The probability that one impression of the round shows each item, float[n]."""
        total = int(self.exposures.sum())
        return self.exposures / total if total else np.zeros(len(self.exposures))


def allocate(
    racers: Racers, impressions: int, now_us: int, chance: np.random.Generator
) -> Allocation:
    """Hand out at most `impressions`.

    First what the floor owes, oldest first; the rest by Thompson sampling. No item gets more than
    its room, and all that is given sums to `impressions` unless everybody's room is full.
    """
    owed = np.minimum(np.maximum(0, FLOOR - racers.given), racers.room)
    floor = _oldest_first(owed, racers.published_us, impressions)
    left = impressions - int(floor.sum())
    rest = sample(racers.lift, racers.room - floor, left, chance)
    still_owed = owed - floor
    is_late = (still_owed > 0) & (racers.published_us + FLOOR_US <= now_us)
    return Allocation(
        exposures=floor + rest,
        owed=still_owed,
        shortfall=int(still_owed.sum()),
        late=int(is_late.sum()),
        unused=left - int(rest.sum()),
    )


def sample(lift: Posterior, room: Counts, impressions: int, chance: np.random.Generator) -> Counts:
    """Return int64[n] that sums to `impressions`, or to all room where that is less.

    Each of `DRAWS` times, one possible lift of every item is drawn and the best get one exposure
    each: an item's share follows the probability that it is among the best.
    """
    given = np.zeros(len(room), dtype=np.int64)
    left = min(impressions, int(room.sum()))
    draws = min(DRAWS, left)
    for turn in range(draws):
        open_places = np.flatnonzero(given < room)
        batch = -(-left // (draws - turn))
        lifts = Posterior(lift.mean[open_places], lift.deviation[open_places]).draw(chance)
        best = open_places[_largest(lifts, batch)]
        given[best] += 1
        left -= len(best)
    while left:  # More were left than items: once round for everybody who has room.
        open_places = np.flatnonzero(given < room)
        best = open_places[_largest(lift.mean[open_places], left)]
        given[best] += 1
        left -= len(best)
    return given


def draw_shares(shares: Floats, size: int, chance: float) -> tuple[Places, NDArray[np.float32]]:
    """Draw `size` different items so that each is drawn with a probability known exactly.

    Systematic sampling (Madow 1949): points at equal distances, all moved by one chance in 0..1,
    fall on a line whose pieces are the shares. An item is drawn with probability size × share,
    1 for whoever has more than 1 / size; such an item is drawn once.

    Returns:
        places: of those drawn, at most `size`.
        probabilities: float32, each one's probability of being drawn.
    """
    ends = np.cumsum(shares)
    if not len(shares) or size <= 0 or ends[-1] <= 0.0:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.float32)
    step = ends[-1] / size
    points = (np.arange(size) + chance) * step
    places = np.unique(np.minimum(np.searchsorted(ends, points, side="right"), len(shares) - 1))
    probabilities = np.minimum(1.0, shares[places] / step)
    return places.astype(np.intp), probabilities.astype(np.float32)


def _oldest_first(owed: Counts, published_us: Counts, impressions: int) -> Counts:
    order = np.argsort(published_us, kind="stable")
    reached = np.minimum(np.cumsum(owed[order]), max(0, impressions))
    given = np.empty_like(owed)
    given[order] = np.diff(reached, prepend=0)
    return given


def _largest(values: Floats, count: int) -> Places:
    """Return the places of the largest, in no order."""
    if count >= len(values):
        return np.arange(len(values), dtype=np.intp)
    return np.argpartition(-values, count - 1)[:count]
