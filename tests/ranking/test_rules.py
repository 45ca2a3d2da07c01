"""Labels, rates and the blend: bounds that hold for every input."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nightmarket.domains.ranking.rules.blend import blend, weights
from nightmarket.domains.ranking.rules.closing import ACT_HEADS, WATCH_HEADS
from nightmarket.domains.ranking.rules.labels import WatchQuantiles, bucket, is_long_view
from nightmarket.domains.ranking.rules.rates import LOG_RATIO_MAX, leaning, log_ratio
from nightmarket.domains.ranking.values import heads

MS = st.integers(0, 86_400_000)


def column(*values: float) -> NDArray[np.float32]:
    return np.array(values, dtype=np.float32)


@given(watch_ms=MS, duration_ms=MS)
def test_a_long_view_is_all_of_it_or_eighteen_seconds(watch_ms: int, duration_ms: int) -> None:
    is_long = bool(is_long_view(np.array([watch_ms]), np.array([duration_ms]))[0])
    assert is_long == (watch_ms >= 18_000 or watch_ms >= max(1, duration_ms))


@given(st.lists(st.tuples(MS, MS), min_size=1, max_size=50))
def test_quantiles_are_shares_and_grow_with_the_time(pairs: list[tuple[int, int]]) -> None:
    watch, length = np.array(pairs, dtype=np.int64).T
    known = WatchQuantiles()
    known.learn(watch, length)
    found = known.label(watch, length)
    assert ((found >= 0) & (found <= 1)).all()
    assert (known.label(watch * 2, length) >= found).all()
    assert (np.diff(bucket(np.sort(length))) >= 0).all()


def test_quantiles_compare_videos_of_one_length_only() -> None:
    known = WatchQuantiles()
    short, long = np.full(400, 8_000), np.full(400, 120_000)
    known.learn(np.full(400, 7_900), short)
    known.learn(np.full(400, 20_000), long)
    at_once = known.label(np.array([7_000, 30_000]), np.array([8_000, 120_000]))
    assert at_once[0] < 0.1
    assert at_once[1] > 0.8


@given(happened=st.floats(0, 1e6), expected=st.floats(0, 1e6), prior=st.floats(0.1, 100))
def test_ratios_are_bounded_and_zero_when_as_expected(
    happened: float, expected: float, prior: float
) -> None:
    found = log_ratio(column(happened, expected), column(expected, expected), prior)
    assert (np.abs(found) <= LOG_RATIO_MAX).all()
    assert found[1] == pytest.approx(0, abs=1e-6)
    assert abs(float(leaning(column(min(happened, 5)), column(5))[0])) <= 1


def test_the_blend_is_the_table_and_refuses_heads_it_does_not_know() -> None:
    chances = np.eye(heads.COUNT, dtype=np.float32)
    told = [head.value if head.source else 0.0 for head in heads.HEADS]
    assert blend(chances, weights()).tolist() == pytest.approx(told)
    assert weights({"like": 9.0})[heads.LIKE] == 9.0
    with pytest.raises(KeyError):
        weights({"applause": 1.0})


@given(chance=st.floats(0, 1), more=st.floats(0.01, 1), head=st.integers(0, heads.COUNT - 1))
def test_a_chance_moves_the_blend_the_way_its_head_is_meant(
    chance: float, more: float, head: int
) -> None:
    """A likelier "not interested" lowers it, all else lifts it; a head nobody tells does nothing."""
    before = np.full((1, heads.COUNT), chance, dtype=np.float32)
    after = before.copy()
    after[0, head] += more
    moved = float(blend(after, weights())[0] - blend(before, weights())[0])
    if not heads.IS_TOLD[head]:
        assert moved == 0.0
    else:
        assert (moved < 0) == (heads.CODES[head] == "not_interested")


def test_a_no_outweighs_all_that_a_usual_viewing_promises() -> None:
    """One sure refusal takes more than a sure long view to the end, in the upper quantile, gives."""
    table = {head.code: head.value for head in heads.HEADS}
    watched = table["long_view"] + table["finish"] + table["watch_quantile"]
    assert -table["not_interested"] > watched + table["like"]
    assert -table["not_interested"] > max(head.value for head in heads.HEADS if head.source)


def test_the_table_of_heads_is_whole() -> None:
    assert len(set(heads.CODES)) == heads.COUNT
    assert all(head.window_ms > 0 and head.learning > 0 for head in heads.HEADS)
    assert [head.code for head in heads.HEADS if head.value < 0] == ["not_interested"]
    waiting = {head.code for head in heads.HEADS if not head.source}
    assert waiting == {"product_click", "add_to_cart", "purchase"}


def test_the_heads_with_a_source_are_those_that_get_labels() -> None:
    assert {*WATCH_HEADS, *ACT_HEADS} == {n for n, is_told in enumerate(heads.IS_TOLD) if is_told}


def test_the_page_about_ranking_has_the_table() -> None:
    """Word by word and number by number: who changes one changes the other."""
    page = Path("docs/explanation/ranking.md").read_text(encoding="utf-8")
    rows = {line.split("|")[1].strip(): line for line in page.splitlines() if line[:2] == "| "}
    for head in heads.HEADS:
        source = head.source or "nothing yet: it waits for the shop"
        cells = [cell.strip() for cell in rows[head.code].split("|")[1:-1]]
        minutes = head.window_ms // heads.MINUTE_MS
        window = f"{minutes} min" if minutes < 60 else f"{minutes // 60} h"
        figures = [f"{head.learning:g}", f"{head.value:g}"]
        assert cells == [head.code, head.words, source, window, *figures, head.why]
