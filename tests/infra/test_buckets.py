"""Buckets empty and fill again, in a table that never grows, for one process or for several."""

import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from nightmarket.infra.buckets import SEATS, Buckets, CallClass
from tests.fakes.clock import HandClock

SMALL = CallClass("small", burst=3, per_s=0.5)
LARGE = CallClass("large", burst=3_000, per_s=0.0001)
MANY = """
import sys
from pathlib import Path
from nightmarket.infra.buckets import Buckets, CallClass
from tests.fakes.clock import HandClock
buckets = Buckets.shared(HandClock(), b"secret", Path(sys.argv[1]))
kind = CallClass("large", burst=3_000, per_s=0.0001)
print("ready", flush=True)
sys.stdin.readline()
print(sum(buckets.take("mia", kind).is_allowed for _ in range(2_000)))
"""


def test_a_bucket_empties_and_fills_with_time() -> None:
    """Three at once, then one every two seconds."""
    clock = HandClock()
    buckets = Buckets(clock)

    told = [buckets.take("mia", SMALL) for _ in range(4)]
    assert [one.is_allowed for one in told] == [True, True, True, False]
    assert [one.remaining for one in told] == [2, 1, 0, 0]
    assert told[-1].retry_after_s == 2
    assert buckets.take("ben", SMALL).is_allowed

    clock.move(seconds=2)
    assert buckets.take("mia", SMALL).is_allowed
    assert not buckets.take("mia", SMALL).is_allowed


@given(steps=st.lists(st.integers(-20, 20), max_size=60))
def test_never_more_than_burst_and_rate_allow(steps: list[int]) -> None:
    """However calls are spread, and whatever the clock does, nobody gets more than their share."""
    clock = HandClock()
    buckets = Buckets(clock)
    earliest = latest = clock.instant
    passed = 0
    for wait_s in steps:
        clock.move(seconds=wait_s)
        earliest, latest = min(earliest, clock.instant), max(latest, clock.instant)
        passed += buckets.take("mia", SMALL).is_allowed
        assert passed <= SMALL.burst + (latest - earliest).total_seconds() * SMALL.per_s


def test_the_least_lately_used_is_forgotten_first() -> None:
    """A table of one row: who asks all the time keeps the bucket, among any number of others."""
    clock = HandClock()
    buckets = Buckets(clock, rows=1)
    for _ in range(SMALL.burst):
        assert buckets.take("mia", SMALL).is_allowed
    for number in range(20 * SEATS):
        clock.move(seconds=0.001)
        assert buckets.take(f"caller{number}", SMALL).is_allowed
        assert not buckets.take("mia", SMALL).is_allowed
    clock.move(seconds=0.001)
    forgotten = [buckets.take("caller0", SMALL) for _ in range(2)]
    assert [one.remaining for one in forgotten] == [2, 1]


def test_processes_that_share_a_table_count_together(tmp_path: Path) -> None:
    """Two at the same time take exactly what one bucket holds; a third finds it empty."""
    path = tmp_path / "buckets"
    command = [sys.executable, "-c", MANY, str(path)]
    both = [
        subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    for one in both:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in both:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    passed = [int(one.communicate(timeout=60)[0]) for one in both]
    assert sum(passed) == LARGE.burst
    assert min(passed) > 0

    third = Buckets.shared(HandClock(), b"secret", path)
    assert not third.take("mia", LARGE).is_allowed
    assert third.take("ben", LARGE).is_allowed
    third.close()
    assert path.stat().st_mode & 0o777 == 0o600
