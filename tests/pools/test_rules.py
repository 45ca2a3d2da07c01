"""The race's rules: floors are kept, sums are exact, levels rise by one, and chance is repeatable."""

import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.domains.pools.rules import allocation, levels, rates
from nightmarket.domains.pools.rules.allocation import FLOOR, FLOOR_US, Racers, allocate
from nightmarket.domains.pools.rules.levels import LEVELS, TOP, Step
from nightmarket.domains.pools.rules.rates import (
    PRIOR_EXPOSURES,
    SIGNALS,
    Expected,
    Field,
    Posterior,
)
from nightmarket.domains.pools.values.items import Evidence
from tests.builders.pools import USUAL, evidence, racers

ITEMS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 200)), min_size=1, max_size=40)


@given(ITEMS, st.integers(0, 4_000), st.integers(0, 2**32))
def test_sums_are_exact_and_nobody_gets_more_than_its_room(
    items: list[tuple[int, int]], impressions: int, seed: int
) -> None:
    field = racers([one[0] for one in items], [one[1] for one in items])
    found = allocate(field, impressions, 0, np.random.default_rng(seed))
    assert (found.exposures >= 0).all()
    assert (found.exposures <= field.room).all()
    assert found.exposures.sum() == min(impressions, field.room.sum())
    assert found.unused == impressions - found.exposures.sum()


@given(ITEMS, st.integers(0, 2_000))
def test_the_floor_comes_first_and_its_shortfall_is_counted(
    items: list[tuple[int, int]], impressions: int
) -> None:
    field = racers([one[0] for one in items], [one[1] for one in items])
    owed = np.minimum(np.maximum(0, FLOOR - field.given), field.room)
    found = allocate(field, impressions, 0, np.random.default_rng(1))
    assert found.shortfall == max(0, owed.sum() - impressions)
    if impressions >= owed.sum():
        assert (found.exposures >= owed).all()
    else:  # Oldest first: nobody gets any before all older ones have theirs.
        lacking = np.flatnonzero(found.exposures < owed)
        assert (found.exposures[lacking[0] + 1 :] == 0).all()


def test_late_is_who_waited_two_hours_below_the_floor() -> None:
    field = racers([0, 0, 20], [100, 100, 80])
    early = allocate(field, 0, FLOOR_US - 1, np.random.default_rng(1))
    late = allocate(field, 0, FLOOR_US, np.random.default_rng(1))
    assert (early.late, early.shortfall) == (0, 40)
    assert (late.late, late.shortfall) == (1, 40)


def test_the_same_seed_gives_the_same_answer() -> None:
    field = racers([20] * 500, [300] * 500, lift=[0.5 + one / 500 for one in range(500)])
    first = allocate(field, 5_000, 0, np.random.default_rng(5)).exposures
    again = allocate(field, 5_000, 0, np.random.default_rng(5)).exposures
    other = allocate(field, 5_000, 0, np.random.default_rng(6)).exposures
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


def test_the_better_gets_more_and_the_unsure_keeps_its_chance() -> None:
    lift = Posterior(np.array([1.5, 1.0, 1.0]), np.array([0.1, 0.05, 0.8]))
    room = np.array([10_000] * 3)
    found = allocation.sample(lift, room, 64, np.random.default_rng(2))
    assert found[0] > found[2] > found[1]


def test_a_day_is_dealt_out_in_seconds() -> None:
    """20,000 items and 2,000,000 impressions, in 48 rounds."""
    count = 20_000
    chance = np.random.default_rng(3)
    field = Racers(
        published_us=np.arange(count),
        given=np.full(count, FLOOR),
        room=np.full(count, 2_000),
        lift=Posterior(chance.uniform(0.3, 3.0, count), np.full(count, 0.3)),
    )
    begun_s = time.process_time()
    allocate(field, 2_000_000 // 48, 0, chance)
    assert (time.process_time() - begun_s) * 48 < 60


@given(st.integers(1, 60), st.floats(0, 0.999), st.integers(1, 50))
def test_systematic_draws_are_of_the_probability_they_say(
    count: int, chance: float, size: int
) -> None:
    shares = np.arange(1, count + 1, dtype=np.float64)
    places, probabilities = allocation.draw_shares(shares, size, chance)
    assert len(places) == len(set(places.tolist())) <= size
    assert ((probabilities > 0) & (probabilities <= 1)).all()
    expected = np.minimum(1.0, size * shares / shares.sum())
    assert probabilities == pytest.approx(expected[places], rel=1e-5)


def test_systematic_draws_come_as_often_as_they_say() -> None:
    shares = np.array([1.0, 2.0, 0.0, 4.0, 13.0])
    counts = np.zeros(5)
    for turn in range(4_000):
        places, _ = allocation.draw_shares(shares, 2, turn / 4_000)
        counts[places] += 1
    assert counts / 4_000 == pytest.approx([0.1, 0.2, 0.0, 0.4, 1.0], abs=0.001)


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_posterior_lies_between_what_is_usual_and_what_was_seen(seen: int, hits: int) -> None:
    hits = min(seen, hits)
    mean, deviation = rates.rates(evidence((seen, hits, 0)), USUAL)
    low, high = sorted((0.2, hits / seen if seen else 0.2))
    assert low - 1e-9 <= mean[0, 0] <= high + 1e-9
    alpha = hits + PRIOR_EXPOSURES * 0.2
    beta = seen - hits + PRIOR_EXPOSURES * 0.8
    variance = alpha * beta / ((alpha + beta) ** 2 * (alpha + beta + 1))
    assert deviation[0, 0] ** 2 == pytest.approx(variance)


def test_lift_is_relative_to_the_field_and_grows_surer() -> None:
    few = rates.posterior(evidence((20, 8, 0)), USUAL)
    many = rates.posterior(evidence((2_000, 800, 60)), USUAL)
    assert rates.posterior(evidence((0, 0, 0)), USUAL).mean[0] == pytest.approx(1.0)
    assert few.deviation[0] > many.deviation[0]
    assert many.mean[0] > 1.5
    lively = Field(USUAL.rates * 2, 10_000.0)
    assert rates.posterior(evidence((2_000, 800, 120)), lively).mean[0] < many.mean[0]


def test_content_carries_a_newcomer_and_then_fades() -> None:
    expected = np.array([1.5])
    new = rates.posterior(evidence((0, 0, 0)), USUAL, Expected(expected))
    known = rates.posterior(evidence((2_000, 400, 60)), USUAL, Expected(expected))
    assert new.mean[0] == pytest.approx(1.5)
    assert known.mean[0] == pytest.approx(
        rates.posterior(evidence((2_000, 400, 60)), USUAL).mean[0], abs=0.02
    )


def test_signals_weigh_one_in_all() -> None:
    assert sum(signal.weight for signal in SIGNALS) == pytest.approx(1.0)
    assert len({signal.code for signal in SIGNALS}) == len(SIGNALS)


def test_each_level_grants_more_and_asks_for_more() -> None:
    for lower, higher in pairwise(LEVELS):
        assert lower.granted < higher.granted
        assert lower.exposures_min <= lower.granted
        assert lower.exposures_min < higher.exposures_min
        assert lower.deviations <= higher.deviations


@given(
    st.integers(0, TOP),
    st.integers(0, 60_000),
    st.floats(0, 1),
    st.integers(0, 20_000),
)
def test_a_gate_leads_up_by_one_at_most_and_the_two_readings_agree(
    level: int, seen: int, share: float, fresh: int
) -> None:
    grown, new = evidence((seen, seen * share, 0)), evidence((fresh, fresh, fresh))
    found = levels.next_levels(np.array([level]), grown, new, USUAL.rates)[0]
    one = levels.gate(level, grown, new, USUAL)
    assert found in {level, level + 1}
    assert found <= TOP
    assert (found > level) == (one.step is not Step.STAY)
    assert one.lift_low <= one.lift <= one.lift_high
    assert (found > level) == (
        not one.is_last and not one.exposures_missing and not one.lift_missing
    )


def test_more_long_views_never_lower_a_level() -> None:
    seen = 600
    hits = list(range(0, seen + 1, 10))
    rows = evidence(*[(seen, one, 0) for one in hits])
    none = evidence(*[(0, 0, 0)] * len(hits))
    found = levels.next_levels(np.full(len(hits), 1), rows, none, USUAL.rates)
    assert (np.diff(found) >= 0).all()
    assert found[0] == 1
    assert found[-1] == 2


def test_ten_thousand_fresh_accounts_lift_one_level_at_most_before_somebody_looks() -> None:
    """Whatever they do: watch it all, like it all, both."""
    usual = (500.0, 100.0, 15.0)
    level, climbed = 0, 0
    for _ in range(TOP):
        step = levels.gate(level, evidence(usual), evidence((10_000, 10_000, 10_000)), USUAL).step
        if step is not Step.RAISE:
            break
        level, climbed = level + 1, climbed + 1
    assert climbed <= 1


def test_fresh_acts_count_little_and_never_more_than_their_share() -> None:
    grown = evidence((1_000, 200, 30))
    some = rates.weigh(grown, evidence((100, 100, 100)))
    flood = rates.weigh(grown, evidence((10**6, 10**6, 10**6)))
    assert some.hits[0, :2].tolist() == [210, 40]
    assert flood.hits[0, :2].tolist() == [250, 80]
    assert flood.exposures[0] == 1_050


def test_evidence_can_be_taken_in_part() -> None:
    both = evidence((10, 1, 0), (20, 2, 0))
    assert both.take(np.array([1])).exposures.tolist() == [20]
    with pytest.raises(AssertionError):
        Evidence(np.zeros(2), np.zeros((1, 6)))
