"""Reads the interaction log and learns from it: figures at the opening, labels as they settle."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace

import numpy as np

from nightmarket.domains.analytics.rules.fold import Log
from nightmarket.domains.ranking.learner.id_table import VIEWER, Keys, key
from nightmarket.domains.ranking.learner.learner import Aside, Learner
from nightmarket.domains.ranking.learner.memory import DAY_US, OTHER_ACTS, bits
from nightmarket.domains.ranking.learner.optimiser import BATCH
from nightmarket.domains.ranking.learner.retrieval import Retrieval
from nightmarket.domains.ranking.rules.closing import Closing
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.batches import Float, Labels, Showings, Small
from nightmarket.domains.ranking.values.joined import ImpressionKey, Opened, Settled


class Student:
    """A learner and the impressions that wait for labels: a fold over the log, batch by batch.

    The same batches give the same bits; other boundaries give other steps, so they are logged.
    """

    def __init__(self, learner: Learner) -> None:
        self.learner = learner
        self.retrieval = Retrieval()
        self.closing = Closing()
        self.undone = 0
        self.day = 0
        self._figures: dict[ImpressionKey, tuple[Float, Float]] = {}

    @property
    def figures(self) -> dict[ImpressionKey, tuple[Float, Float]]:
        """What was taken at each opening and still waits for labels: figures and bias."""
        return self._figures

    def take(self, log: Log, aside: Aside = nullcontext) -> int:
        """Learn from these lines; returns how many labelled showings they settled.

        On the first lines of a day, by the log's own time, what nobody met for long is dropped.
        """
        if len(log.occurred_at_us):
            self._begin_day(max(self.closing.now_us, int(log.occurred_at_us.max())))
        opened: list[Opened] = []
        settled: dict[ImpressionKey, Settled] = {}
        for news in self.closing.take(log):
            if isinstance(news, Opened):
                opened.append(news)
            else:
                settled[news.impression.key] = _joined(settled.get(news.impression.key), news)
        if opened:
            self._keep_figures(opened)
        labelled = [one for one in settled.values() if one.labels]
        for start in range(0, len(labelled), BATCH):
            self._learn(labelled[start : start + BATCH], aside)
        for one in settled.values():
            if one.is_over:
                self._figures.pop(one.impression.key, None)
        return len(labelled)

    def forget_viewers(self, viewer_keys: Keys) -> None:
        """Lose everything about these viewers, also what still waits for labels."""
        self.learner.memory.forget(viewer_keys)
        known = np.array(self.closing.viewers(), dtype=np.int64)
        gone = known[np.isin(key(VIEWER, known), viewer_keys)]
        for one in self.closing.forget(frozenset(gone.tolist())):
            self._figures.pop(one, None)

    def _begin_day(self, now_us: int) -> None:
        day = now_us // DAY_US
        if day > self.day:
            self.day = day
            self.learner.forget(now_us)
            self.retrieval.forget(day - self.learner.shape.kept_days)

    def _keep_figures(self, opened: Sequence[Opened]) -> None:
        """Take the figures of new impressions before any of their labels is counted."""
        showings = _showings(opened)
        self.learner.sit_down(showings)
        memory = self.learner.memory
        known = memory.find(showings)
        figures, bias = memory.figures(showings, known), memory.bias(showings, known)
        for place, one in enumerate(opened):
            self._figures[one.key] = (figures[place].copy(), bias[place].copy())

    def _learn(self, settled: Sequence[Settled], aside: Aside) -> None:
        by_page = sorted(settled, key=lambda one: (one.impression.key, one.impression.shown_at_us))
        impressions = [one.impression for one in by_page]
        showings, labels = _showings(impressions), _labels(by_page)
        inputs = self.learner.prepare(showings)
        for place, one in enumerate(impressions):
            taken = self._figures.get(one.key)
            if taken is not None:  # None: opened anew by late news in the step that ended it.
                inputs.figures[place], inputs.bias[place] = taken
        day = int(showings.at_us.max()) // DAY_US
        self.undone += not self.learner.learn(inputs, labels, day, aside).is_kept
        memory = self.learner.memory
        watched = self.retrieval.learn(memory, showings, labels, day)
        self.learner.remember(showings, labels, _deeds(by_page))
        self.retrieval.remember(memory, watched)


def _joined(earlier: Settled | None, later: Settled) -> Settled:
    """Return both as one: the later label of a head is the one that counts."""
    if earlier is None:
        return later
    return replace(
        later,
        labels=earlier.labels | later.labels,
        is_over=earlier.is_over or later.is_over,
    )


def _showings(impressions: Sequence[Opened]) -> Showings:
    def column(name: str) -> list[int]:
        return [getattr(one, name) for one in impressions]

    return Showings(
        viewers=np.array(column("viewer_id"), dtype=np.int64),
        items=np.array(column("item_id"), dtype=np.int64),
        pages=np.array([one.key[0] for one in impressions], dtype=np.int64),
        sittings=np.array(column("sitting"), dtype=np.int64),
        places=np.array(column("place"), dtype=np.int32),
        at_us=np.array(column("shown_at_us"), dtype=np.int64),
    )


def _labels(settled: Sequence[Settled]) -> Labels:
    values = np.zeros((len(settled), heads.COUNT), dtype=np.float32)
    known = np.zeros(values.shape, dtype=np.bool_)
    for place, one in enumerate(settled):
        for head, value in one.labels.items():
            values[place, head], known[place, head] = value, True
    return Labels(values, known)


def _deeds(settled: Sequence[Settled]) -> Small:
    def did(*wanted: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        return np.array([not one.acts.isdisjoint(wanted) for one in settled], dtype=np.bool_)

    return bits(did(heads.LONG_VIEW), did(heads.LIKE), did(*OTHER_ACTS))
