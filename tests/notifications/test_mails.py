"""Mails about what stayed unread: late, few, in one's language, and never in quiet hours."""

from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.notifications.actions.send_mail import begin_mails
from nightmarket.entry.drain import drain
from nightmarket.infra.services import Services
from tests.builders.social import Person, person, publish
from tests.fakes.clock import HandClock

pytestmark = pytest.mark.feature("V92")


async def verify(services: Services, who: Person) -> None:
    """Make somebody's address count as verified."""
    async with services.database.transaction() as tx:
        touched = await tx.run(
            "UPDATE identity_login SET email_verified_at_us = 1 WHERE account_id = %(number)s",
            number=who.account_id,
        )
    assert touched == 1


def mails(services: Services, subject: str = "Nightmarket") -> list[str]:
    """The texts of the inbox mails in the folder."""
    found = []
    for path in Path(services.settings.data_directory / "mails").glob("*.eml"):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        if "<inbox-" in str(message["Message-ID"]):
            assert subject in str(message["Subject"])
            found.append(str(message.get_content()))
    return found


async def mail_begins(services: Services) -> int:
    """Let the schedule of this minute run, and its mails go; returns how many were begun."""
    begun = await begin_mails(services.database, services.clock())
    await drain(services)
    return begun


async def comment(who: Person, video_id: str, words: str) -> None:
    await who.ok("POST", f"/videos/{video_id}/comments", json={"text": words})


async def test_what_stays_unread_is_mailed_once(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """A digest goes a quarter of an hour later, once, in the person's language."""
    creator, fan = await person(client, language="de"), await person(client)
    await verify(services, creator)
    video_id = await publish(services, creator)
    await comment(fan, video_id, "Very nice indeed")
    await drain(services)
    clock.move(minutes=14)
    assert await mail_begins(services) == 0
    clock.move(minutes=1)
    assert await mail_begins(services) == 1
    assert await mail_begins(services) == 0
    (text,) = mails(services, "Etwas Neues für dich")
    assert "Jemand hat dein Video kommentiert." in text
    assert "Very nice indeed" in text
    assert "/settings/notifications" in text


async def test_nothing_unread_nothing_mailed(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """Who reads the inbox in time gets no mail, nor who has no verified address."""
    creator, fan = await person(client), await person(client)
    video_id = await publish(services, creator)
    await comment(fan, video_id, "To nobody's address")
    await drain(services)
    clock.move(minutes=15)
    assert await mail_begins(services) == 0
    await verify(services, creator)
    await comment(fan, video_id, "To an address")
    await drain(services)
    await creator.ok("POST", "/inbox/read", json={})
    clock.move(minutes=15)
    assert await mail_begins(services) == 1
    assert mails(services) == []
    assert await mail_begins(services) == 0


async def test_quiet_hours_put_mails_off(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """At 21:00 in Tokyo, quiet until 07:30, the mail waits for 22:30 UTC."""
    creator, fan = await person(client, market="jp", language="ja"), await person(client)
    await verify(services, creator)
    await creator.ok(
        "PUT",
        "/notifications/preferences",
        json={"quiet_hours": {"from": "20:00", "to": "07:30", "timezone": "Asia/Tokyo"}},
    )
    video_id = await publish(services, creator)
    await comment(fan, video_id, "Good evening")
    await drain(services)
    clock.move(hours=10, minutes=29)
    assert await mail_begins(services) == 0
    clock.move(minutes=1)
    assert await mail_begins(services) == 1
    assert len(mails(services)) == 1


async def test_quiet_hours_chosen_meanwhile_put_a_due_mail_off(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """A mail that was to go at 12:15 waits when its person asks for quiet at 12:05."""
    creator, fan = await person(client), await person(client)
    await verify(services, creator)
    video_id = await publish(services, creator)
    await comment(fan, video_id, "Lunch?")
    await drain(services)
    await creator.ok(
        "PUT",
        "/notifications/preferences",
        json={"quiet_hours": {"from": "12:00", "to": "13:00", "timezone": "UTC"}},
    )
    clock.move(minutes=15)
    assert await mail_begins(services) == 1
    assert mails(services) == []
    clock.move(minutes=45)
    assert await mail_begins(services) == 1
    assert len(mails(services)) == 1


async def test_a_second_mail_waits_for_the_next_day(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """After one digest the next goes twenty hours later, however much happens."""
    creator, fan = await person(client), await person(client)
    await verify(services, creator)
    video_id = await publish(services, creator)
    await comment(fan, video_id, "First")
    await drain(services)
    clock.move(minutes=15)
    assert await mail_begins(services) == 1
    for words in ("Second", "Third"):
        clock.move(hours=1)
        await comment(fan, video_id, words)
        await drain(services)
    clock.move(hours=17, minutes=59)
    assert await mail_begins(services) == 0
    clock.move(minutes=1)
    assert await mail_begins(services) == 1
    assert len(mails(services)) == 2
