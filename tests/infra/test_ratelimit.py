"""Buckets empty, fill again and are told in headers; memory stays bounded."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.infra.ratelimit import (
    AT_ONCE_MAX,
    READ,
    SHARED_BY,
    WAITING_MAX,
    Buckets,
    CallClass,
    FewAtOnce,
    Gate,
    class_of,
)
from nightmarket.infra.services import Services
from tests.builders.app import visit
from tests.fakes.clock import HandClock

SMALL = CallClass("small", burst=3, per_s=0.5)


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


@given(steps=st.lists(st.integers(0, 20), max_size=60))
def test_never_more_than_burst_and_rate_allow(steps: list[int]) -> None:
    """However calls are spread, no window lets through more than burst + rate × time."""
    clock = HandClock()
    buckets = Buckets(clock)
    start = clock.instant
    passed = 0
    for wait_s in steps:
        clock.move(seconds=wait_s)
        passed += buckets.take("mia", SMALL).is_allowed
        elapsed_s = (clock.instant - start).total_seconds()
        assert passed <= SMALL.burst + elapsed_s * SMALL.per_s


def test_memory_is_bounded() -> None:
    """The least lately used bucket is forgotten first."""
    buckets = Buckets(HandClock(), buckets_max=10)
    for number in range(100):
        buckets.take(f"caller{number}", SMALL)
    assert len(buckets) == 10


def test_what_is_not_limited() -> None:
    """Media, probes and the client's files are served to everybody."""
    assert class_of("GET", "/media/ab/1.mp4") is None
    assert class_of("GET", "/healthz") is None
    assert class_of("GET", "/api/v1/feed") is READ


@pytest.mark.feature("V131")
async def test_answers_carry_headers_and_the_last_one_is_refused(services: Services) -> None:
    """The 429 says when to come back; afterwards calls pass again."""
    limited = replace(services, settings=replace(services.settings, is_rate_limited=True))
    clock = services.clock
    assert isinstance(clock, HandClock)
    async with visit(limited) as client:
        limit = 20 * SHARED_BY
        first = await client.post("/api/v1/session", json={"login": "x", "password": "y"})
        assert first.headers["ratelimit-limit"] == str(limit)
        assert first.headers["ratelimit-remaining"] == str(limit - 1)
        assert int(first.headers["ratelimit-reset"]) == 1

        for _ in range(limit - 1):
            await client.post("/api/v1/session", json={})
        refused = await client.post("/api/v1/session", json={})
        assert refused.status_code == 429
        assert refused.json()["code"] == "http.asked_too_often"
        assert refused.headers["retry-after"] == "1"
        assert refused.headers["ratelimit-remaining"] == "0"
        assert refused.headers["content-type"] == "application/problem+json"

        clock.move(seconds=1)
        again = await client.post("/api/v1/session", json={})
        assert again.status_code == 400


async def test_slow_calls_wait_before_they_hold_anything() -> None:
    """Three sign-ins at once, the others wait, other calls pass; a hundred waiting is enough."""
    running: list[str] = []
    most = 0
    go_on = asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal most
        running.append(scope["path"])
        most = max(most, len(running))
        await go_on.wait()
        running.remove(scope["path"])

    answers: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answers.append(message["status"])

    async def receive() -> Any:
        raise AssertionError("nothing is read")

    guarded = FewAtOnce(app, Gate())

    def call(path: str, method: str = "POST") -> asyncio.Task[None]:
        scope: Any = {"type": "http", "method": method, "path": path, "headers": []}
        return asyncio.create_task(guarded(scope, receive, send))

    slow = [call("/api/v1/session") for _ in range(AT_ONCE_MAX + WAITING_MAX)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(running) == AT_ONCE_MAX
    other = call("/api/v1/feed", "GET")
    one_too_many = call("/api/v1/session")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (len(running), answers) == (AT_ONCE_MAX + 1, [503])
    go_on.set()
    await asyncio.gather(*slow, other, one_too_many)
    assert most == AT_ONCE_MAX + 1
