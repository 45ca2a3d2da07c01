"""Who asks too often is told so, and when to come back; slow calls wait in a line."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from nightmarket.infra.ratelimit import (
    AT_ONCE_MAX,
    READ,
    SHARED_BY,
    WAITING_MAX,
    FewAtOnce,
    Gate,
    class_of,
)
from nightmarket.infra.services import Services
from tests.builders.app import visit
from tests.fakes.clock import HandClock


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
