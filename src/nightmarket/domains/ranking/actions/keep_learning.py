"""The apprentice: learns the log as it grows, keeps versions, and goes on after a fall."""

import asyncio
import threading
import zlib
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
STEPS_AT_ONCE = 64
STEPS_COUNTED_MAX = 100_000
"""Whoever is further behind than so many steps says so many."""
RENEWED_WHEN_IDLE, RENEWED_BETWEEN_ANSWERS = 4_096, 256
"""Vectors of the scan renewed each second, beside those renewed with every step, and how many of
them before whoever asked meanwhile is answered."""


class StepsMissing(Exception):
    """The log does not have every step behind this state any more: it cannot be gone on from."""


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
        self.differs = False
        self._scan = Scan()
        self._turn = threading.Lock()
        self._asides = 0

    async def resume(self, now_us: int, *, is_alone: bool = True) -> int:
        """Take up the newest version and repeat the steps behind it; returns how many.

        Raises:
            StepsMissing: not `is_alone`, and there are steps between the version and the log's.
        """
        found = checkpoint.newest(self._folder, self._shape, self._pass_over)
        if found is not None:
            self.student, position = found
            self.place = Place(eventlog.Cursor(**position["cursor"]), position["batch_id"])
            self.settled = position["settled"]
        self._changes, self._scan, self.differs = store.Changes(), Scan(), False
        repeated, count = 0, -1
        while count:
            count = await self.follow(now_us, is_alone=is_alone)
            repeated += count
        await self._read_videos(now_us)
        self._renew(len(self.student.learner.memory.videos))
        return repeated

    async def follow(self, now_us: int, *, is_alone: bool = False) -> int:
        """Repeat the next steps that somebody logged behind the present one; returns how many.

        Videos are looked at first, since those steps may be about new ones.

        Raises:
            StepsMissing: steps in between are gone, and this ranker is not `is_alone`.
        """
        async with self._database.transaction() as tx:
            steps = await store.steps_after(tx, self.place.batch_id, STEPS_AT_ONCE)
        if steps:
            await self._read_videos(now_us)
        for one in steps:
            if one.after_id not in {None, self.place.batch_id} and not is_alone:
                raise StepsMissing(self.place.batch_id)
            self._compare(one)
            read, cursor = None, self.place.cursor
            if one.step.lines:
                async with self._database.transaction() as tx:
                    read, cursor = await eventlog.read(tx, cursor, one.step.lines)
            place = Place(cursor, one.batch_id)
            await asyncio.to_thread(self._step, one.step.forgotten, read, place)
        return len(steps)

    def _compare(self, logged: store.Logged) -> None:
        """Note when whoever logged this step had learned something else before it."""
        differs = logged.state_sum not in {0, self.sum()}
        if differs and not self.differs:
            log("ranker_state_differs", batch_id=logged.batch_id)
        self.differs = differs

    def sum(self) -> int:
        """Return what was learned as a number: the weights move with all else that is learned."""
        return zlib.crc32(np.ascontiguousarray(self.student.learner.weights).data)

    async def steps_behind(self) -> int:
        """Return how many steps were logged that this ranker has not repeated yet."""
        async with self._database.transaction() as tx:
            return await store.steps_behind(tx, self.place.batch_id, STEPS_COUNTED_MAX)

    async def is_waited_for(self) -> bool:
        """Whether there is something that no step has learned yet."""
        async with self._database.transaction() as tx:
            read, _ = await eventlog.read(tx, self.place.cursor, 1)
            return bool(len(read)) or await store.is_forgetting(tx)

    async def look_at_videos(self, now_us: int) -> None:
        """Take in what changed of videos, and renew what the scan knows of some."""
        await self._read_videos(now_us)
        for _ in range(RENEWED_WHEN_IDLE // RENEWED_BETWEEN_ANSWERS):
            self._renew(RENEWED_BETWEEN_ANSWERS)
            await asyncio.sleep(0)

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

        Raises:
            store.Overtaken: somebody else logged a step behind the present one; nothing was done.
        """
        async with self._database.transaction() as tx:
            gone = await store.take_forgotten(tx, LINES_MAX)
            read, cursor = await eventlog.read(tx, self.place.cursor, LINES_MAX)
            if not len(read) and not gone:
                return 0
            logged = store.Logged(
                batch_id=0,
                step=store.Step(len(read), gone),
                after_id=self.place.batch_id,
                state_sum=self.sum(),
            )
            batch_id = await store.put_step(tx, logged, cursor, now_us)
        self.differs = False  # From here on it is this state that others are compared with.
        await asyncio.to_thread(self._step, gone, read, Place(cursor, batch_id))
        return len(read) + len(gone)

    def _step(self, gone: list[int], read: eventlog.Lines | None, place: Place) -> None:
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

    def reply(self, question: Ask | Nearest) -> Answer | Near:
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
        """The step whose state this is; `+1`: while the next one was at its first program.

        One that differs from the state the steps were logged by has a name of its own.
        """
        mark = f".{self.sum() & 0xFFFF:04x}" if self.differs else ""
        aside = f"+{self._asides}" if self._asides else ""
        return f"ranker-{self.place.batch_id}{mark}{aside}"

    def _renew(self, count: int = RENEWED_AT_ONCE) -> None:
        """Bring vectors of the scan up to what was learned."""
        student = self.student
        self._scan.renew(student.retrieval.towers, student.learner.memory, count)
