"""The served record: the numbers a page was made of, so that it can be checked and learned from."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]
Big = NDArray[np.int64]


class Way(IntEnum):
    """How an item came to its slot."""

    CHOSEN = 0
    EXPLORED = 1
    RANDOM = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What the columns of records are, and what they were worth: one for many pages.

    `weights`: of the scorer's features, in their order; `worths`: of the ranker's heads in the
    blend. `layout_id` is made of all of it.
    """

    layout_id: int
    version: str
    features: tuple[str, ...]
    weights: tuple[float, ...]
    heads: tuple[str, ...]
    worths: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rivals:
    """All that could have stood on the random slot, what was drawn among them."""

    ids: Big
    features: Float
    heads: Float

    def __len__(self) -> int:
        """From how many was drawn."""
        return len(self.ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One page in columns, one row an item in the order shown.

    `sources` are numbers of `Origin`, `ways` of `Way`. `probabilities`: with which exploration or
    the random slot drew the item, 1.0: it was chosen. `propensities`: with which probability its
    slot shows it at all, given the candidates and the slots before. `features` is
    float32[items, features], without columns where nothing is scored (lists by time); `heads` is
    float32[items, heads], without columns when the ranker was not asked or did not answer.
    `snapshot`: which of its states answered, and `trust`, 0..1, for how much that counts.
    """

    layout: Layout
    snapshot: str
    trust: float
    ids: Big
    sources: NDArray[np.int8]
    ways: NDArray[np.int8]
    scores: Float
    probabilities: Float
    propensities: Float
    features: Float
    heads: Float
    rivals: Rivals | None = None

    def __len__(self) -> int:
        """How many items."""
        return len(self.ids)


def as_bytes(table: Float) -> bytes:
    """Write float16, little-endian, one column after another: columns repeat and pack well."""
    return table.astype("<f2").tobytes(order="F")


def from_bytes(packed: bytes, rows: int) -> Float:
    """Read what `as_bytes` wrote; float32[rows, columns]."""
    flat = np.frombuffer(packed, dtype="<f2").astype(np.float32)
    return flat.reshape(-1, rows).T if rows else flat.reshape(0, 0)
