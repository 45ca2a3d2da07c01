"""Retrieval: towers and neighbours find what a viewer wants, forget, and replay to the same bits."""

from dataclasses import replace

import numpy as np
import pytest

from nightmarket.domains.ranking.learner.id_table import viewer_key
from nightmarket.domains.ranking.learner.memory import DAY_US, Memory
from nightmarket.domains.ranking.learner.neighbours import KEPT, Neighbours
from nightmarket.domains.ranking.learner.retrieval import Retrieval
from nightmarket.domains.ranking.learner.scan import Scan
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.batches import Big, Labels, Showings
from tests.builders.ranking import HOUR_US, KINDS, START_US, World, items

VIEWERS, VIDEOS, WATCHED, COLD = 16, 400, 300, 100
FOUND = 50
NOTHING = np.zeros(0, dtype=np.int64)


class Evening:
    """A memory and a retrieval that learn a world together; videos after `WATCHED` stay cold."""

    def __init__(self, batches: int = 24, seed: int = 2) -> None:
        self.memory, self.retrieval = Memory(16), Retrieval()
        self.memory.learn_items(items(VIDEOS), START_US // DAY_US)
        self.world = World(np.random.default_rng(seed), videos=WATCHED)
        for _ in range(batches):
            self.watch(*self.world.batch(people=VIEWERS))

    def watch(self, showings: Showings, labels: Labels) -> None:
        day = int(showings.at_us[-1]) // DAY_US
        self.memory.sit_down(showings)
        watched = self.retrieval.learn(self.memory, showings, labels, day)
        self.memory.remember(showings, labels)
        self.retrieval.remember(self.memory, watched)

    def near(self, viewer: int, left_out: Big = NOTHING) -> Big:
        scan = Scan()
        scan.renew(self.retrieval.towers, self.memory, VIDEOS)
        vector = self.retrieval.towers.viewer(self.memory, viewer, 0)
        return scan.nearest(vector, FOUND, left_out)[0]


@pytest.fixture(scope="module")
def evening() -> Evening:
    return Evening()


def own_share(viewer: int, ids: Big) -> float:
    return float((ids % KINDS == viewer % KINDS).mean())


@pytest.mark.feature("V1")
def test_towers_find_a_viewers_own_kind_where_popularity_finds_everybodys(
    evening: Evening,
) -> None:
    shares = [own_share(viewer, evening.near(viewer)) for viewer in range(1, VIEWERS + 1)]
    often = evening.retrieval.neighbours.often(np.arange(1, VIDEOS + 1))
    popular = 1 + np.argsort(-often, kind="stable")[:FOUND]
    by_popularity = [own_share(viewer, popular) for viewer in range(1, VIEWERS + 1)]
    assert np.mean(shares) > 0.85
    assert np.mean(by_popularity) < 0.35


def test_videos_nobody_has_seen_are_found_by_their_tags(evening: Evening) -> None:
    seen = np.arange(1, WATCHED + 1)
    for viewer in range(1, VIEWERS + 1):
        cold = evening.near(viewer, left_out=seen)[: COLD // KINDS]
        assert len(cold) == COLD // KINDS
        assert own_share(viewer, cold) > 0.8


def test_who_is_forgotten_is_answered_as_a_stranger_is(evening: Evening) -> None:
    other = Evening()
    before = other.near(1)
    stranger = other.near(12345)
    assert own_share(1, before) > own_share(1, stranger) + 0.3
    other.memory.forget(np.array([viewer_key(1)]).view(np.uint64))
    np.testing.assert_array_equal(other.near(1), stranger)
    assert len(other.retrieval.neighbours.near(other.memory, 1)[0]) == 0


def test_the_same_evening_gives_the_same_bits_and_the_same_answers(evening: Evening) -> None:
    again = Evening()
    for one, two in (
        (evening.retrieval.state(), again.retrieval.state()),
        *(
            (table.state(), again.retrieval.tables()[name].state())
            for name, table in evening.retrieval.tables().items()
        ),
    ):
        for name, array in one.items():
            assert array.tobytes() == two[name].tobytes(), name
    np.testing.assert_array_equal(evening.near(3), again.near(3))


def test_a_step_that_is_not_finite_changes_no_vector() -> None:
    one = Evening(batches=3)
    towers = one.retrieval.towers
    showings, labels = one.world.batch(people=VIEWERS)
    watched = showings.take(np.flatnonzero(labels.values[:, heads.LONG_VIEW]))
    often = np.full(len(towers.late_after(watched)), 0.01, dtype=np.float32)
    towers.dense["long"][0, 0] = np.inf
    before = towers.rows["vector"].copy()
    assert not towers.learn(one.memory, watched, often, 1)
    changed = (towers.rows["vector"] != before).any(axis=1)
    assert not changed[: np.count_nonzero(before.any(axis=1))].any()


def pair_of_watchers(memory: Memory, neighbours: Neighbours, visits: list[list[int]]) -> None:
    """Each viewer watches the videos of one visit long, a minute apart."""
    for viewer, visit in enumerate(visits, start=1):
        for place, item in enumerate(visit):
            at_us = START_US + place * HOUR_US // 60
            showing = Showings(
                viewers=np.array([viewer]),
                items=np.array([item]),
                pages=np.array([viewer]),
                sittings=np.array([viewer]),
                places=np.zeros(1, dtype=np.int32),
                at_us=np.array([at_us]),
            )
            values = np.zeros((1, heads.COUNT), dtype=np.float32)
            values[:, heads.LONG_VIEW] = 1.0
            neighbours.count(showing, 1)
            memory.remember(showing, Labels(values, np.ones_like(values, dtype=np.bool_)))
            neighbours.meet(memory, showing)


def test_what_is_watched_together_becomes_neighbours_and_what_everybody_watches_does_not() -> None:
    memory, neighbours = Memory(16), Neighbours()
    memory.learn_items(items(60), 1)
    visits = [[50, 7, 8] if viewer % 4 == 0 else [50, 20 + viewer % 9] for viewer in range(60)]
    pair_of_watchers(memory, neighbours, [*visits, [7]])
    near, scores = neighbours.near(memory, 61)
    assert near[0] == 8
    assert scores[0] > 1.4 * scores[near == 50]
    assert 7 not in near


def test_a_list_keeps_what_comes_often_and_stays_short() -> None:
    memory, neighbours = Memory(16), Neighbours()
    memory.learn_items(items(60), 1)
    rare = [[7, 10 + viewer % 40] for viewer in range(80)]
    often = [[7, 8] for _ in range(30)]
    visits = [visit for pair in zip(rare[:30], often, strict=True) for visit in pair]
    pair_of_watchers(memory, neighbours, [*visits, *rare[30:], [7]])
    near, _ = neighbours.near(memory, 111)
    assert near[0] == 8
    assert len(near) <= KEPT


def test_only_one_sitting_makes_neighbours() -> None:
    memory, neighbours = Memory(16), Neighbours()
    memory.learn_items(items(60), 1)
    life = World(np.random.default_rng(0))
    for item in (7, 8):
        life.now_us += HOUR_US
        showing = life.showings(np.array([1]), np.array([item]))
        values = np.zeros((1, heads.COUNT), dtype=np.float32)
        values[:, heads.LONG_VIEW] = 1.0
        neighbours.count(showing, 1)
        memory.remember(showing, Labels(values, np.ones_like(values, dtype=np.bool_)))
        neighbours.meet(memory, showing)
    assert not neighbours.rows["met"].any()


def test_a_video_described_anew_lies_elsewhere_after_a_round() -> None:
    one = Evening(batches=4)
    scan = Scan()
    scan.renew(one.retrieval.towers, one.memory, VIDEOS)
    before = scan.vectors[0].copy()
    one.memory.learn_items(replace(items(1), tags=items(2).tags[1:]), 1)
    scan.renew(one.retrieval.towers, one.memory, VIDEOS)
    np.testing.assert_array_equal(scan.vectors[0], before)
    scan.stale()
    scan.renew(one.retrieval.towers, one.memory, VIDEOS)
    assert (scan.vectors[0] != before).any()


def test_a_new_video_is_scanned_at_the_next_turn() -> None:
    one = Evening(batches=1)
    scan = Scan()
    scan.renew(one.retrieval.towers, one.memory, VIDEOS)
    kept = scan.vectors.copy()
    one.memory.learn_items(replace(items(1), ids=np.array([9_999])), 1)
    scan.renew(one.retrieval.towers, one.memory, count=0)
    assert scan.ids[-1] == 9_999
    assert scan.vectors[-1].any()
    np.testing.assert_array_equal(scan.vectors[:-1], kept)
