"""The stage protocols. A component is one class in one file and does one of these things.

Candidates travel as a batch of columns (arrays of one field each), so that 500 of them cost one
call a stage; what the columns are is the product's business, not this library's.
"""

from typing import Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.intp]
Mask = NDArray[np.bool_]
Scores = NDArray[np.float32]


class Columns(Protocol):
    """A batch of candidates in columns of one length."""

    def __len__(self) -> int:
        """How many candidates."""
        ...

    def take(self, index: Index) -> Self:
        """Return the candidates at `index`, in that order."""
        ...


Query = TypeVar("Query")
Query_contra = TypeVar("Query_contra", contravariant=True)
Batch = TypeVar("Batch", bound=Columns)
Batch_co = TypeVar("Batch_co", bound=Columns, covariant=True)
Batch_contra = TypeVar("Batch_contra", bound=Columns, contravariant=True)


class QueryHydrator(Protocol[Query]):
    """Learns what the request needs to know about its viewer. They run in order."""

    @property
    def name(self) -> str:
        """Stable, as reports write it."""
        ...

    async def hydrate(self, query: Query) -> Query:
        """Return the query, knowing more."""
        ...


class Source(Protocol[Query_contra, Batch_co]):
    """Proposes candidates. Sources never see each other; those that wait do so at the same time."""

    @property
    def name(self) -> str:
        """Stable, as reports write it."""
        ...

    @property
    def quota(self) -> int:
        """The most candidates it may propose; more are cut from the end."""
        ...

    @property
    def deadline_ms(self) -> int | None:
        """A source that takes longer is an empty source for this request.

        None: it answers from memory, without ever waiting.
        """
        ...

    async def fetch(self, query: Query_contra) -> Batch_co:
        """Return candidates, best first."""
        ...


class Hydrator(Protocol[Query_contra, Batch]):
    """Learns something about the candidates: same candidates, same order, more columns."""

    @property
    def name(self) -> str:
        """Stable, as reports write it."""
        ...

    async def hydrate(self, query: Query_contra, batch: Batch) -> Batch:
        """Return the batch, knowing more."""
        ...


class Filter(Protocol[Query_contra, Batch_contra]):
    """Removes candidates. Filters run in the order they are listed."""

    @property
    def name(self) -> str:
        """Stable, as reports write it."""
        ...

    def keep(self, query: Query_contra, batch: Batch_contra) -> Mask:
        """Return bool[candidates], False removes. Pure: no I/O, no clock, no randomness."""
        ...


class Scorer(Protocol[Query_contra, Batch_contra]):
    """Gives every candidate a number; it may not add, remove or reorder candidates."""

    @property
    def name(self) -> str:
        """Stable, as reports write it."""
        ...

    async def score(self, query: Query_contra, batch: Batch_contra) -> Scores:
        """Return float32[candidates]; the scores of several scorers are added."""
        ...


class Selector(Protocol[Query_contra, Batch]):
    """Chooses what is shown, in order."""

    @property
    def name(self) -> str:
        """Stable, as reports write it."""
        ...

    def select(self, query: Query_contra, batch: Batch, scores: Scores) -> tuple[Batch, Index]:
        """Return the chosen candidates, first shown first, and their positions in the batch.

        It may write into columns of the chosen ones how they were chosen.
        """
        ...


class LateFilter(Protocol[Query_contra, Batch_contra]):
    """Asks about the chosen few what must never be wrong, just before they are shown."""

    @property
    def name(self) -> str:
        """Stable, as reports write it."""
        ...

    async def keep(self, query: Query_contra, batch: Batch_contra) -> Mask:
        """Return bool[candidates]; a failure fails the request, it never shows too much."""
        ...


Outcome_contra = TypeVar("Outcome_contra", contravariant=True)


class SideEffect(Protocol[Outcome_contra]):
    """Runs after the answer is on its way; nothing it does can change or delay it."""

    @property
    def name(self) -> str:
        """Stable, as reports write it."""
        ...

    async def apply(self, outcome: Outcome_contra) -> None:
        """Record, count, warm up; `outcome` is whatever the product kept of the run."""
        ...
