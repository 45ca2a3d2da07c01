"""The apprentice: learns the log as it grows, keeps versions, and goes on after a fall."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from nightmarket.domains.ranking import store
from nightmarket.domains.ranking.learner import checkpoint
from nightmarket.domains.ranking.learner.learner import Learner
from nightmarket.domains.ranking.learner.memory import DAY_US
from nightmarket.domains.ranking.learner.scan import RENEWED_AT_ONCE, Scan
from nightmarket.domains.ranking.learner.student import Student
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.asking import (
    Answer,
    Ask,
    Near,
    Nearest,
    Question,
    Reply,
)
from nightmarket.domains.ranking.values.batches import Showings
from nightmarket.domains.ranking.values.shape import Shape
from nightmarket.infra import eventlog
from nightmarket.infra.db import Database
from nightmarket.infra.telemetry import log

SEED = 1
LINES_MAX = 512
VIDEOS_MAX = 5_000
ITEMS_MAX = 4_096
RENEWED_WHEN_IDLE = 4_096
"""Vectors of the scan renewed each second, beside those renewed with every step."""


@dataclass(slots=True)
class Place:
    """Where the learning stands: in the log, and in the steps."""

    cursor: eventlog.Cursor
    batch_id: int = 0


class Apprentice:
    """One learner over one database.

    Its calls must not overlap, but for `reply`: a step is taken by a thread of its own, and while
    its program is compiled or runs, which is most of its time, questions are answered with the
    state just before. That state has a name of its own.
    """

    def __init__(self, database: Database, folder: Path, shape: Shape) -> None:
        self._database, self._folder, self._shape = database, folder, shape
        self._changes = store.Changes()
        self.place = Place(eventlog.Cursor())
        self.student = Student(Learner(shape, SEED))
        self.settled = 0
        self.passed_over = 0
        self._scan = Scan()
        self._turn = threading.Lock()
        self._asides = 0

    async def resume(self, now_us: int) -> int:
        """Take up the newest version and repeat the steps behind it; returns how many."""
        found = checkpoint.newest(self._folder, self._shape, self._pass_over)
        if found is not None:
            self.student, position = found
            self.place = Place(eventlog.Cursor(**position["cursor"]), position["batch_id"])
            self.settled = position["settled"]
        self._scan = Scan()
        await self._read_videos(now_us)
        async with self._database.transaction() as tx:
            steps = await store.steps_after(tx, self.place.batch_id)
        for batch_id, step in steps:
            read, cursor = None, self.place.cursor
            if step.lines:
                async with self._database.transaction() as tx:
                    read, cursor = await eventlog.read(tx, cursor, step.lines)
            with self._turn:
                self._take(step.forgotten, read)
                self.place, self._asides = Place(cursor, batch_id), 0
        self._renew(len(self.student.learner.memory.videos))
        return len(steps)

    async def look_at_videos(self, now_us: int) -> None:
        """Take in what changed of videos, and renew what the scan knows of some."""
        await self._read_videos(now_us)
        self._renew(RENEWED_WHEN_IDLE)

    async def _read_videos(self, now_us: int) -> None:
        count = VIDEOS_MAX
        while count == VIDEOS_MAX:
            async with self._database.transaction() as tx:
                items, self._changes = await store.changed(tx, self._changes, VIDEOS_MAX)
            count = len(items)
            if count:
                self.student.learner.learn_items(items, now_us // DAY_US)
                self._scan.stale()

    async def step(self, now_us: int) -> int:
        """Forget whom to forget and learn what is new in the log, up to a batch.

        Returns how many lines were learned and viewers forgotten. The step is logged before it is
        taken: whoever repeats the logged steps has the same state, and has forgotten the same.
        """
        async with self._database.transaction() as tx:
            gone = await store.take_forgotten(tx, LINES_MAX)
            read, cursor = await eventlog.read(tx, self.place.cursor, LINES_MAX)
            if not len(read) and not gone:
                return 0
            batch_id = await store.put_step(tx, store.Step(len(read), gone), cursor, now_us)
        await asyncio.to_thread(self._step, gone, read, Place(cursor, batch_id))
        return len(read) + len(gone)

    def _step(self, gone: list[int], read: eventlog.Lines, place: Place) -> None:
        with self._turn:
            self._take(gone, read)
            self._renew()
            self.place, self._asides = place, 0

    def _take(self, gone: list[int], read: eventlog.Lines | None) -> None:
        """Learn while the turn is held."""
        if gone:
            self.student.forget_viewers(np.array(gone, dtype=np.int64).view(np.uint64))
        if read is not None and len(read):
            self.settled += self.student.take(read, self._aside)

    @contextmanager
    def _aside(self) -> Iterator[None]:
        """Let questions be answered for as long as the block lasts."""
        self._asides += 1
        self._turn.release()
        try:
            yield
        finally:
            self._turn.acquire()

    async def go_back(self, now_us: int, older: int) -> None:
        """Take up a kept version, the newest but so many, and go on from the present place.

        The lines in between are not learned again: they led to where nothing could be learned.
        """
        found = checkpoint.newest(self._folder, self._shape, self._pass_over, older)
        self.student = found[0] if found is not None else Student(Learner(self._shape, SEED))
        self._changes, self._scan = store.Changes(), Scan()
        await self._read_videos(now_us)
        self._renew(len(self.student.learner.memory.videos))

    def _pass_over(self, path: Path, why: str) -> None:
        self.passed_over += 1
        log("ranker_version_passed_over", file=path.name, why=why)

    def keep(self) -> Path:
        """Write a version of everything learned so far; only reads, so another thread may."""
        position = {
            "cursor": asdict(self.place.cursor),
            "batch_id": self.place.batch_id,
            "settled": self.settled,
        }
        return checkpoint.save(self._folder, self.student, position)

    def reply(self, question: Question) -> Reply:
        """Answer whatever was asked; waits for the end of what changes the state just now."""
        with self._turn:
            return self.answer(question) if isinstance(question, Ask) else self.nearest(question)

    def nearest(self, question: Nearest) -> Near:
        """Propose videos to a viewer; nothing while too little was learned to mean anything."""
        student, limit = self.student, min(question.limit, ITEMS_MAX)
        place = student.closing.place(question.surface, question.market)
        found = student.retrieval.propose(
            student.learner.memory, self._scan, question.viewer_id, place, limit
        )
        return Near(
            snapshot=self._snapshot,
            by_model=found.by_model[0].astype("<i8").tobytes(),
            by_model_scores=found.by_model[1].astype("<f4").tobytes(),
            co_watched=found.co_watched[0].astype("<i8").tobytes(),
            co_watched_scores=found.co_watched[1].astype("<f4").tobytes(),
        )

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
            snapshot=self._snapshot,
            learned=self.settled,
            chances=chances.astype("<f4").tobytes(),
        )

    @property
    def _snapshot(self) -> str:
        """The step whose state this is; `+1`: while the next one was at its first program."""
        return f"ranker-{self.place.batch_id}" + (f"+{self._asides}" if self._asides else "")

    def _renew(self, count: int = RENEWED_AT_ONCE) -> None:
        """Bring vectors of the scan up to what was learned."""
        student = self.student
        self._scan.renew(student.retrieval.towers, student.learner.memory, count)
