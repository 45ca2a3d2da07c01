"""The apprentice: learns the log as it grows, keeps versions, and goes on after a fall."""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from nightmarket.domains.ranking import store
from nightmarket.domains.ranking.learner import checkpoint
from nightmarket.domains.ranking.learner.learner import Learner
from nightmarket.domains.ranking.learner.memory import DAY_US
from nightmarket.domains.ranking.learner.student import Student
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.asking import Answer, Ask
from nightmarket.domains.ranking.values.batches import Showings
from nightmarket.domains.ranking.values.shape import Shape
from nightmarket.infra import eventlog
from nightmarket.infra.db import Database
from nightmarket.infra.telemetry import log

SEED = 1
LINES_MAX = 512
VIDEOS_MAX = 5_000
ITEMS_MAX = 4_096


@dataclass(slots=True)
class Place:
    """Where the learning stands: in the log, in the steps, and in the list of forgotten viewers."""

    cursor: eventlog.Cursor
    batch_id: int = 0
    forgotten_us: int = 0


class Apprentice:
    """One learner over one database; its calls must not overlap."""

    def __init__(self, database: Database, folder: Path, shape: Shape) -> None:
        self._database, self._folder, self._shape = database, folder, shape
        self._changes = store.Changes()
        self.place = Place(eventlog.Cursor())
        self.student = Student(Learner(shape, SEED))
        self.settled = 0

    async def resume(self, now_us: int) -> int:
        """Take up the newest version and repeat the steps behind it; returns how many."""
        found = checkpoint.newest(self._folder, self._shape, _passed_over)
        if found is not None:
            self.student, position = found
            self.place = Place(
                eventlog.Cursor(**position["cursor"]),
                position["batch_id"],
                position["forgotten_us"],
            )
            self.settled = position["settled"]
        await self.look_at_videos(now_us)
        async with self._database.transaction() as tx:
            steps = await store.batches_after(tx, self.place.batch_id)
        for batch_id, lines in steps:
            async with self._database.transaction() as tx:
                read, cursor = await eventlog.read(tx, self.place.cursor, lines)
            self.settled += self.student.take(read)
            self.place.cursor, self.place.batch_id = cursor, batch_id
        return len(steps)

    async def look_at_videos(self, now_us: int) -> None:
        """Take in what changed of videos, and forget whom to forget."""
        count = VIDEOS_MAX
        while count == VIDEOS_MAX:
            async with self._database.transaction() as tx:
                items, self._changes = await store.changed(tx, self._changes, VIDEOS_MAX)
            count = len(items)
            if count:
                self.student.learner.learn_items(items, now_us // DAY_US)
        async with self._database.transaction() as tx:
            gone = await store.forgotten_since(tx, self.place.forgotten_us)
        if gone:
            keys = np.array([one for one, _ in gone], dtype=np.int64).view(np.uint64)
            self.student.learner.memory.forget(keys)
            self.place.forgotten_us = gone[-1][1]

    async def step(self, now_us: int) -> int:
        """Learn what is new in the log, up to a batch; returns how many lines.

        The step is logged before it is taken: whoever repeats the logged steps has the same state.
        """
        async with self._database.transaction() as tx:
            read, cursor = await eventlog.read(tx, self.place.cursor, LINES_MAX)
            if not len(read):
                return 0
            batch_id = await store.put_batch(tx, len(read), cursor, now_us)
        self.settled += self.student.take(read)
        self.place.cursor, self.place.batch_id = cursor, batch_id
        return len(read)

    def keep(self) -> Path:
        """Write a version of everything learned so far."""
        position = {
            "cursor": asdict(self.place.cursor),
            "batch_id": self.place.batch_id,
            "forgotten_us": self.place.forgotten_us,
            "settled": self.settled,
        }
        return checkpoint.save(self._folder, self.student, position)

    def answer(self, ask: Ask) -> Answer:
        """Score what was asked with the state as it is; one state for the whole page."""
        items = np.frombuffer(ask.items, dtype="<i8")[:ITEMS_MAX].astype(np.int64)
        count = len(items)
        showings = Showings(
            viewers=np.full(count, ask.viewer_id, dtype=np.int64),
            items=items,
            pages=np.zeros(count, dtype=np.int64),
            sittings=np.zeros(count, dtype=np.int64),
            places=np.full(count, self.student.closing.place(ask.surface, ask.market)),
            at_us=np.full(count, ask.at_us, dtype=np.int64),
        )
        learner = self.student.learner
        chances = np.zeros((0, heads.COUNT), dtype=np.float32)
        if count:
            chances = learner.score(learner.prepare(showings))
        return Answer(
            snapshot=f"ranker-{self.place.batch_id}",
            learned=self.settled,
            chances=chances.astype("<f4").tobytes(),
        )


def _passed_over(path: Path, why: str) -> None:
    log("ranker_version_passed_over", file=path.name, why=why)
