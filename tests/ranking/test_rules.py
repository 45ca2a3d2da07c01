"""Labels, rates and the blend: bounds that hold for every input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nightmarket.domains.ranking.rules.blend import blend, weights
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
    assert blend(chances, weights()).tolist() == pytest.approx([head.value for head in heads.HEADS])
    assert weights({"like": 9.0})[heads.LIKE] == 9.0
    with pytest.raises(KeyError):
        weights({"applause": 1.0})


def test_the_table_of_heads_is_whole() -> None:
    assert len(set(heads.CODES)) == heads.COUNT
    assert all(head.window_ms > 0 and head.learning > 0 for head in heads.HEADS)
    assert [head.code for head in heads.HEADS if head.value < 0] == ["not_interested"]
