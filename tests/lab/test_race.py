"""The race: the same seed is the same bytes, our policy keeps its floor and finds more."""

import json
from dataclasses import replace

import numpy as np
import pytest

from lab import simulate
from lab.race.attack import attack
from lab.race.figures import gini
from lab.race.policies import Oracle, Uniform
from lab.race.scenario import CONTENT, Scenario
from lab.race.world import run

TINY = Scenario(uploads_a_day=300)


def test_the_same_seed_writes_the_same_bytes_and_another_seed_does_not() -> None:
    def text(seed: int) -> str:
        data, page = simulate.pools(TINY, seed)
        return json.dumps(data, sort_keys=True) + page

    assert text(3) == text(3)
    assert text(3) != text(4)


def test_ours_keeps_the_floor_and_finds_what_the_others_miss() -> None:
    data, page = simulate.pools(Scenario(uploads_a_day=1_000), 7)
    by_name = {one["policy"]: one for one in data["policies"]}
    ours = by_name["Thompson with floor"]
    assert ours["floor_share"] == 1.0
    assert ours["floor_in_time_share"] == 1.0
    assert ours["exposures_min"] >= 20
    assert ours["found_share"] >= 0.5
    assert ours["long_view_rate"] >= 0.28
    assert ours["starved_share"] == 0
    for other in ("fixed pools", "successive halving"):
        assert by_name[other]["found_share"] < ours["found_share"]
    assert by_name["uniform"]["found_share"] == 0
    assert "NOT" not in page


def test_newcomers_start_from_what_content_lets_expect_and_lose_nothing_when_it_turns() -> None:
    """The floor is kept in each; a word that is never learned again is overrun by what is seen."""
    half, turned = "half", "half, then the opposite"
    worlds = {told: replace(CONTENT[told], uploads_a_day=400) for told in (half, turned)}
    data, page = simulate.content(worlds, 7)
    found = {(one["told"], one["start"]): one["figures"] for one in data["starts"]}
    bare, told, stuck = (start for start, _ in simulate.STARTS)
    assert all(one["floor_share"] == 1.0 for one in found.values())
    waste = {where: one["wasted_before_found"] for where, one in found.items()}
    assert waste[half, told] < 0.2 * waste[half, bare]
    assert waste[turned, told] < 0.5 * waste[turned, bare]
    assert found[turned, told]["found_share"] >= 0.5
    assert waste[turned, stuck] < waste[turned, bare]
    assert page.count("\n|") == 7


def test_ten_thousand_fresh_accounts_lift_one_level_at_most() -> None:
    quiet, flooded, naive = attack(TINY, 7)
    assert flooded.levels_climbed <= 1
    assert flooded.levels_climbed <= quiet.levels_climbed + 1
    assert naive.levels_climbed > 1, "counting every act would have let it through"


def test_feedback_comes_one_round_late_and_no_round_shows_more_than_there_is() -> None:
    board = run(TINY, Uniform(), 1).board
    assert board.given.sum() <= TINY.impressions_a_round * TINY.rounds
    last_two = board.given.sum() - board.seen.sum()
    assert 0 < last_two <= 2 * TINY.impressions_a_round
    assert (board.hits <= board.seen).all()


def test_nobody_has_more_long_views_than_who_knows_the_truth() -> None:
    oracle, uniform = run(TINY, Oracle(), 1), run(TINY, Uniform(), 1)
    assert oracle.long_views > uniform.long_views


@pytest.mark.parametrize(("values", "expected"), [([1, 1, 1, 1], 0.0), ([0, 0, 0, 9], 0.75)])
def test_gini(values: list[int], expected: float) -> None:
    assert gini(np.array(values)) == pytest.approx(expected)
