"""What the store keeps of the race: one item's row, everybody's columns, and who is dealt what."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.pools.values.items import Counts, Evidence, Floats, ItemRef, State
from nightmarket.kernel.ids import AccountId


@dataclass(frozen=True, slots=True)
class Racing:
    """Items that race, in columns of one length. `markets` are texts.

    `expected`: the lift each starts from, 0: nobody said yet.
    """

    ids: Counts
    levels: Counts
    published_us: Counts
    markets: NDArray[np.str_]
    grown: Evidence
    fresh: Evidence
    expected: Floats

    def __len__(self) -> int:
        """How many."""
        return len(self.ids)

    @property
    def shown(self) -> Counts:
        """All exposures of each, whoever saw them."""
        total: Counts = (self.grown.exposures + self.fresh.exposures).astype(np.int64)
        return total


@dataclass(frozen=True, slots=True)
class Standing:
    """One item: where it is and what its showings led to, of one row each.

    `expected`: the lift it started from, 0: nobody said.
    """

    ref: ItemRef
    owner_id: AccountId
    market: str
    level: int
    state: State
    published_at_us: int
    grown: Evidence
    fresh: Evidence
    expected: float


@dataclass(frozen=True, slots=True)
class Trust:
    """How far expectations are believed, see `rules.expectation.Expectation`."""

    mean: float
    share: float
    exposures: float
    items: int


@dataclass(frozen=True, slots=True)
class Deal:
    """Who gets the next exploration exposures, until the next deal.

    `shortfall`: exposures the floor owes that there were no impressions for. `late`: items whose
    two hours passed below the floor. `shown_total`: exposures of all that raced, as of now.
    """

    made_at_us: int
    impressions: int
    shown_total: int
    shortfall: int
    late: int
    unused: int
    item_ids: Counts
    dealt: Counts
