"""The batch that travels through the feed's stages: rows of the catalogue and who proposed them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.feed.values.catalogue import Catalogue, Rows
from nightmarket.domains.ranking.rules.worths import TABLE, Worth
from nightmarket.pipeline.stages import Index


class Origin(IntEnum):
    """Which source proposed a candidate; the earlier one wins when several did."""

    FOLLOWING = 1
    TASTES = 2
    FRESH = 3
    POPULAR = 4
    EXPLORE = 5
    REPOSTED = 6
    BY_MODEL = 7
    CO_WATCHED = 8


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows of the catalogue with what is known of them in this request.

    `origins`: the `Origin` of each. `draws`: with which probability exploration drew it, 0.0 for
    those it did not draw; another source may have proposed it too. `are_explored`: chosen for its
    slot by chance, not by its score; `are_random`: drawn evenly from `rivals`, all that could
    stand there; `probabilities`: with which probability either drew it, 1.0 for the others.
    `propensities`: with which probability its slot shows it at all, given the candidates and the
    slots before. `moments_us`: where it stands in a list by time. `reposters`: who showed it, 0:
    its creator. `expected`: what the ranker expects of showing it, -1..1 against the others, 0 when
    it was not asked; `heads` is float32[candidates, heads], the ranker's probabilities, and has no
    columns when it was not asked; `snapshot` is the state that said so, empty: none; `trust`, 0..1:
    for how much it counts; `worth`: what each head was worth in it.
    """

    catalogue: Catalogue
    rows: Rows
    origins: NDArray[np.int8]
    draws: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    propensities: NDArray[np.float32]
    are_explored: NDArray[np.bool_]
    are_random: NDArray[np.bool_]
    moments_us: NDArray[np.int64]
    reposters: NDArray[np.int64]
    expected: NDArray[np.float32]
    heads: NDArray[np.float32]
    snapshot: str = ""
    trust: float = 0.0
    worth: Worth = TABLE
    rivals: "Candidates | None" = None

    def __len__(self) -> int:
        """How many."""
        return len(self.rows)

    def take(self, index: Index) -> Self:
        """Return the candidates at `index`, in that order."""
        return replace(self, **{name: getattr(self, name)[index] for name in COLUMNS})

    @property
    def ids(self) -> NDArray[np.int64]:
        """Video ids."""
        return self.catalogue.ids[self.rows]


COLUMNS = (
    "rows",
    "origins",
    "draws",
    "probabilities",
    "propensities",
    "are_explored",
    "are_random",
    "moments_us",
    "reposters",
    "expected",
    "heads",
)
"""What has one entry a candidate."""


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
        origins=np.full(count, origin, dtype=np.int8),
        draws=np.full(count, drawn, dtype=np.float32),
        probabilities=np.ones(count, dtype=np.float32),
        propensities=np.ones(count, dtype=np.float32),
        are_explored=np.zeros(count, dtype=np.bool_),
        are_random=np.zeros(count, dtype=np.bool_),
        moments_us=catalogue.published_us[rows],
        reposters=np.zeros(count, dtype=np.int64),
        expected=np.zeros(count, dtype=np.float32),
        heads=np.zeros((count, 0), dtype=np.float32),
    )


def merge(batches: Sequence[Candidates]) -> Candidates:
    """Join proposals without repeats; of two the earlier source's stays, and that it was drawn.

    The first batch gives the catalogue, so there must be one.
    """
    assert batches, "at least one source answers, be it empty"
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(batch, name) for batch in batches]) for name in COLUMNS
    }
    _, first, same = np.unique(joined["rows"], return_index=True, return_inverse=True)
    draws = np.zeros(len(first), dtype=np.float32)
    np.maximum.at(draws, same, joined["draws"])
    order = np.argsort(first)
    kept = {name: column[first[order]] for name, column in joined.items()}
    return replace(batches[0], **(kept | {"draws": draws[order]}))
