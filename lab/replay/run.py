"""The replay: score, then learn, showing by showing; readers see the learner's state late.

There is one learner. What a reader predicts with is the learner's whole state (weights, id rows and
memory) as of its last synchronisation, so readers differ in nothing but age.
"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.replay.log import Log, side_by_side
from nightmarket.domains.ranking.learner.learner import Learner
from nightmarket.domains.ranking.learner.memory import DAY_US
from nightmarket.domains.ranking.learner.optimiser import BATCH
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.batches import Big
from nightmarket.domains.ranking.values.shape import Shape

Floats = NDArray[np.float32]
TAUGHT_AT_ONCE = 4096
SYNCS_US = {
    "frozen": 0,
    "24h": 86_400_000_000,
    "1h": 3_600_000_000,
    "10m": 600_000_000,
    "1s": 1_000_000,
}
"""Names of sync intervals; 0: never."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """Predictions of each reader, float32[streamed showings, heads], in the order of the log.

    `chances`: each showing by the reader's state at that moment. `seated`: all showings of a
    sitting by the reader's state when it began, as a page is scored by one state; what came of the
    sitting's own showings is in none of them.
    """

    chances: dict[str, Floats]
    seated: dict[str, Floats]
    steps: int
    undone: int


def replay(
    log: Log, shape: Shape, seed: int, syncs: list[str], tell: Callable[[int], None]
) -> Replayed:
    """Run one seed; `tell` hears how many showings are done.

    The learner takes a step each time the shortest interval ends (ten minutes at most), on
    whatever was shown in it.
    """
    learner = Learner(shape, seed)
    learner.learn_items(log.items, int(log.showings.at_us.min()) // DAY_US)
    for part in _batches(0, log.taught, TAUGHT_AT_ONCE):
        _remember(learner, log, part)
        tell(len(part))
    steps, undone = 0, 0
    for part in _batches(log.taught, log.streamed_from, BATCH):
        undone += not _learn(learner, log, part)
        steps += 1
        tell(len(part))
    fastest = min(SYNCS_US[name] or SYNCS_US["10m"] for name in [*syncs, "10m"])
    readers = _Readers(learner, syncs, fastest)
    chances, seated = (
        {
            name: np.zeros((len(log) - log.streamed_from, heads.COUNT), dtype=np.float32)
            for name in syncs
        }
        for _ in range(2)
    )
    sittings = _Sittings(log)
    for part in _windows(log, fastest):
        index = part[side_by_side(log.showings.take(part))]
        showings = log.showings.take(index)
        learner.sit_down(showings)
        readers.sync(int(showings.at_us.min()))
        for name in syncs:
            found = readers.of[name].score(readers.of[name].prepare(showings))
            chances[name][index - log.streamed_from] = found
        whole = sittings.begun_in(part)
        for name in syncs if len(whole) else ():
            reader, asked = readers.of[name], log.showings.take(whole)
            seated[name][whole - log.streamed_from] = reader.score(reader.prepare(asked))
        undone += not _learn(learner, log, part)
        steps += 1
        tell(len(part))
    return Replayed(chances, seated, steps, undone)


class _Sittings:
    """The streamed showings of each sitting."""

    def __init__(self, log: Log) -> None:
        streamed = log.showings.sittings[log.streamed_from :]
        order = np.argsort(streamed, kind="stable")
        starts = np.flatnonzero(np.diff(streamed[order], prepend=-1))
        showings = np.split(order + log.streamed_from, starts[1:])
        self._begun_at = {int(one[0]): one for one in showings}

    def begun_in(self, part: Big) -> Big:
        """Return every showing of the sittings that begin with one of `part`."""
        begun = [self._begun_at[at] for at in part.tolist() if at in self._begun_at]
        return np.concatenate(begun) if begun else np.zeros(0, dtype=np.int64)


class _Readers:
    """The learner as it stood at the last synchronisation of each interval."""

    def __init__(self, learner: Learner, syncs: list[str], fastest_us: int) -> None:
        self._learner, self._fastest_us = learner, fastest_us
        self.of: dict[str, Learner] = {}
        self._last: dict[str, int] = {}
        for name in syncs:
            self.of[name] = learner if SYNCS_US[name] == fastest_us else copy.deepcopy(learner)

    def sync(self, now_us: int) -> None:
        for name in self.of:
            interval_us = SYNCS_US[name]
            if interval_us in {0, self._fastest_us}:
                continue
            turn = now_us // interval_us
            if self._last.setdefault(name, turn) != turn:
                self._last[name] = turn
                self.of[name] = copy.deepcopy(self._learner)


def _learn(learner: Learner, log: Log, part: Big) -> bool:
    index = part[side_by_side(log.showings.take(part))]
    showings, labels = log.showings.take(index), log.labels.take(index)
    learner.sit_down(showings)
    day = int(showings.at_us.max()) // DAY_US
    learned = learner.learn(learner.prepare(showings), labels, day)
    learner.remember(log.showings.take(part), log.labels.take(part))
    return learned.is_kept


def _remember(learner: Learner, log: Log, part: Big) -> None:
    showings = log.showings.take(part)
    learner.sit_down(showings)
    learner.remember(showings, log.labels.take(part))


def _batches(start: int, end: int, size: int) -> Iterator[Big]:
    for first in range(start, end, size):
        yield np.arange(first, min(first + size, end), dtype=np.int64)


def _windows(log: Log, interval_us: int) -> Iterator[Big]:
    """Yield the streamed showings of each interval that has any, oldest first."""
    turns = log.showings.at_us[log.streamed_from :] // interval_us
    starts = np.flatnonzero(np.diff(turns, prepend=turns[0] - 1))
    ends = np.append(starts[1:], len(turns))
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        yield from _batches(start + log.streamed_from, end + log.streamed_from, BATCH)
