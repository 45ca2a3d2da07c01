"""A video nobody saw, without a word to it, is scored by what it looks and sounds like."""

from dataclasses import replace

import numpy as np

from nightmarket.domains.ranking.learner.learner import Learner
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.batches import CONTENT, TAGS_MAX, Big, Items, Labels
from tests.builders.ranking import HOUR_US, SMALL, START_US, World, items

SEEN, ALL = 1_000, 1_040


def films(chance: np.random.Generator) -> tuple[Items, Big]:
    """Return films without words, each of another maker, and which of them are bright."""
    bright = chance.integers(0, 2, ALL)
    content = chance.normal(0, 0.3, (ALL, CONTENT))
    content[:, 0] = np.where(bright, 0.8, -0.8)
    made = replace(
        items(ALL),
        creators=np.arange(1, ALL + 1, dtype=np.int64) + 1_000,
        tags=np.zeros((ALL, TAGS_MAX), dtype=np.int64),
        content=content.astype(np.float32),
    )
    return made, bright


def gap(student: Learner, life: World, bright: Big) -> float:
    """How much likelier an unseen bright film is to be watched than a dark one, as predicted."""
    unseen = np.arange(SEEN + 1, ALL + 1, dtype=np.int64)
    showings = life.showings(np.full(len(unseen), 99, dtype=np.int64), unseen)
    chances = student.score(student.prepare(showings))[:, heads.LONG_VIEW]
    are_bright = bright[unseen - 1] == 1
    return float(chances[are_bright].mean() - chances[~are_bright].mean())


def test_what_a_film_looks_like_is_known_before_anybody_saw_it() -> None:
    life = World(np.random.default_rng(5), videos=SEEN)
    made, bright = films(life.chance)
    student = Learner(SMALL, 3)
    student.learn_items(made, START_US // (24 * HOUR_US))
    assert abs(gap(student, life, bright)) < 0.05
    for _ in range(30):
        showings, _ = life.batch()
        values = np.zeros((len(showings), heads.COUNT), dtype=np.float32)
        luck = life.chance.random(len(showings)) < 0.9
        values[:, heads.LONG_VIEW] = (bright[showings.items - 1] == 1) == luck
        labels = Labels(values, np.ones_like(values, dtype=np.bool_))
        student.sit_down(showings)
        day = int(showings.at_us[-1]) // (24 * HOUR_US)
        student.learn(student.prepare(showings), labels, day)
        student.remember(showings, labels)
    assert gap(student, life, bright) > 0.3
