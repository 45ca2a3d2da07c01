"""Watches over the learning: goes back when steps are undone in a row, and says how it goes."""

import asyncio

from nightmarket.domains.ranking.actions.keep_learning import LINES_MAX, Apprentice
from nightmarket.domains.ranking.actions.tell_status import Held, Status
from nightmarket.domains.ranking.learner.batching import Size
from nightmarket.domains.ranking.learner.programs import PROGRAMS, SCORE
from nightmarket.domains.ranking.values.shape import Shape
from nightmarket.infra import heap
from nightmarket.infra.telemetry import happened

UNDONE_MAX = 3
"""So many steps in a row that were not finite: the state is beyond learning, and is given up."""


class Watch:
    """Over one apprentice, from its first step on."""

    def __init__(self, apprentice: Apprentice) -> None:
        self._apprentice = apprentice
        self._in_a_row = self._older = 0
        self.undone = self.went_back = 0
        self._begin()

    @property
    def is_well(self) -> bool:
        """Whether the last step counted: only then a version is worth keeping."""
        return not self._in_a_row and not self._older

    def _begin(self) -> None:
        student = self._apprentice.student
        self._steps, self._undone = student.learner.steps, student.undone

    async def look(self, now_us: int, *, may_go_back: bool = True) -> None:
        """Look at what the last lines led to; may give the state up for a kept one.

        Not `may_go_back`: whoever leads decides that, and is followed.
        """
        student = self._apprentice.student
        undone = student.undone - self._undone
        if undone:
            self.undone += undone
            happened("ranker_step_undone", steps=undone, settled=self._apprentice.settled)
        if student.learner.steps > self._steps:
            self._in_a_row = 0
            if self._older:
                self._older = 0
                await asyncio.to_thread(self._apprentice.keep)
        else:
            self._in_a_row += undone
        if self._in_a_row >= UNDONE_MAX and may_go_back:
            await self._apprentice.go_back(now_us, self._older)
            self._in_a_row = 0
            self._older += 1
            self.went_back += 1
            happened("ranker_went_back", older=self._older)
        self._begin()

    def status(self, now_us: int, lines: int) -> Status:
        """Return how it stands after a step of so many lines."""
        behind_us = now_us - self._apprentice.student.closing.now_us
        return Status(
            at_us=now_us,
            settled=self._apprentice.settled,
            undone=self.undone,
            went_back=self.went_back,
            passed_over=self._apprentice.passed_over,
            behind_s=max(0.0, behind_us / 1_000_000) if lines >= LINES_MAX else 0.0,
            resident_bytes=heap.resident_bytes(),
            programs=len(PROGRAMS),
            held=[
                Held(kind=kind, showings=size.showings, viewers=size.viewers, past=size.past)
                for kind, shape, size in PROGRAMS.held()
                if shape == self._apprentice.student.learner.shape
            ],
        )


def warm(shape: Shape, status: Status | None, *, is_scoring: bool) -> int:
    """Have the programs of an earlier life ready, from the disk; returns how many there were."""
    held = (
        [] if status is None else [one for one in status.held if is_scoring == (one.kind == SCORE)]
    )
    for one in held:
        PROGRAMS.get(one.kind, shape, Size(one.showings, one.viewers, one.past))
    return len(held)
