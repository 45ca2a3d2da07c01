"""The population: same seed, same bytes; faults on the way leave the same counts."""

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lab import simulate
from lab.crowd.faults import ALL, NONE, Line, Wire
from lab.crowd.market import Market
from lab.crowd.run import PERSON_BASE, WAYS
from lab.crowd.run import simulate as live
from lab.crowd.world import BEGIN_US, DURATION_MS, Crowd, World
from nightmarket.domains.analytics.values import Kind

TINY = Crowd(people=30, makers=12, uploads_a_day=12)


def lines(count: int) -> list[Line]:
    return [
        Line(
            event_id=number,
            kind=1,
            person=1,
            video_id=number,
            request_id=1,
            position=0,
            shown_at_us=0,
            occurred_at_us=0,
            watch_ms=0,
            duration_ms=1,
        )
        for number in range(count)
    ]


def test_the_same_seed_writes_the_same_bytes() -> None:
    def text(seed: int) -> str:
        data, page = simulate.population(Crowd(people=15, makers=6, uploads_a_day=8), seed, 2)
        return json.dumps(data, sort_keys=True) + page

    assert text(3) == text(3)
    assert text(3) != text(4)


def test_faults_leave_the_same_counts() -> None:
    """Lost and sent again, doubled, late, out of order: every event counts once."""
    found = live(TINY, 7, 3, WAYS[-1])
    assert found.counts_equal_clean
    assert found.faults["doubled"] == found.faults["repeats_refused"] > 0
    assert min(found.faults["lost"], found.faults["late"]) > 0


@given(st.lists(st.integers(1, 20), min_size=1, max_size=12), st.integers(0, 2**32))
def test_samples_of_a_watch_add_up_in_any_order(seconds: list[int], seed: int) -> None:
    """A long watch is sent in parts, and the parts may overtake one another."""
    ends = np.cumsum(seconds).tolist()
    parts = [
        Line(
            event_id=number,
            kind=Kind.WATCH,
            person=PERSON_BASE,
            video_id=7,
            request_id=1,
            position=0,
            shown_at_us=BEGIN_US,
            occurred_at_us=BEGIN_US + end * 1_000_000,
            watch_ms=lasted * 1_000,
            duration_ms=DURATION_MS,
        )
        for number, (lasted, end) in enumerate(zip(seconds, ends, strict=True))
    ]
    wire = Wire(ALL, np.random.default_rng(seed))
    world = World(TINY, 1, 2)
    clean, mine = (Market(world, 1, 0.0, has_pools=False) for _ in range(2))
    clean.fold(parts)
    for half in (parts[: len(parts) // 2], parts[len(parts) // 2 :]):
        mine.fold(wire.carry(half))
    mine.fold(wire.rest())
    assert mine.totals == clean.totals
    assert mine.outcomes == clean.outcomes
    assert clean.totals[7][1] == 1_000 * sum(seconds)


def test_a_wire_brings_everything_once_whatever_happens() -> None:
    wire = Wire(ALL, np.random.default_rng(1))
    sent = lines(1_000)
    came = wire.carry(sent[:500]) + wire.carry(sent[500:]) + wire.rest()
    assert sorted(line.event_id for line in came) == list(range(1_000))
    assert [line.event_id for line in came] != list(range(1_000))
    plain = Wire(NONE, np.random.default_rng(1))
    assert plain.carry(sent) == sent
