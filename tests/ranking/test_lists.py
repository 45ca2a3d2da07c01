"""Clustered lists: above the limit every video is found, most of the best are, and no turn stops."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from nightmarket.domains.ranking.learner.lists import Lists
from nightmarket.domains.ranking.learner.memory import DAY_US, Memory
from nightmarket.domains.ranking.learner.retrieval import Retrieval
from nightmarket.domains.ranking.learner.scan import NEW_AT_ONCE, Scan
from nightmarket.domains.ranking.learner.towers import WIDTH, Towers
from nightmarket.domains.ranking.rules.halving import halves
from nightmarket.domains.ranking.values.batches import Big, Float
from tests.builders.ranking import START_US, World, items

NOTHING: Big = np.zeros(0, dtype=np.int64)
VIDEOS, CREATORS = 6_000, 150
WANTED, LISTED = 50, 900
EVERY = 10**9


class Market:
    """Videos whose towers lie where their creators' rows do, and a scan over them."""

    def __init__(self, videos: int = VIDEOS, most: int = 400, listed_max: int = LISTED) -> None:
        self.chance = np.random.default_rng(9)
        self.memory, self.towers = Memory(16), Towers()
        self.scan = Scan(most=most, listed_max=listed_max, long_max=64)
        self.count = 0
        self.publish(videos)

    def publish(self, count: int) -> None:
        """Add videos of a creator each, with looks of their own."""
        many = items(count)
        ids = self.count + many.ids
        looks = np.random.default_rng(1).normal(size=(CREATORS, many.content.shape[1]))
        content = looks[ids % CREATORS] + 0.3 * self.chance.normal(size=many.content.shape)
        self.count += count
        self.memory.learn_items(replace(many, ids=ids, content=content.astype(np.float32)), 1)

    def started(self) -> "Market":
        """Let the scan take in everything at once, as a ranker does that starts."""
        self.scan.renew(self.towers, self.memory, len(self.memory.videos))
        return self

    def learn(self) -> None:
        """Move all vectors a little, as a step does."""
        dense = self.towers.dense["content"]
        dense += 0.02 * self.chance.normal(size=dense.shape).astype(np.float32)
        self.towers.steps += 1

    def turns(self, count: int) -> None:
        """Renew as steps do."""
        for _ in range(count):
            self.scan.renew(self.towers, self.memory)

    def viewers(self, count: int = 40) -> list[Float]:
        """Return viewers who like the works of a few creators."""
        chosen = [self.chance.choice(self.scan.vectors, 3).mean(axis=0) for _ in range(count)]
        return [np.asarray(one, dtype=np.float32) for one in chosen]

    def exact(self, viewer: Float, count: int = WANTED) -> Big:
        """Return the best by every product with what the towers say of all videos the scan has."""
        scores = self.scan.vectors @ viewer
        return self.scan.ids[np.lexsort((self.scan.ids, -scores))[:count]]

    def recall(self) -> float:
        """Return which share of the best is found, at the mean."""
        found = [
            np.isin(self.exact(viewer), self.scan.nearest(viewer, WANTED, NOTHING)[0]).mean()
            for viewer in self.viewers()
        ]
        return float(np.mean(found))


@pytest.fixture(scope="module")
def market() -> Market:
    return Market().started()


def test_nine_of_ten_of_the_best_are_found_among_a_seventh_of_the_videos(market: Market) -> None:
    assert market.recall() > 0.95


def test_lists_follow_videos_that_lie_elsewhere_and_find_as_much_as_those_of_a_start() -> None:
    one = Market().started()
    before, content = one.recall(), one.memory.videos["content"]
    content[1 : VIDEOS + 1] = np.roll(content[1 : VIDEOS + 1], 1, axis=0)
    for _ in range(6):
        one.learn()
        one.turns(VIDEOS // 256)
    again = Market()
    again.towers, again.memory = one.towers, one.memory
    assert one.recall() > before - 0.02
    assert one.recall() > again.started().recall() - 0.02


def test_a_question_looks_at_no_more_videos_than_it_may(market: Market) -> None:
    for viewer in market.viewers():
        assert LISTED - 64 < len(market.scan.nearest(viewer, EVERY, NOTHING)[0]) <= LISTED


def test_every_video_of_a_market_above_the_limit_can_be_found() -> None:
    one = Market(listed_max=EVERY).started()
    ids, scores = one.scan.nearest(one.viewers(1)[0], EVERY, np.array([7]))
    assert sorted(ids.tolist()) == [number for number in range(1, VIDEOS + 1) if number != 7]
    assert (np.diff(scores) <= 0).all()


def test_each_video_is_found_by_who_wants_what_is_like_it(market: Market) -> None:
    chosen = market.chance.choice(market.scan.count, 300, replace=False)
    towards = market.scan.vectors[chosen] - market.scan.vectors.mean(axis=0)
    found = [
        one in market.scan.nearest(viewer, WANTED, NOTHING)[0]
        for one, viewer in zip(market.scan.ids[chosen], towards, strict=True)
    ]
    wanted = [
        one in market.exact(viewer)
        for one, viewer in zip(market.scan.ids[chosen], towards, strict=True)
    ]
    assert np.mean(found) > 0.95 * np.mean(wanted) > 0.3


def test_answers_do_not_change_while_the_limit_is_passed() -> None:
    one = Market(380, most=400, listed_max=EVERY)
    viewer = Market().started().viewers(1)[0]
    one.started()
    assert len(one.scan.shelves) == 1
    one.publish(600)
    for turn in range(1, 6):
        one.turns(1)
        assert one.scan.count == min(980, 380 + turn * NEW_AT_ONCE)
        ids, _ = one.scan.nearest(viewer, WANTED, NOTHING)
        np.testing.assert_array_equal(ids, one.exact(viewer))
        assert len(set(one.scan.ids.tolist())) == one.scan.count
    assert len(one.scan.shelves) > 980 // 64


class Counted(Towers):
    """Towers that say how many videos they were asked for."""

    asked = 0

    @override
    def videos(self, memory: Memory, ids: Big) -> Float:
        self.asked += len(ids)
        return super().videos(memory, ids)


@pytest.mark.parametrize("most", [1_000, 10_000])
def test_a_turn_computes_a_bounded_number_of_vectors_however_many_videos_came(most: int) -> None:
    one = Market(500, most=most).started()
    one.towers = Counted()
    one.publish(3_000)
    for turn in range(1, 10):
        one.towers.asked = 0
        one.learn()
        one.turns(1)
        assert one.scan.count == min(3_500, 500 + turn * NEW_AT_ONCE)
        assert 0 < one.towers.asked <= NEW_AT_ONCE


@pytest.mark.parametrize("most", [400, 10_000])
def test_what_lost_its_name_vanishes_and_what_gets_one_later_comes(most: int) -> None:
    one = Market(1_000, most=most).started()
    one.memory.videos["id"][5] = 0
    one.turns(2)
    assert sorted(one.scan.ids.tolist()) == [number for number in range(1, 1_001) if number != 5]
    one.memory.videos["id"][5] = 5
    one.turns(2)
    assert sorted(one.scan.ids.tolist()) == list(range(1, 1_001))


def test_the_same_turns_give_the_same_lists_and_answers() -> None:
    def lived() -> tuple[list[bytes], Big]:
        one = Market(1_000).started()
        for _ in range(6):
            one.publish(300)
            one.learn()
            one.turns(3)
        found, _ = one.scan.nearest(one.scan.vectors[:3].mean(axis=0), WANTED, NOTHING)
        return [
            part.tobytes() for shelf in one.scan.shelves for part in (shelf.ids, shelf.vectors)
        ], found

    assert lived()[0] == lived()[0]
    np.testing.assert_array_equal(lived()[1], lived()[1])


def test_a_round_renews_every_vector_in_lists() -> None:
    one = Market(1_500).started()
    one.learn()
    one.turns(2 * 1_500 // 256)
    expected = one.towers.videos(one.memory, one.scan.ids)
    np.testing.assert_allclose(one.scan.vectors, expected, rtol=1e-5, atol=1e-6)


def test_videos_that_all_lie_at_one_place_are_kept_and_left_in_peace() -> None:
    lists, rows = Lists(long_max=32), np.arange(1, 401)
    place = np.random.default_rng(4).normal(size=WIDTH).astype(np.float32)
    same = np.repeat(place[None], 400, axis=0)
    lists.place(rows, rows, same)
    before = [shelf.ids.tolist() for shelf in lists.shelves]
    assert all(8 <= len(ids) <= 32 for ids in before)
    while len(due := lists.due(100)):
        lists.place(due, due, same[: len(due)])
    assert [shelf.ids.tolist() for shelf in lists.shelves] == before


def test_a_list_that_became_too_short_is_spread_over_the_others() -> None:
    lists, rows = Lists(long_max=128), np.arange(400)
    vectors = 10.0 * np.eye(WIDTH)[rows % 4] + np.random.default_rng(6).normal(size=(400, WIDTH))
    lists.place(rows, rows, vectors.astype(np.float32))
    lists.take_out(rows[(rows % 4 == 0) & (rows >= 12)])
    assert min(shelf.count for shelf in lists.shelves if shelf.count) >= 128 // 16
    left = {number for shelf in lists.shelves for number in shelf.ids.tolist()}
    assert left == {number for number in range(400) if number % 4 or number < 12}


Move = tuple[str, list[int]]
MOVES: st.SearchStrategy[list[Move]] = st.lists(
    st.tuples(
        st.sampled_from(["place", "take_out"]),
        st.lists(st.integers(1, 120), min_size=1, max_size=60, unique=True),
    ),
    max_size=25,
)


@given(MOVES, st.integers(0, 2**32 - 1))
def test_whatever_comes_and_goes_stands_once_where_it_was_last_said_to(
    moves: list[Move], seed: int
) -> None:
    chance, lists, said = np.random.default_rng(seed), Lists(long_max=32), dict[int, bytes]()
    for verb, numbers in moves:
        rows = np.array(numbers, dtype=np.int64)
        if verb == "place":
            kinds = chance.integers(0, 4, (len(rows), 1)) * 5.0
            vectors = (kinds + chance.normal(size=(len(rows), WIDTH))).astype(np.float32)
            lists.place(rows, rows + 1_000, vectors)
            said |= {row: vector.tobytes() for row, vector in zip(numbers, vectors, strict=True)}
        else:
            here = rows[lists.holds(rows)]
            lists.take_out(here)
            said = {row: vector for row, vector in said.items() if row not in here}
    found = [
        (row, video, vector.tobytes())
        for shelf in lists.shelves
        for row, video, vector in zip(
            shelf.rows.tolist(), shelf.ids.tolist(), shelf.vectors, strict=True
        )
    ]
    assert sorted(found) == sorted((row, row + 1_000, vector) for row, vector in said.items())
    sizes = [shelf.count for shelf in lists.shelves if shelf.count]
    assert max(sizes, default=0) <= 32
    assert len(sizes) < 2 or min(sizes) >= 2
    ids, _ = lists.nearest(np.ones(WIDTH, dtype=np.float32), EVERY, EVERY)
    assert sorted(ids.tolist()) == sorted(row + 1_000 for row in said)


@given(st.integers(2, 200), st.integers(0, 2**32 - 1), st.sampled_from([0.0, 1e-3, 1.0]))
def test_halves_are_both_at_least_a_quarter(count: int, seed: int, spread: float) -> None:
    vectors = 1.0 + spread * np.random.default_rng(seed).normal(size=(count, WIDTH))
    leaving = int(np.count_nonzero(halves(vectors.astype(np.float32))))
    assert count // 4 <= leaving <= count - count // 4


def test_what_lies_in_two_heaps_falls_into_them() -> None:
    chance = np.random.default_rng(3)
    kinds = chance.random(500) < 0.35
    vectors = 3.0 * kinds[:, None] * chance.normal(size=WIDTH) + chance.normal(size=(500, WIDTH))
    leaves = halves(vectors.astype(np.float32))
    assert max(np.mean(leaves == kinds), np.mean(leaves != kinds)) == 1.0


def test_what_was_just_watched_is_renewed_by_the_next_turn_in_lists_too() -> None:
    memory, retrieval, world = Memory(16), Retrieval(), World(np.random.default_rng(2), videos=900)
    memory.learn_items(items(900), START_US // DAY_US)
    scan = Scan(most=100, long_max=64)
    scan.renew(retrieval.towers, memory, 900)
    showings, labels = world.batch()
    memory.sit_down(showings)
    watched = retrieval.learn(memory, showings, labels, 1)
    scan.renew(retrieval.towers, memory, count=0)
    late = np.unique(watched.items[-64:])
    at = {video: place for place, video in enumerate(scan.ids.tolist())}
    found = scan.vectors[[at[video] for video in late.tolist()]]
    np.testing.assert_allclose(found, retrieval.towers.videos(memory, late), rtol=1e-5, atol=1e-6)
    assert len(late) > 20
