"""Browsers told while Nightmarket is closed: who asked, what they read, and when they do not."""

import json
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.notifications.actions.push import send_push
from nightmarket.entry import wiring
from nightmarket.infra import outbox
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, NotificationId
from tests.builders.social import Person, person, publish
from tests.fakes.pusher import FakeBrowser, FakePusher

pytestmark = pytest.mark.feature("V92")
PLACE = "/push/subscriptions"


async def heard(services: Services, pusher: FakePusher) -> int:
    """Let everybody hear, and run the pushes that wait; returns how many jobs waited."""
    await outbox.drain(wiring.listeners(), services.database, services)
    async with services.database.transaction() as tx:
        waiting = await tx.column(
            dict,
            "DELETE FROM procrastinate_jobs WHERE task_name = 'notifications.push' RETURNING args",
        )
    for due in waiting:
        await send_push(
            AccountId(due["account_id"]), NotificationId(due["notification_id"]), services, pusher
        )
    return len(waiting)


async def comment(who: Person, video_id: str, words: str) -> None:
    await who.ok("POST", f"/videos/{video_id}/comments", json={"text": words})


async def test_a_browser_is_told_in_its_persons_language_and_only_it_can_read(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """The message is sealed for the browser, says no names, and carries who sent it."""
    creator, fan = await person(client, language="de"), await person(client)
    video_id = await publish(services, creator)
    browser, pusher = FakeBrowser("https://push.example/a"), FakePusher()
    key = (await creator.ok("GET", "/push/key"))["public_key"]
    made = [await creator.ok("POST", PLACE, json=browser.subscription()) for _ in range(2)]
    assert made[0] == made[1]
    await comment(fan, video_id, "A secret between us")
    assert await heard(services, pusher) == 1
    (push,) = pusher.sent
    said = json.loads(browser.read(push.body))
    (line,) = (await creator.ok("GET", "/inbox"))["items"]
    assert said == {
        "title": "Nightmarket",
        "body": "Jemand hat dein Video kommentiert.",
        "tag": line["notification_id"],
        "url": "/inbox",
    }
    assert push.headers["Authorization"].endswith(f", k={key}")
    assert push.headers["Topic"] == line["notification_id"]
    assert b"secret" not in push.body


async def test_the_second_like_of_a_line_wakes_nobody(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """Likes wake once a line; comments each time; what was read meanwhile not at all."""
    creator, fans = await person(client), [await person(client) for _ in range(3)]
    video_id = await publish(services, creator)
    pusher = FakePusher()
    await creator.ok("POST", PLACE, json=FakeBrowser("https://push.example/a").subscription())
    for fan in fans:
        await fan.ok("PUT", f"/videos/{video_id}/like")
        await heard(services, pusher)
    assert len(pusher.sent) == 1
    for fan in fans[:2]:
        await comment(fan, video_id, f"words of {fan.handle}")
        await heard(services, pusher)
    assert len(pusher.sent) == 3
    await comment(fans[2], video_id, "too late")
    await outbox.drain(wiring.listeners(), services.database, services)
    await creator.ok("POST", "/inbox/read", json={})
    assert await heard(services, pusher) == 1
    assert len(pusher.sent) == 3


async def test_quiet_hours_wake_nobody(client: AsyncTestClient[Any], services: Services) -> None:
    """While it is quiet no push waits; the inbox has the line."""
    creator, fan = await person(client), await person(client)
    video_id = await publish(services, creator)
    await creator.ok("POST", PLACE, json=FakeBrowser("https://push.example/a").subscription())
    quiet = {"from": "11:00", "to": "13:00", "timezone": "UTC"}
    await creator.ok("PUT", "/notifications/preferences", json={"quiet_hours": quiet})
    await comment(fan, video_id, "psst")
    assert await heard(services, FakePusher()) == 0
    assert (await creator.ok("GET", "/inbox/unread"))["count"] == 1


async def test_browsers_that_are_gone_are_forgotten(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """A gone browser is asked once; the others are still told; a browser may leave by itself."""
    creator, fan, next_owner = await person(client), await person(client), await person(client)
    video_id = await publish(services, creator)
    kept, gone = FakeBrowser("https://push.example/a"), FakeBrowser("https://push.example/b")
    for browser in (kept, gone):
        await creator.ok("POST", PLACE, json=browser.subscription())
    pusher = FakePusher(gone={gone.endpoint})
    await comment(fan, video_id, "one")
    await heard(services, pusher)
    pusher.gone.clear()
    await comment(fan, video_id, "two")
    await heard(services, pusher)
    assert [push.endpoint for push in pusher.sent] == [kept.endpoint] * 2
    await next_owner.ok("POST", PLACE, json=kept.subscription())
    await comment(fan, video_id, "three")
    assert await heard(services, pusher) == 0
    for _ in range(2):
        await next_owner.ok("DELETE", PLACE, json={"endpoint": kept.endpoint})


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "http://push.example/a"},
        {"endpoint": "https://push.example/" + "a" * 1000},
        {"keys": {"p256dh": "AAAA", "auth": "AAAA"}},
        {"keys": {"p256dh": "!!", "auth": "??"}},
    ],
)
async def test_what_is_no_browser_is_refused(
    client: AsyncTestClient[Any], change: dict[str, Any]
) -> None:
    """Plain http, endless addresses and keys that are none are refused."""
    someone = await person(client)
    wish = FakeBrowser("https://push.example/a").subscription() | change
    refusal = await someone.refused("POST", PLACE, json=wish)
    assert refusal == (422, "notifications.unusable_browser")


async def test_only_the_latest_ten_browsers_are_kept(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """The eleventh browser takes the place of the first."""
    creator, fan = await person(client), await person(client)
    video_id = await publish(services, creator)
    for number in range(11):
        wish = FakeBrowser(f"https://push.example/{number}").subscription()
        await creator.ok("POST", PLACE, json=wish)
    pusher = FakePusher()
    await comment(fan, video_id, "hello")
    await heard(services, pusher)
    assert {push.endpoint for push in pusher.sent} == {
        f"https://push.example/{number}" for number in range(1, 11)
    }
