"""What races: a reference to anything, what its exposures led to, and where it stands."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]


class ItemKind(StrEnum):
    """What kinds of things race, all by the same rules."""

    VIDEO = "video"
    PRODUCT = "product"
    LIVE = "live"
    CREATOR = "creator"


@dataclass(frozen=True, slots=True)
class ItemRef:
    """Anything that races; a creator's id is its account's."""

    kind: ItemKind
    id: int


class State(StrEnum):
    """Where an item stands in the race.

    RACING    gets exploration exposures up to its level's grant
    REVIEW    passed a gate and waits for a person to look; gets nothing until then
    CLOSED    may not be recommended; an opening decision lets it race again
    DONE      its time is over: what it measured stays, exploration shows it no more
    """

    RACING = "racing"
    REVIEW = "review"
    CLOSED = "closed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Exposures and what came of them: `exposures` float[n], `hits` float[n, signals].

    Columns are those of `rules.rates.SIGNALS`. Fractions are possible: not every act counts whole.
    """

    exposures: Floats
    hits: Floats

    def __post_init__(self) -> None:
        assert self.hits.ndim == 2, self.hits.shape  # noqa: PLR2004  # Rows and signals.
        assert len(self.exposures) == len(self.hits), (len(self.exposures), len(self.hits))

    def __len__(self) -> int:
        """How many items."""
        return len(self.exposures)

    def take(self, places: Places) -> "Evidence":
        """Return the evidence of the items at `places`."""
        return Evidence(self.exposures[places], self.hits[places])
