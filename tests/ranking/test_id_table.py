"""The id table: nothing collides, nothing is lost, rows stay what they were."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.domains.ranking.learner.id_table import IdTable, key, pair
from nightmarket.domains.ranking.learner.rows import Field, Rows

IDS = st.lists(st.integers(0, 2**62), max_size=80)


def keys_of(ids: list[int]) -> np.ndarray:
    return key(1, np.array(ids, dtype=np.int64))


@given(st.lists(IDS, max_size=6))
def test_every_id_has_its_own_row_whatever_the_batches(batches: list[list[int]]) -> None:
    table, model = IdTable(), dict[int, int]()
    for ids in batches:
        rows = table.add(keys_of(ids)).tolist()
        for one, row in zip(ids, rows, strict=True):
            assert (row == 0) == (one == 0)
            if one:
                assert model.setdefault(one, row) == row
    assert sorted(model.values()) == list(range(1, len(model) + 1))
    known = list(model)
    assert table.find(keys_of(known)).tolist() == [model[one] for one in known]
    assert table.find(keys_of([2**62 + 1, 0])).tolist() == [0, 0]


def test_two_hundred_thousand_ids_fit_without_a_collision() -> None:
    table = IdTable()
    ids = np.arange(1, 200_001, dtype=np.int64)
    for start in range(0, len(ids), 30_000):
        table.add(key(1, ids[start : start + 30_000]))
    rows = table.find(key(1, ids))
    assert len(np.unique(rows)) == len(ids)
    assert not table.find(key(2, ids)).any()
    assert (table.keys()[rows] == key(1, ids)).all()


def test_pairs_know_left_from_right_and_nobody() -> None:
    left = np.array([1, 2, 0, 5], dtype=np.int64)
    right = np.array([2, 1, 7, 0], dtype=np.int64)
    found = pair(10, left, right)
    assert found[0] != found[1]
    assert found[2:].tolist() == [0, 0]


def test_an_id_gets_a_row_when_it_was_seen_often_enough() -> None:
    rows = Rows({"value": Field((), np.float32, 7.0)}, admitted_after=3)
    once = keys_of([5])
    assert rows.see(once, 1).tolist() == [0]
    assert rows.see(keys_of([5, 6]), 1).tolist() == [0, 0]
    assert rows.see(once, 1).tolist() == [1]
    assert rows["value"][1] == 7.0


def test_what_nobody_met_for_long_goes_and_the_rest_keeps_its_values() -> None:
    rows = Rows({"value": Field((), np.float32)})
    old, young = keys_of(list(range(1, 2001))), keys_of(list(range(2001, 2501)))
    gone = rows.see(old, 10)
    rows["value"][gone] = 1.0
    at = rows.see(young, 20)
    rows["value"][at] = np.arange(500)
    assert rows.forget_before(15) == 2000
    assert len(rows) == 501
    assert not rows.find(old).any()
    assert rows["value"][rows.find(young)].tolist() == list(range(500))
    back = rows.see(old[:1], 20)
    assert rows["value"][back].tolist() == [0.0]
    assert set(rows.take_touched().tolist()) == set(range(1, 502))
    assert not len(rows.take_touched())
