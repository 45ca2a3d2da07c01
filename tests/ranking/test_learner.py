"""The learner: it learns tastes, replays bit for bit, and nothing odd gets into its weights."""

from dataclasses import replace

import jax
import numpy as np
import pytest

from nightmarket.domains.ranking.learner.batching import Size
from nightmarket.domains.ranking.learner.learner import Learner
from nightmarket.domains.ranking.learner.programs import PROGRAMS, SCORE, STEP, Programs
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.batches import Labels
from nightmarket.domains.ranking.values.shape import Shape
from tests.builders.ranking import KINDS, SMALL, World, learner, teach


def world(seed: int = 11) -> World:
    return World(np.random.default_rng(seed))


def advantage(student: Learner, of: World) -> float:
    """How much likelier a viewer's own kind is to be watched than the others, as predicted."""
    viewers = np.repeat(np.arange(1, 9, dtype=np.int64), of.videos)
    items = np.tile(np.arange(1, of.videos + 1, dtype=np.int64), 8)
    showings = of.showings(viewers, items)
    chances = student.score(student.prepare(showings))[:, heads.LONG_VIEW]
    is_own = viewers % KINDS == items % KINDS
    return float(chances[is_own].mean() - chances[~is_own].mean())


@pytest.mark.parametrize("layers", [0, 1])
def test_what_people_watch_is_told_from_what_they_skip(layers: int) -> None:
    student, life = learner(replace(SMALL, layers=layers)), world()
    assert abs(advantage(student, life)) < 0.05
    teach(student, life, 40)
    assert advantage(student, life) > 0.3


def test_a_replay_gives_the_same_bits() -> None:
    first, second = learner(), learner()
    for student in (first, second):
        teach(student, world(), 6)
    for one, two in zip(
        jax.tree.leaves(first.weights), jax.tree.leaves(second.weights), strict=True
    ):
        assert np.asarray(one).tobytes() == np.asarray(two).tobytes()
    assert first.rows["row"].tobytes() == second.rows["row"].tobytes()
    assert first.memory.pairs["sums"].tobytes() == second.memory.pairs["sums"].tobytes()


def test_a_candidate_does_not_depend_on_its_company() -> None:
    student, life = learner(), world()
    teach(student, life, 4)
    showings, _ = life.batch()
    together = student.score(student.prepare(showings))
    some = np.array([3, 17, 140])
    alone = student.score(student.prepare(showings.take(some)))
    np.testing.assert_allclose(alone, together[some], rtol=1e-4, atol=1e-6)


def test_labels_that_are_not_certain_teach_nothing() -> None:
    student, life = learner(replace(SMALL, decay=0.0)), world()
    showings, labels = life.batch()
    unknown = Labels(labels.values, np.zeros_like(labels.known))
    before = [np.asarray(one).copy() for one in jax.tree.leaves(student.weights)]
    learned = student.learn(student.prepare(showings), unknown, 1)
    assert learned.is_kept
    for old, new in zip(before, jax.tree.leaves(student.weights), strict=True):
        np.testing.assert_array_equal(old, np.asarray(new))
    student.remember(showings, unknown)
    assert not student.memory.videos["happened"].any()


def test_a_step_that_explodes_is_undone_and_said() -> None:
    student, life = learner(), world()
    teach(student, life, 2)
    showings, labels = life.batch()
    inputs = student.prepare(showings)
    for _ in range(2):  # The second time, no row is new any more.
        assert student.learn(inputs, labels, 1).is_kept
    before = [np.asarray(one).copy() for one in jax.tree.leaves(student.weights)]
    rows, steps = student.rows["row"].copy(), student.steps
    inputs.figures[0, 0] = np.nan
    assert not student.learn(inputs, labels, 1).is_kept
    for old, new in zip(before, jax.tree.leaves(student.weights), strict=True):
        np.testing.assert_array_equal(old, np.asarray(new))
    np.testing.assert_array_equal(rows, student.rows["row"])
    assert student.steps == steps


def test_batches_of_many_sizes_compile_few_programs() -> None:
    shape = replace(SMALL, layers=0)
    student, life = learner(shape), world()
    before = PROGRAMS.made
    for each in (1, 3, 5, 8, 9, 16, 24):
        showings, labels = life.batch(people=each, each=each)
        inputs = student.prepare(showings)
        assert student.learn(inputs, labels, 1).is_kept
        assert student.score(inputs).shape == (each * each, heads.COUNT)
    wanted = {(STEP, shape, Size(size, 0, 0)) for size in (64, 256, 1024)}
    wanted |= {(SCORE, shape, Size(size, 0, 0)) for size in (64, 192, 256, 512)}
    assert PROGRAMS.made - before <= len(wanted)
    assert {key for key in PROGRAMS.held() if key[1] == shape} >= wanted


def test_programs_are_few_and_come_back_when_they_were_dropped() -> None:
    made = Programs(live_max=3)
    shape = replace(SMALL, layers=0)
    for count in (1, 2, 3, 4, 1):
        made.get(SCORE, shape, Size(count, 0, 0))
        assert len(made) <= 3
    assert made.made == 5
    assert len(made) == 2


def test_a_video_nobody_saw_is_scored_by_its_kind() -> None:
    student, life = learner(videos=60), World(np.random.default_rng(2), videos=50)
    teach(student, life, 40)
    viewers = np.repeat(np.arange(1, 9, dtype=np.int64), 10)
    items = np.tile(np.arange(51, 61, dtype=np.int64), 8)
    showings = life.showings(viewers, items)
    chances = student.score(student.prepare(showings))[:, heads.LONG_VIEW]
    is_own = viewers % KINDS == items % KINDS
    assert chances[is_own].mean() - chances[~is_own].mean() > 0.2


def test_shapes_that_cannot_be_are_refused() -> None:
    with pytest.raises(AssertionError):
        Shape(width=10, attention_heads=4)
