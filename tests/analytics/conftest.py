"""Fixtures of the analytics' tests."""

import json
from collections.abc import Awaitable, Callable

import pytest

from nightmarket.domains.analytics.actions.take_events import take_events
from nightmarket.domains.analytics.rules.pace import Pace
from nightmarket.entry.drain import drain
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import ViewerId
from tests.builders.analytics import Player
from tests.fakes.clock import HandClock

WatchOnce = Callable[[Player, int, int], Awaitable[None]]


@pytest.fixture
def viewer_of(services: Services, clock: HandClock) -> WatchOnce:
    """Let a player watch a video once, and everybody hear of it."""

    async def watch(player: Player, video_id: int, watch_ms: int) -> None:
        shown = player.shows(video_id, clock())
        clock.move(milliseconds=watch_ms)
        event = player.event(shown, clock(), watch_ms=watch_ms, duration_ms=10_000)
        body = json.dumps({"events": [event]}).encode()
        subject = Subject(viewer_id=ViewerId(player.viewer_id))
        async with services.database.transaction() as tx:
            assert (await take_events(tx, body, subject, services, Pace())).accepted == 1
        await drain(services)

    return watch
