"""The student: it reads the log, is the same after a fall, and passes broken versions over."""

from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest

from nightmarket.domains.analytics.values import Kind
from nightmarket.domains.ranking.learner import checkpoint
from nightmarket.domains.ranking.learner.student import Student
from nightmarket.domains.ranking.values import heads
from nightmarket.infra.eventlog import Lines
from tests.builders.ranking import KINDS, SMALL, World, learner
from tests.ranking.test_closing import START_US, Line, lines

SHAPE = replace(SMALL, dense_rate=2e-2)


def evening(seed: int = 4, viewers: int = 12, pages: int = 12) -> list[Line]:
    """Viewers watch their own kind to the end and leave the rest at once.

    Now and then they like or follow at the one, or say no to the other before its watching is told;
    some take that back.
    """
    chance, said, now_s = np.random.default_rng(seed), list[Line](), 0
    for page in range(pages):
        for viewer in range(1, viewers + 1):
            shown_s, request = now_s, 1 + page * 100 + viewer
            for position in range(8):
                item = int(chance.integers(1, 61))
                is_own = viewer % KINDS == item % KINDS
                watch_s = 12 if is_own else 1
                now_s += watch_s
                line = Line(
                    at_s=now_s,
                    viewer=viewer,
                    item=item,
                    request=request,
                    position=position,
                    watch_s=watch_s,
                    shown_s=shown_s,
                    length_s=12,
                )
                if not is_own and chance.random() < 0.3:
                    said.append(replace(line, kind=Kind.NOT_INTERESTED))
                said.append(line)
                if is_own and chance.random() < 0.3:
                    said.append(replace(line, kind=Kind.LIKE, request=0))
                    said.append(replace(line, kind=Kind.FOLLOW))
                elif chance.random() < 0.05:
                    said.append(replace(line, kind=Kind.INTERESTED_AGAIN))
                    said.append(replace(line, kind=Kind.UNFOLLOW))
    return said


def batches(said: list[Line], size: int = 96) -> list[Lines]:
    return [lines(said[start : start + size]) for start in range(0, len(said), size)]


def bits_of(student: Student) -> bytes:
    whole = student.learner
    leaves = [np.asarray(one).tobytes() for one in jax.tree.leaves(whole.weights)]
    tables = [whole.rows, whole.memory.videos, whole.memory.viewers, whole.memory.pairs]
    tables += student.retrieval.tables().values()
    arrays = [array.tobytes() for one in tables for array in one.state().values()]
    arrays += [array.tobytes() for array in student.retrieval.state().values()]
    return b"".join([*leaves, *arrays, whole.memory.places.tobytes()])


def advantage(student: Student, head: int = heads.LONG_VIEW) -> float:
    """How much likelier something is with a video of the viewer's own kind, as predicted."""
    viewers = np.repeat(np.arange(1, 13, dtype=np.int64), 60)
    items = np.tile(np.arange(1, 61, dtype=np.int64), 12)
    life = World(np.random.default_rng(0), now_us=START_US + 10**10)
    showings = life.showings(viewers, items)
    chances = student.learner.score(student.learner.prepare(showings))[:, head]
    is_own = viewers % KINDS == items % KINDS
    return float(chances[is_own].mean() - chances[~is_own].mean())


def test_an_evening_of_the_log_teaches_tastes() -> None:
    student = Student(learner(SHAPE))
    settled = sum(student.take(one) for one in batches(evening()))
    assert settled > 12 * 12 * 8
    assert advantage(student) > 0.4
    assert advantage(student, heads.index("follow")) > 0.02
    assert advantage(student, heads.index("not_interested")) < -0.02
    assert not student.undone


def test_a_fall_costs_nothing_that_was_logged(tmp_path: Path) -> None:
    """Whatever was kept when, going on from it over the same batches ends in the same bits."""
    parts = batches(evening(pages=6))
    whole = Student(learner(SHAPE))
    for place, one in enumerate(parts):
        whole.take(one)
        if place == len(parts) // 2:
            checkpoint.save(tmp_path, whole, {"after": place})
    found = checkpoint.newest(tmp_path, SHAPE, _nothing)
    assert found is not None
    again, position = found
    for one in parts[position["after"] + 1 :]:
        again.take(one)
    assert bits_of(again) == bits_of(whole)
    assert len(again.closing) == len(whole.closing)


@pytest.mark.parametrize("harm", ["cut", "flipped", "empty", "no head"])
def test_a_broken_version_is_passed_over_for_the_one_before(tmp_path: Path, harm: str) -> None:
    student = Student(learner(SHAPE))
    parts = batches(evening(pages=2))
    student.take(parts[0])
    checkpoint.save(tmp_path, student, {"after": 0})
    good = bits_of(student)
    student.take(parts[1])
    path = checkpoint.save(tmp_path, student, {"after": 1})
    raw = bytearray(path.read_bytes())
    raw[-100] ^= 1
    path.write_bytes(
        {
            "cut": path.read_bytes()[:-7],
            "flipped": bytes(raw),
            "empty": b"",
            "no head": b"\x00" * 5000,
        }[harm]
    )
    passed: list[Path] = []
    found = checkpoint.newest(tmp_path, SHAPE, lambda where, _: passed.append(where))
    assert found is not None
    assert found[1] == {"after": 0}
    assert bits_of(found[0]) == good
    assert passed == [path]


def test_versions_are_few_and_those_of_another_shape_are_not_used(tmp_path: Path) -> None:
    student = Student(learner(SHAPE))
    for number in range(6):
        checkpoint.save(tmp_path, student, {"after": number})
    assert len(list(tmp_path.iterdir())) == checkpoint.KEPT
    said: list[str] = []
    assert checkpoint.newest(tmp_path, SMALL, lambda _, why: said.append(why)) is None
    assert said == ["the model's shape was changed since"] * checkpoint.KEPT
    assert checkpoint.newest(tmp_path / "nowhere", SHAPE, _nothing) is None


def test_who_stays_away_for_long_is_dropped_by_the_day_and_videos_stay(tmp_path: Path) -> None:
    student = Student(learner(SHAPE))
    for one in batches(evening(pages=3)):
        student.take(one)
    whole, memory = student.learner, student.learner.memory
    videos = len(memory.videos)
    assert len(memory.viewers) == 1 + 12
    assert len(memory.pairs) > 1
    late = Line(at_s=(SHAPE.kept_days + 1) * 86_400, viewer=99, item=1, request=9, watch_s=12)
    soon = replace(late, at_s=late.at_s - 3 * 86_400)
    student.take(lines([soon]))
    assert len(memory.viewers) == 1 + 12 + 1
    student.take(lines([late]))
    assert len(memory.viewers) == 1 + 1
    assert len(memory.videos) == videos
    assert len(whole.rows) < 12
    checkpoint.save(tmp_path, student, {})
    found = checkpoint.newest(tmp_path, SHAPE, _nothing)
    assert found is not None
    assert found[0].day == student.day > 0


def _nothing(path: Path, why: str) -> None:
    raise AssertionError((path, why))
