"""The memory of callers: short, bounded, and never older than a change made here."""

import asyncio

import pytest

from nightmarket.domains.identity.actions import know_caller
from nightmarket.domains.identity.actions.know_caller import KnownCallers
from nightmarket.infra.http import Subject
from nightmarket.kernel.ids import AccountId, ViewerId

LATER_US = 10**18


def caller(number: int) -> Subject:
    return Subject(viewer_id=ViewerId(number), account_id=AccountId(number))


async def test_a_caller_is_known_until_forgotten() -> None:
    """Forgetting one leaves the others."""
    known = KnownCallers()
    for number in (1, 2):
        known.put(bytes([number]), LATER_US, caller(number), known.mark())
    known.forget(AccountId(1))
    assert known.get(b"\x01", 0) is None
    assert known.get(b"\x02", 0) == caller(2)


async def test_what_was_read_before_a_change_is_not_kept_after_it() -> None:
    """The look-up of a slow request must not bring an ended session back."""
    known = KnownCallers()
    mark = known.mark()
    known.forget(AccountId(1))
    known.put(b"\x01", LATER_US, caller(1), mark)
    assert known.get(b"\x01", 0) is None


async def test_expired_sessions_are_not_known() -> None:
    """The session's own end counts, however lately it was looked up."""
    known = KnownCallers()
    known.put(b"\x01", 1_000, caller(1), known.mark())
    assert known.get(b"\x01", 999) == caller(1)
    assert known.get(b"\x01", 1_000) is None


async def test_a_second_is_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other processes' changes show within a second."""
    start_s = asyncio.get_running_loop().time()
    at_s = [start_s]
    monkeypatch.setattr(know_caller, "_monotonic_s", lambda: at_s[0])
    known = KnownCallers()
    known.put(b"\x01", LATER_US, caller(1), known.mark())
    at_s[0] = start_s + 0.9
    assert known.get(b"\x01", 0) == caller(1)
    at_s[0] = start_s + 1.0
    assert known.get(b"\x01", 0) is None


async def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest goes first."""
    monkeypatch.setattr(know_caller, "KNOWN_MAX", 3)
    known = KnownCallers()
    for number in range(5):
        known.put(bytes([number]), LATER_US, caller(number + 1), known.mark())
    assert [known.get(bytes([number]), 0) is not None for number in range(5)] == [
        False,
        False,
        True,
        True,
        True,
    ]
