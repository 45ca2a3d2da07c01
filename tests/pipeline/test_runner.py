"""A pipeline answers within its budgets and says what every component did."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from nightmarket.pipeline.report import StageReport
from nightmarket.pipeline.runner import Outcome, Pipeline, apply, run
from nightmarket.pipeline.stages import Index, Mask, Scores


@dataclass(frozen=True)
class Numbers:
    """A batch of numbers."""

    values: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.values)

    def take(self, index: Index) -> "Numbers":
        """The numbers at `index`."""
        return Numbers(tuple(self.values[position] for position in index))


@dataclass(frozen=True)
class Given:
    """Proposes what it was given, after a while."""

    values: tuple[int, ...]
    name: str = "given"
    quota: int = 10
    deadline_ms: int | None = 1000
    wait_s: float = 0.0
    is_broken: bool = False

    async def fetch(self, query: str) -> Numbers:
        """The numbers."""
        await asyncio.sleep(self.wait_s)
        if self.is_broken:
            raise LookupError(query)
        return Numbers(self.values)


@dataclass(frozen=True)
class DropOdd:
    """Keeps even numbers."""

    name: str = "drop_odd"

    def keep(self, query: str, batch: Numbers) -> Mask:
        """Even only."""
        del query
        return np.array([value % 2 == 0 for value in batch.values], dtype=np.bool_)


@dataclass(frozen=True)
class Size:
    """Larger is better, or broken."""

    name: str = "size"
    is_broken: bool = False

    async def score(self, query: str, batch: Numbers) -> Scores:
        """The number itself."""
        del query
        if self.is_broken:
            return np.full(len(batch), np.nan, dtype=np.float32)
        return np.array(batch.values, dtype=np.float32)


@dataclass(frozen=True)
class Best:
    """The best three, ties in arrival order."""

    name: str = "best"

    def select(self, query: str, batch: Numbers, scores: Scores) -> tuple[Numbers, Index]:
        """Positions of the best."""
        del query
        index = np.argsort(-scores, kind="stable")[:3]
        return batch.take(index), index


@dataclass(frozen=True)
class Shout:
    """A query hydrator."""

    name: str = "shout"

    async def hydrate(self, query: str) -> str:
        """Louder."""
        return query.upper()


@dataclass(frozen=True)
class Not:
    """A late filter that refuses one number."""

    value: int
    name: str = "not"
    is_broken: bool = False

    async def keep(self, query: str, batch: Numbers) -> Mask:
        """All but one."""
        del query
        if self.is_broken:
            raise ConnectionError
        return np.array([value != self.value for value in batch.values], dtype=np.bool_)


def merge(batches: Sequence[Numbers]) -> Numbers:
    """Join without repeats."""
    return Numbers(tuple(dict.fromkeys(value for batch in batches for value in batch.values)))


PIPELINE: Pipeline[str, Numbers] = Pipeline(
    query_hydrators=[Shout()],
    sources=[Given((1, 2, 3, 4), name="first"), Given((4, 6, 8), name="second", quota=2)],
    merge=merge,
    filters=[DropOdd()],
    scorers=[Size()],
    selector=Best(),
)


def counts(reports: Sequence[StageReport]) -> list[tuple[str, int, int, str | None]]:
    """The reports without their times."""
    return [(one.component, one.count_in, one.count_out, one.failure) for one in reports]


async def test_every_component_reports_what_it_did() -> None:
    """Quotas cut, repeats go, filters count, the best come first."""
    outcome = await run(PIPELINE, "q")

    assert outcome.query == "Q"
    assert outcome.batch.values == (6, 4, 2)
    assert outcome.scores.tolist() == [6, 4, 2]
    assert counts(outcome.reports) == [
        ("shout", 0, 0, None),
        ("first", 0, 4, None),
        ("second", 0, 2, None),
        ("drop_odd", 5, 3, None),
        ("size", 3, 3, None),
        ("best", 3, 3, None),
    ]


async def test_a_late_source_is_an_empty_source() -> None:
    """One that misses its deadline is cancelled; the others' candidates are shown in time."""
    slow = Given((100,), name="slow", wait_s=30, deadline_ms=20)

    outcome = await run(replace(PIPELINE, sources=[slow, *PIPELINE.sources]), "q")

    assert outcome.batch.values == (6, 4, 2)
    assert counts(outcome.reports)[1] == ("slow", 0, 0, "late")
    assert outcome.reports[1].micros < 5_000_000


async def test_sources_run_at_the_same_time() -> None:
    """Ten sources that wait 50 ms each take about 50 ms together."""
    sources = [Given((index,), wait_s=0.05) for index in range(10)]

    outcome = await run(replace(PIPELINE, sources=sources), "q")

    assert sum(one.micros for one in outcome.reports[1:11]) > 400_000
    assert max(one.micros for one in outcome.reports[1:11]) < 400_000


async def test_sources_that_answer_from_memory_keep_their_places() -> None:
    """They run at once, whatever the others wait for; the order of candidates is as listed."""
    sources = [Given((2,), wait_s=0.01), Given((4,), name="at_once", deadline_ms=None), Given((6,))]

    outcome = await run(replace(PIPELINE, sources=sources, scorers=[]), "q")

    assert outcome.batch.values == (2, 4, 6)
    assert [one.component for one in outcome.reports[1:4]] == ["given", "at_once", "given"]


@pytest.mark.parametrize("deadline_ms", [None, 1000])
async def test_a_failing_source_is_an_empty_source(deadline_ms: int | None) -> None:
    """What it raised is in the report."""
    broken = Given((100,), name="broken", deadline_ms=deadline_ms, is_broken=True)

    outcome = await run(replace(PIPELINE, sources=[broken, *PIPELINE.sources]), "q")

    assert outcome.batch.values == (6, 4, 2)
    assert counts(outcome.reports)[1] == ("broken", 0, 0, "LookupError")


async def test_a_failing_scorer_leaves_the_sources_order() -> None:
    """Not-a-number never reaches the selector."""
    outcome = await run(replace(PIPELINE, scorers=[Size(is_broken=True)]), "q")

    assert outcome.batch.values == (2, 4, 6)
    assert counts(outcome.reports)[4] == ("size", 3, 3, "AssertionError")


async def test_the_late_filter_has_the_last_word() -> None:
    """What it refuses is not shown, and its failure is not an empty answer but an error."""
    outcome = await run(replace(PIPELINE, late_filters=[Not(4)]), "q")
    assert outcome.batch.values == (6, 2)
    assert counts(outcome.reports)[-1] == ("not", 3, 2, None)

    with pytest.raises(ConnectionError):
        await run(replace(PIPELINE, late_filters=[Not(4, is_broken=True)]), "q")


async def test_nothing_proposed_is_nothing_shown() -> None:
    """An empty batch passes every stage."""
    outcome = await run(replace(PIPELINE, sources=[], late_filters=[Not(4)]), "q")

    assert len(outcome.batch) == 0


async def test_a_failing_side_effect_does_not_stop_the_next() -> None:
    """Each failure is told by name."""
    done: list[str] = []
    failed: list[tuple[str, str]] = []

    @dataclass(frozen=True)
    class Effect:
        name: str
        is_broken: bool = False

        async def apply(self, outcome: Outcome[str, Numbers]) -> None:
            del outcome
            if self.is_broken:
                raise LookupError(self.name)
            done.append(self.name)

    await apply(
        [Effect("one", is_broken=True), Effect("two")],
        await run(PIPELINE, "q"),
        lambda name, error: failed.append((name, type(error).__name__)),
    )

    assert done == ["two"]
    assert failed == [("one", "LookupError")]
