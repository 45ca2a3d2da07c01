"""The batch that travels through the feed's stages: rows of the catalogue and who proposed them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.feed.values.catalogue import Catalogue, Rows
from nightmarket.pipeline.stages import Index


class Origin(IntEnum):
    """Which source proposed a candidate; the earlier one wins when several did."""

    FOLLOWING = 1
    TASTES = 2
    FRESH = 3
    POPULAR = 4
    EXPLORE = 5
    REPOSTED = 6


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows of the catalogue with what is known of them in this request.

    `origins`: the `Origin` of each. `draws`: with which probability exploration drew it, 0.0 for
    those it did not draw; another source may have proposed it too. `are_explored`: chosen for its
    slot by chance, not by its score, and `probabilities` with which; 1.0 for the others.
    `moments_us`: where it stands in a list by time. `reposters`: who showed it, 0: its creator.
    `expected`: what the ranker expects of showing it, -1..1 against the others, 0 when it was not
    asked; `snapshot` is the state that said so, empty: none.
    """

    catalogue: Catalogue
    rows: Rows
    origins: NDArray[np.int8]
    draws: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    are_explored: NDArray[np.bool_]
    moments_us: NDArray[np.int64]
    reposters: NDArray[np.int64]
    expected: NDArray[np.float32]
    snapshot: str = ""

    def __len__(self) -> int:
        """How many."""
        return len(self.rows)

    def take(self, index: Index) -> Self:
        """Return the candidates at `index`, in that order."""
        return type(self)(
            self.catalogue,
            self.rows[index],
            self.origins[index],
            self.draws[index],
            self.probabilities[index],
            self.are_explored[index],
            self.moments_us[index],
            self.reposters[index],
            self.expected[index],
            self.snapshot,
        )

    @property
    def ids(self) -> NDArray[np.int64]:
        """Video ids."""
        return self.catalogue.ids[self.rows]


def propose(
    catalogue: Catalogue,
    rows: Rows,
    origin: Origin,
    drawn: float | NDArray[np.float32] = 0.0,
) -> Candidates:
    """Return a source's proposal. `drawn`: by which probability, everybody's or each one's."""
    count = len(rows)
    return Candidates(
        catalogue,
        rows,
        np.full(count, origin, dtype=np.int8),
        np.full(count, drawn, dtype=np.float32),
        np.ones(count, dtype=np.float32),
        np.zeros(count, dtype=np.bool_),
        catalogue.published_us[rows],
        np.zeros(count, dtype=np.int64),
        np.zeros(count, dtype=np.float32),
    )


def merge(batches: Sequence[Candidates]) -> Candidates:
    """Join proposals without repeats; of two the earlier source's stays, and that it was drawn.

    The first batch gives the catalogue, so there must be one.
    """
    assert batches, "at least one source answers, be it empty"
    catalogue = batches[0].catalogue
    rows = np.concatenate([batch.rows for batch in batches])
    _, first, same = np.unique(rows, return_index=True, return_inverse=True)
    draws = np.zeros(len(first), dtype=np.float32)
    np.maximum.at(draws, same, np.concatenate([batch.draws for batch in batches]))
    order = np.argsort(first)
    first, draws = first[order], draws[order]
    return Candidates(
        catalogue,
        rows[first],
        np.concatenate([batch.origins for batch in batches])[first],
        draws,
        np.concatenate([batch.probabilities for batch in batches])[first],
        np.concatenate([batch.are_explored for batch in batches])[first],
        np.concatenate([batch.moments_us for batch in batches])[first],
        np.concatenate([batch.reposters for batch in batches])[first],
        np.concatenate([batch.expected for batch in batches])[first],
    )
