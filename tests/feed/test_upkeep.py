"""The feed's index follows what others tell, and a person can be taken out of it."""

from typing import Any

import pytest

from nightmarket.domains.feed import face
from nightmarket.domains.feed.actions.serve_page import Asked, serve_page
from nightmarket.domains.feed.jobs import SCHEDULES
from nightmarket.domains.feed.values.query import Tab
from nightmarket.entry.drain import drain
from nightmarket.events.accounts import AccountErased, GuestMerged
from nightmarket.events.event import Event
from nightmarket.events.moderation import ContentDecided
from nightmarket.events.videos import VideoChanged
from nightmarket.infra.http import Subject
from nightmarket.infra.outbox import publish
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import (
    AccountId,
    GuestId,
    StatementId,
    VideoId,
    ViewerId,
    from_text,
    to_text,
)
from tests.builders import accounts
from tests.builders.feed import Film, Viewer, makers, show


async def tell(services: Services, fact: Event) -> None:
    """Publish a fact and let everybody hear it."""
    async with services.database.transaction() as tx:
        await publish(tx, fact)
    await drain(services)


def decided(services: Services, video_id: int, decision: str) -> ContentDecided:
    """A decision of moderation about a video."""
    return ContentDecided(
        event_id=services.ids(),
        occurred_at=services.clock(),
        market="us",
        ref_kind="video",
        ref_id=video_id,
        owner_id=AccountId(1),
        decision=decision,
        policy="spam",
        statement_id=StatementId(1),
    )


async def scores(services: Services) -> dict[int, float]:
    """What a stranger's page scores."""
    async with services.database.transaction() as tx:
        page = await serve_page(
            tx,
            Subject(viewer_id=ViewerId(services.ids()), guest_id=GuestId(1)),
            services,
            Asked(Tab.FOR_YOU, 8),
        )
    return {item.video_id: item.score for item in page.record.items}


async def test_decisions_move_a_video(services: Services) -> None:
    """Demoted it sinks, removed it goes, restored it comes back."""
    creators = await makers(services, 2)
    first, second = await show(services, creators, [Film(maker=0), Film(maker=1)])
    before = await scores(services)

    await tell(services, decided(services, first, "demote"))
    demoted = await scores(services)
    assert demoted[first] < before[first] - 1
    assert demoted[second] == pytest.approx(before[second], abs=0.05)

    await tell(services, decided(services, first, "remove"))
    assert first not in await scores(services)
    await tell(services, decided(services, first, "none"))
    assert set(await row(services, first)) == {True}


async def row(services: Services, video_id: int) -> list[bool]:
    """Whether the index proposes a video."""
    async with services.database.transaction() as tx:
        return await tx.column(
            bool, "SELECT is_open FROM feed_item WHERE video_id = %(id)s", id=video_id
        )


async def test_a_video_that_was_never_published_is_not_proposed(services: Services) -> None:
    """A change alone opens nothing."""
    changed = VideoChanged(
        event_id=services.ids(),
        occurred_at=services.clock(),
        market="us",
        video_id=VideoId(77),
        creator_id=AccountId(1),
        caption="draft",
        hashtags=(),
        mentions=(),
        language="en",
        sound_id=None,
        duration_ms=1000,
        audience="everyone",
        ai_label="none",
        content_level="general",
        published_at_us=0,
    )
    await tell(services, changed)

    assert await row(services, 77) == [False]


async def test_an_erased_creator_is_never_proposed_again(services: Services) -> None:
    """Nor are their words kept."""
    creators = await makers(services, 2)
    first, second = await show(services, creators, [Film(maker=0), Film(maker=1)])
    erased = AccountErased(
        event_id=services.ids(),
        occurred_at=services.clock(),
        market="us",
        account_id=creators[0],
    )
    await tell(services, erased)

    assert set(await scores(services)) == {second}
    async with services.database.transaction() as tx:
        words = await tx.column(
            str, "SELECT words FROM feed_item WHERE video_id = %(id)s", id=first
        )
    assert words == [""]


async def test_a_person_can_take_everything_and_leave(services: Services, viewer: Viewer) -> None:
    """Every table that names them is in the export; after erasure none does."""
    creators = await makers(services, 2)
    await show(services, creators, [Film(maker=0), Film(maker=1)])
    me = AccountId(from_text((await accounts.sign_up(viewer.client))["account_id"]))
    await show(services, [me], [Film()])
    await viewer.page()
    await viewer.client.post("/api/v1/feed/start-over")
    hidden = {"scope": "creator", "value": to_text(creators[0])}
    await viewer.client.post("/api/v1/feed/not-interested", json=hidden)
    await viewer.client.put("/api/v1/me/interests/hashtag/market", json={"level": 1})

    async with services.database.transaction() as tx:
        before = await face.export_person(tx, me)
        await face.erase_person(tx, me)
        after = await face.export_person(tx, me)

    assert {table: len(rows) for table, rows in before.items()} == {
        "feed_item": 1,
        "feed_viewer": 1,
        "feed_hidden": 1,
        "feed_interest": 1,
        "feed_request": 1,
        "feed_record": 1,
    }
    assert after == {table: [] for table in before}


async def test_a_guest_keeps_what_it_hid(services: Services, viewer: Viewer) -> None:
    """After signing in the account has it."""
    creators = await makers(services, 2)
    made = await show(services, creators, [Film(maker=0), Film(maker=1)])
    guest = (await viewer.client.get("/api/v1/session")).json()["guest"]["guest_id"]
    hidden = {"scope": "creator", "value": to_text(creators[0])}
    await viewer.client.post("/api/v1/feed/not-interested", json=hidden)
    me = await accounts.sign_up(viewer.client)
    merged = GuestMerged(
        event_id=services.ids(),
        occurred_at=services.clock(),
        market="us",
        account_id=AccountId(from_text(me["account_id"])),
        guest_id=GuestId(from_text(guest)),
    )
    await tell(services, merged)

    assert await viewer.ids() == [made[1]]


async def test_reports_are_kept_for_a_week(services: Services, viewer: Viewer) -> None:
    """Then "why" is no longer answered, and the rows are gone."""
    creators = await makers(services, 1)
    await show(services, creators, [Film()])
    (item,) = await viewer.page()
    why = f"/api/v1/feed/why/{item['impression_id']}"
    assert (await viewer.client.get(why)).status_code == 200

    viewer.clock.move(days=8)
    (trim,) = SCHEDULES
    await trim.run(services, services.clock())

    answer: Any = await viewer.client.get(why)
    assert (answer.status_code, answer.json()["code"]) == (404, "feed.no_such_serving")
