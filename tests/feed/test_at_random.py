"""The random slot: its share, its rules, and that what is logged as its chance is its chance."""

import itertools
import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightmarket.domains.feed.rules.weights import RANDOM_SHARE
from nightmarket.domains.feed.selectors.at_random import AtRandom
from nightmarket.domains.feed.selectors.diverse import PER_CREATOR_MAX, Diverse
from nightmarket.domains.feed.values.candidates import Candidates, Origin, merge, propose
from tests.builders.catalogue import Piece, catalogue, query

PIECES = st.builds(Piece, creator=st.integers(1, 6), sound=st.integers(0, 3))


def batch_of(pieces: list[Piece]) -> Candidates:
    """The first half fresh, the second drawn by exploration."""
    world = catalogue(pieces)
    half = len(world) // 2
    return merge(
        [
            propose(world, np.arange(half), Origin.FRESH),
            propose(world, np.arange(half, len(world)), Origin.EXPLORE, 0.5),
        ]
    )


def strangers(count: int) -> Candidates:
    """Candidates of as many creators, so that no rule is in the way."""
    return batch_of([Piece(creator=number) for number in range(count)])


def scores_of(batch: Candidates) -> np.ndarray:
    """The first is the best."""
    return np.linspace(1, 0, len(batch)).astype(np.float32)


@pytest.mark.feature("V16")
@settings(max_examples=80, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=40), st.integers(0, 2**32))
def test_no_rule_of_the_page_is_broken_for_it(pieces: list[Piece], seed: int) -> None:
    """Nobody twice in a row, no sound either, no video twice; one slot at most is random."""
    batch = batch_of(pieces)
    scores = np.random.default_rng(seed).random(len(batch)).astype(np.float32)
    asked = query(batch.catalogue, chance=random.Random(seed))

    page, index = AtRandom(Diverse(explore_share=0.4), share=1.0).select(asked, batch, scores)

    rows = page.rows.tolist()
    assert rows == batch.rows[index].tolist()
    assert len(rows) == len(set(rows)) <= 8
    creators, sounds = batch.catalogue.creators, batch.catalogue.sounds
    for first, second in itertools.pairwise(rows):
        assert creators[first] != creators[second]
        assert sounds[first] == 0 or sounds[first] != sounds[second]
    assert page.are_random.sum() == (page.rivals is not None) <= 1
    if page.rivals is None:
        return
    slot = int(np.flatnonzero(page.are_random)[0])
    rivals, before = page.rivals.rows.tolist(), rows[:slot]
    assert rows[slot] in rivals
    assert not set(rivals) & set(before)
    assert not page.are_explored[slot]
    often = Counter(creators[before].tolist())
    for rival in rivals:
        assert often[int(creators[rival])] < PER_CREATOR_MAX
        for beside in before[-1:]:
            assert creators[rival] != creators[beside]
            assert sounds[beside] == 0 or sounds[rival] != sounds[beside]


def test_it_takes_its_share_of_all_slots_evenly() -> None:
    """Over 8,000 pages of eight: 0.75 % of the slots, each place of the page alike."""
    batch = strangers(30)
    scores, chance = scores_of(batch), random.Random(5)
    places: Counter[int] = Counter()
    pages = 8_000
    for _ in range(pages):
        page, _ = AtRandom().select(query(batch.catalogue, chance=chance), batch, scores)
        places.update(np.flatnonzero(page.are_random).tolist())

    assert 0.005 <= RANDOM_SHARE <= 0.01
    expected = RANDOM_SHARE * pages
    assert abs(places.total() / (8 * expected) - 1) < 0.12
    assert set(places) == set(range(8))
    assert all(abs(count - expected) < 4 * expected**0.5 for count in places.values())


def test_the_draw_is_even_over_the_rivals() -> None:
    """Whatever the scores; and what it says of itself is one in as many."""
    batch = strangers(12)
    scores, chance = scores_of(batch), random.Random(6)
    drawn: Counter[int] = Counter()
    for _ in range(6_000):
        asked = query(batch.catalogue, chance=chance, limit=2)
        page, _ = AtRandom(Diverse(explore_share=0.0), share=0.5).select(asked, batch, scores)
        assert page.rivals is not None
        slot = int(np.flatnonzero(page.are_random)[0])
        assert len(page.rivals) == 12 - slot
        assert page.probabilities[slot] == pytest.approx(0.5 / (12 - slot))
        drawn[int(page.rows[slot])] += slot == 0

    assert set(drawn) == set(range(12))
    assert all(abs(count - 3_000 / 12) < 5 * (3_000 / 12) ** 0.5 for count in drawn.values())


@pytest.mark.parametrize("slot", [0, 1, 2])
def test_what_is_logged_as_a_propensity_is_how_often_it_happens(slot: int) -> None:
    """Weighing each showing by one over its propensity makes all that may stand there alike."""
    batch = strangers(8)
    scores, chance = scores_of(batch), random.Random(slot)
    selector = AtRandom(Diverse(explore_share=0.3), share=0.25)
    weighed, pages = np.zeros(len(batch)), 6_000
    for _ in range(pages):
        asked = query(batch.catalogue, chance=chance, limit=3)
        page, index = selector.select(asked, batch, scores)
        if not page.are_random[:slot].any():
            weighed[index[slot]] += 1 / page.propensities[slot]

    counted = weighed / (pages * (1 - 0.25 * slot))
    assert counted.sum() == pytest.approx(8 - slot, rel=0.07)
    if slot == 0:  # Nothing stands before: every candidate counts as one.
        assert counted == pytest.approx(np.ones(8), abs=0.2)


@settings(max_examples=40, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=30), st.integers(0, 2**32))
def test_every_propensity_is_a_probability_and_every_drawn_one_at_least_its_share(
    pieces: list[Piece], seed: int
) -> None:
    """Nothing is shown that could not be, and chance never makes likelier than certain."""
    batch = batch_of(pieces)
    scores = np.random.default_rng(seed).random(len(batch)).astype(np.float32)
    asked = query(batch.catalogue, chance=random.Random(seed))

    page, _ = AtRandom(Diverse(explore_share=0.4), share=0.1).select(asked, batch, scores)

    assert (page.propensities > 0).all()
    assert (page.propensities <= 1 + 1e-6).all()
    assert (page.propensities[page.are_random] >= page.probabilities[page.are_random]).all()
    plain = ~page.are_random & ~page.are_explored
    assert (page.probabilities[plain] == 1).all()


def test_without_a_share_it_is_the_inner_page() -> None:
    """The same videos, and no rivals."""
    batch = strangers(20)
    scores = scores_of(batch)
    page, index = AtRandom(share=0.0).select(query(batch.catalogue), batch, scores)
    plain, other = Diverse().select(query(batch.catalogue), batch, scores)

    assert index.tolist() == other.tolist()
    assert page.rivals is None
    assert not page.are_random.any()
    np.testing.assert_array_equal(page.propensities, plain.propensities)
