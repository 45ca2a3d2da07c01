"""A log to replay: showings in order of time, what came of each, and what the videos are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.ranking.values.batches import Big, Items, Labels, Showings

SITTING_US = 30 * 60 * 1_000_000
"""A viewer who comes back after half an hour sits down anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """`streamed_from`: showings before it only teach, those from it on are scored first.

    `taught`: how many showings at the beginning have no clock of their own; they are counted and
    remembered before anything is learned.
    """

    name: str
    showings: Showings
    labels: Labels
    items: Items
    streamed_from: int
    taught: int

    def __len__(self) -> int:
        """How many showings."""
        return len(self.showings)


def sittings(viewers: Big, at_us: Big) -> Big:
    """Return a number for each viewer's showings without a break of half an hour."""
    order = np.lexsort((at_us, viewers))
    people, times = viewers[order], at_us[order]
    begins = np.ones(len(order), dtype=np.bool_)
    begins[1:] = (people[1:] != people[:-1]) | (times[1:] - times[:-1] > SITTING_US)
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.cumsum(begins)
    return found


def side_by_side(showings: Showings) -> Big:
    """Return the order in which showings of one page stand together, pages by their first one."""
    pages: NDArray[np.int64] = showings.pages
    _, first, inverse = np.unique(pages, return_index=True, return_inverse=True)
    return np.lexsort((np.arange(len(pages)), first[inverse]))
