"""Runs a pipeline within budgets; one failing component costs its own work, never the answer."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np

from nightmarket.pipeline.report import Nobody, Observer, StageReport
from nightmarket.pipeline.stages import (
    Batch,
    Filter,
    Hydrator,
    LateFilter,
    Mask,
    Query,
    QueryHydrator,
    Scorer,
    Scores,
    Selector,
    SideEffect,
    Source,
)

Done = TypeVar("Done")
Ticks = Callable[[], int]
"""A clock that only measures: nanoseconds from anywhere, never backwards."""
NOBODY = Nobody()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline(Generic[Query, Batch]):
    """The stages in the order they run.

    `merge` joins what the sources proposed into one batch without repeats: it keeps the first of
    two equal candidates and knows what equal means.
    """

    query_hydrators: Sequence[QueryHydrator[Query]] = ()
    sources: Sequence[Source[Query, Batch]]
    merge: Callable[[Sequence[Batch]], Batch]
    hydrators: Sequence[Hydrator[Query, Batch]] = ()
    filters: Sequence[Filter[Query, Batch]] = ()
    scorers: Sequence[Scorer[Query, Batch]] = ()
    selector: Selector[Query, Batch]
    late_filters: Sequence[LateFilter[Query, Batch]] = ()


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Query, Batch]):
    """What a run chose: `batch` in the order to show, `scores` beside it, and the reports."""

    query: Query
    batch: Batch
    scores: Scores
    reports: tuple[StageReport, ...]


@dataclass(slots=True)
class _Run:
    """Collects the reports of one run."""

    ticks: Ticks
    observer: Observer
    reports: list[StageReport] = field(default_factory=list)

    def add(
        self, name: str, counts: tuple[int, int], since: int, failure: str | None = None
    ) -> None:
        micros = (self.ticks() - since) // 1000
        done = StageReport(name, counts[0], counts[1], micros, failure)
        self.reports.append(done)
        self.observer.after(done)


async def run(
    pipeline: Pipeline[Query, Batch],
    query: Query,
    *,
    ticks: Ticks = time.perf_counter_ns,
    observer: Observer = NOBODY,
) -> Outcome[Query, Batch]:
    """Run every stage but the side effects.

    Sources that wait do so at the same time; one that fails or is late counts as empty. A failing
    hydrator leaves the batch as it was and a failing scorer adds nothing, both reported. Query
    hydrators, filters and late filters decide what may be shown at all: their failures are raised.
    """
    report = _Run(ticks, observer)
    for stage in pipeline.query_hydrators:
        with observer.during("query hydrator", stage.name):
            since = ticks()
            query = await stage.hydrate(query)
            report.add(stage.name, (0, 0), since)
    batch = pipeline.merge(await _fetch(pipeline.sources, query, report))
    for hydrator in pipeline.hydrators:
        batch = await _hydrated(hydrator, query, batch, report)
    batch = run_filters(pipeline.filters, query, batch, report)
    scores = await _scored(pipeline.scorers, query, batch, report)
    batch, scores = _selected(pipeline.selector, query, (batch, scores), report)
    for late in pipeline.late_filters:
        with observer.during("late filter", late.name):
            since, before = ticks(), len(batch)
            if before:
                kept = _checked(await late.keep(query, batch), before, late.name)
                index = np.flatnonzero(kept)
                batch, scores = batch.take(index), scores[index]
            report.add(late.name, (before, len(batch)), since)
    return Outcome(query, batch, scores, tuple(report.reports))


async def apply(
    effects: Sequence[SideEffect[Done]],
    outcome: Done,
    failed: Callable[[str, Exception], None],
    *,
    observer: Observer = NOBODY,
) -> None:
    """Run side effects one after another; `failed(name, error)` hears of those that raise."""
    for effect in effects:
        try:
            with observer.during("side effect", effect.name):
                await effect.apply(outcome)
        except Exception as error:  # noqa: BLE001  # The answer is out; it becomes a counted failure.
            failed(effect.name, error)


def run_filters(
    filters: Sequence[Filter[Query, Batch]], query: Query, batch: Batch, report: _Run
) -> Batch:
    """Apply `filters` in order; later ones only see what earlier ones kept."""
    for stage in filters:
        with report.observer.during("filter", stage.name):
            since, before = report.ticks(), len(batch)
            mask = _checked(stage.keep(query, batch), before, stage.name)
            if not mask.all():
                batch = batch.take(np.flatnonzero(mask))
            report.add(stage.name, (before, len(batch)), since)
    return batch


def _selected(
    selector: Selector[Query, Batch], query: Query, given: tuple[Batch, Scores], report: _Run
) -> tuple[Batch, Scores]:
    batch, scores = given
    with report.observer.during("selector", selector.name):
        since = report.ticks()
        chosen, index = selector.select(query, batch, scores)
        assert len(chosen) == len(index), selector.name
        report.add(selector.name, (len(batch), len(chosen)), since)
    return chosen, scores[index]


async def _fetch(
    sources: Sequence[Source[Query, Batch]], query: Query, report: _Run
) -> list[Batch]:
    since = report.ticks()
    spent_us: dict[int, int] = {}

    async def timed(index: int, source: Source[Query, Batch]) -> Batch:
        begun = report.ticks()
        try:
            with report.observer.during("source", source.name):
                found = await source.fetch(query)
                spent_us[index] = (report.ticks() - begun) // 1000
                report.observer.after(StageReport(source.name, 0, len(found), spent_us[index]))
                return found
        finally:
            if index not in spent_us:
                spent_us[index] = (report.ticks() - begun) // 1000

    tasks = {
        index: asyncio.ensure_future(timed(index, source))
        for index, source in enumerate(sources)
        if source.deadline_ms is not None
    }
    try:
        # What answers from memory runs in place: a task for each would cost more than most of them.
        settled = {
            index: await _settled(timed(index, source))
            for index, source in enumerate(sources)
            if index not in tasks
        }
        await _meet_deadlines(sources, tasks, lambda: (report.ticks() - since) / 1e9)
        found = []
        for index, source in enumerate(sources):
            batch, failure = settled.get(index) or await _settled(tasks[index])
            count = 0
            if batch is not None:
                batch = batch.take(np.arange(source.quota)) if len(batch) > source.quota else batch
                found.append(batch)
                count = len(batch)
            micros = spent_us.get(index, (report.ticks() - since) // 1000)
            report.reports.append(StageReport(source.name, 0, count, micros, failure))
        return found
    finally:
        for task in tasks.values():
            task.cancel()


async def _meet_deadlines(
    sources: Sequence[Source[Query, Batch]],
    tasks: Mapping[int, "asyncio.Future[Batch]"],
    spent_s: Callable[[], float],
) -> None:
    """Wait for each task as long as its source may take, then cancel it."""
    deadlines_ms = {index: sources[index].deadline_ms or 0 for index in tasks}
    for deadline_ms in sorted(set(deadlines_ms.values())):
        waiting = [task for task in tasks.values() if not task.done()]
        if waiting:
            await asyncio.wait(waiting, timeout=max(0.0, deadline_ms / 1000 - spent_s()))
        for index, task in tasks.items():
            if deadlines_ms[index] <= deadline_ms and not task.done():
                task.cancel()


async def _settled(coming: Awaitable[Batch]) -> tuple[Batch | None, str | None]:
    try:
        return await coming, None
    except asyncio.CancelledError:
        if not (isinstance(coming, asyncio.Future) and coming.cancelled()):
            raise
        return None, "late"
    except Exception as error:  # noqa: BLE001  # A failing source is an empty source, reported.
        return None, type(error).__name__


async def _hydrated(
    stage: Hydrator[Query, Batch], query: Query, batch: Batch, report: _Run
) -> Batch:
    with report.observer.during("hydrator", stage.name):
        since, before, failure = report.ticks(), len(batch), None
        try:
            batch = await stage.hydrate(query, batch)
            assert len(batch) == before, stage.name
        except Exception as error:  # noqa: BLE001  # Reported; the candidates stay as they were.
            failure = type(error).__name__
        report.add(stage.name, (before, len(batch)), since, failure)
    return batch


async def _scored(
    scorers: Sequence[Scorer[Query, Batch]], query: Query, batch: Batch, report: _Run
) -> Scores:
    total = np.zeros(len(batch), dtype=np.float32)
    for stage in scorers:
        with report.observer.during("scorer", stage.name):
            since, failure = report.ticks(), None
            try:
                scores = await stage.score(query, batch)
                assert scores.shape == total.shape, stage.name
                assert bool(np.isfinite(scores).all()), stage.name
                total = total + scores
            except Exception as error:  # noqa: BLE001  # Reported; the sources' order stands.
                failure = type(error).__name__
            report.add(stage.name, (len(batch), len(batch)), since, failure)
    return total


def _checked(mask: Mask, size: int, name: str) -> Mask:
    assert mask.shape == (size,), name
    assert mask.dtype == np.bool_, name
    return mask
