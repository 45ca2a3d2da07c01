"""Ids grow with time, never repeat, and survive being written as text."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.kernel import ids
from tests.fakes.clock import HandClock


@given(number=st.integers(0, ids.ID_MAX))
def test_text_reads_back_as_the_same_number(number: int) -> None:
    """Any id, and a person who types it in capitals."""
    assert ids.from_text(ids.to_text(number)) == number
    assert ids.from_text(ids.to_text(number).upper()) == number


@pytest.mark.parametrize("text", ["", "u", "abc!", "z" * 14, "zzzzzzzzzzzzz", " 1", "１"])
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ids.MalformedId) as refusal:
        ids.from_text(text)
    assert refusal.value.code == "id.malformed"


def test_five_thousand_ids_in_one_millisecond_are_all_different_and_ordered() -> None:
    """More than the counter holds: it borrows from the next millisecond."""
    make = ids.IdMaker(HandClock(), cell=3, slot=9)
    made = [make() for _ in range(5000)]

    assert made == sorted(set(made))
    assert {ids.cell_of(one) for one in made} == {3}


def test_a_clock_that_steps_back_does_not_repeat() -> None:
    clock = HandClock()
    make = ids.IdMaker(clock)
    before = make()
    clock.move(seconds=-30)

    assert make() > before


def test_two_slots_never_meet() -> None:
    """Two processes in the same millisecond."""
    clock = HandClock()
    first, second = ids.IdMaker(clock, slot=1), ids.IdMaker(clock, slot=2)

    assert not {first() for _ in range(900)} & {second() for _ in range(900)}


def test_the_instant_is_in_the_id() -> None:
    clock = HandClock()
    assert ids.made_at(ids.IdMaker(clock)()) == clock()
    assert ids.made_at(0) == datetime(2024, 1, 1, tzinfo=UTC)
    clock.move(days=20_000)
    assert abs(ids.made_at(ids.IdMaker(clock)()) - clock()) < timedelta(milliseconds=1)
