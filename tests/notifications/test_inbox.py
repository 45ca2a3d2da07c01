"""The inbox over HTTP: grouped, exact, polite, and never about what was taken back."""

from typing import Any

import psycopg
import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.notifications.actions.clear_away import clear_away
from nightmarket.entry.drain import drain
from nightmarket.events.event import Event
from nightmarket.events.moderation import AppealDecided, ContentDecided
from nightmarket.events.videos import VideoPublished, VideoRemoved
from nightmarket.infra import outbox
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import StatementId, to_text
from tests.builders.social import Person, number_of, person, publish
from tests.fakes.clock import HandClock

pytestmark = pytest.mark.feature("V92")


async def inbox(who: Person, **params: Any) -> list[dict[str, Any]]:
    """The lines of somebody's inbox, without those about their own videos coming live."""
    found = await who.ok("GET", "/inbox", params=params)
    lines: list[dict[str, Any]] = found["items"]
    return lines


async def unread(who: Person) -> int:
    count: int = (await who.ok("GET", "/inbox/unread"))["count"]
    return count


async def test_twelve_likes_are_one_line(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """Twelve people who like one video share a line, the latest three named, all counted."""
    creator = await person(client)
    video_id = await publish(services, creator)
    fans = [await person(client) for _ in range(12)]
    for fan in fans:
        clock.move(seconds=1)
        await fan.ok("PUT", f"/videos/{video_id}/like")
    await drain(services)
    (line,) = await inbox(creator)
    assert (line["kind"], line["actors_count"], line["video_id"]) == ("like", 12, video_id)
    assert [one["handle"] for one in line["actors"]] == [fan.handle for fan in fans[:-4:-1]]
    assert line["poster_url"].endswith("cover-small.webp")
    assert (await unread(creator), line["is_read"]) == (1, False)


async def test_what_was_read_stays_and_news_start_a_new_line(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """After reading, the next like is a line of its own; the old one keeps its people."""
    creator, first, second = await person(client), await person(client), await person(client)
    video_id = await publish(services, creator)
    await first.ok("PUT", f"/videos/{video_id}/like")
    await drain(services)
    (line,) = await inbox(creator)
    left = await creator.ok("POST", "/inbox/read", json={"up_to": line["notification_id"]})
    assert left == {"count": 0}
    clock.move(minutes=1)
    await second.ok("PUT", f"/videos/{video_id}/like")
    await drain(services)
    lines = await inbox(creator)
    assert [(one["actors_count"], one["is_read"]) for one in lines] == [(1, False), (1, True)]
    assert [one["actors"][0]["handle"] for one in lines] == [second.handle, first.handle]
    assert await unread(creator) == 1


async def test_a_like_taken_back_and_given_again_is_told_once(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """A line without people is not shown; whoever toggles a like makes no second noise."""
    creator, fan = await person(client), await person(client)
    video_id = await publish(services, creator)
    await fan.ok("PUT", f"/videos/{video_id}/like")
    await drain(services)
    await creator.ok("POST", "/inbox/read", json={})
    await fan.ok("DELETE", f"/videos/{video_id}/like")
    await drain(services)
    assert await inbox(creator) == []
    clock.move(hours=1)
    await fan.ok("PUT", f"/videos/{video_id}/like")
    await drain(services)
    (line,) = await inbox(creator)
    assert (line["actors_count"], line["is_read"]) == (1, True)
    assert await unread(creator) == 0


async def test_follows_and_requests(client: AsyncTestClient[Any], services: Services) -> None:
    """A follow is told; a request to a private account is told until it is answered."""
    person_, fan = await person(client), await person(client)
    me = (await person_.ok("GET", "/session"))["account"]["account_id"]
    them = (await fan.ok("GET", "/session"))["account"]["account_id"]
    await fan.ok("PUT", f"/follows/{me}")
    await drain(services)
    assert [one["kind"] for one in await inbox(person_)] == ["follow"]
    await fan.ok("DELETE", f"/follows/{me}")
    await person_.ok("PATCH", "/me", json={"is_private": True})
    await fan.ok("PUT", f"/follows/{me}")
    await drain(services)
    assert [one["kind"] for one in await inbox(person_)] == ["follow_request"]
    await person_.ok("POST", f"/follow-requests/{them}", json={"accept": True})
    await drain(services)
    assert await inbox(person_) == []


async def test_blocked_and_muted_people_are_not_heard(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """A block empties the inbox of its person; a mute keeps it from filling."""
    creator, rude, loud = await person(client), await person(client), await person(client)
    video_id = await publish(services, creator)
    await rude.ok("PUT", f"/videos/{video_id}/like")
    await drain(services)
    assert len(await inbox(creator)) == 1
    await creator.ok("PUT", f"/blocks/{text(rude)}")
    await creator.ok("PUT", f"/mutes/{text(loud)}")
    await loud.ok("PUT", f"/videos/{video_id}/like")
    await drain(services)
    assert await inbox(creator) == []
    assert await unread(creator) == 0


async def test_a_kind_that_is_off_is_not_heard_and_decisions_always_are(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """Preferences hold at once; what moderation decides cannot be switched off."""
    creator, fan = await person(client), await person(client)
    video_id = await publish(services, creator)
    before = await creator.ok("GET", "/notifications/preferences")
    assert before["notifications"]["like"] == {"inbox": True, "mail": False}
    assert before["quiet_hours"] is None
    off = {"inbox": False, "mail": False}
    after = await creator.ok(
        "PUT",
        "/notifications/preferences",
        json={"notifications": {"like": off, "moderation": off}},
    )
    assert after["notifications"]["like"] == off
    assert after["notifications"]["moderation"] == {"inbox": True, "mail": False}
    await fan.ok("PUT", f"/videos/{video_id}/like")
    await drain(services)
    assert await inbox(creator) == []
    refusal = await creator.refused(
        "PUT", "/notifications/preferences", json={"notifications": {"poke": off}}
    )
    assert refusal == (422, "notifications.unknown_kind")


@pytest.mark.parametrize(
    ("quiet", "code"),
    [
        ({"from": "22:00", "to": "07:00", "timezone": "Atlantis/Centre"}, "unknown_timezone"),
        ({"from": "24:00", "to": "07:00", "timezone": "Asia/Tokyo"}, "malformed_time"),
        ({"from": "7", "to": "07:00", "timezone": "Asia/Tokyo"}, "malformed_time"),
        ({"from": "07:00", "to": "07:00", "timezone": "Asia/Tokyo"}, "malformed_time"),
        ({"from": "07:00", "to": "08:00", "timezone": "../../etc/passwd"}, "unknown_timezone"),
    ],
)
async def test_quiet_hours_are_checked(
    client: AsyncTestClient[Any], quiet: dict[str, str], code: str
) -> None:
    """What is no time of day or time zone is refused, and nothing is kept."""
    someone = await person(client)
    refusal = await someone.refused(
        "PUT", "/notifications/preferences", json={"quiet_hours": quiet}
    )
    assert refusal == (422, f"notifications.{code}")
    assert (await someone.ok("GET", "/notifications/preferences"))["quiet_hours"] is None


async def test_a_minor_is_not_called_by_strangers(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """A mention by somebody a minor does not follow stays silent; by a friend it is told."""
    creator = await person(client)
    minor = await person(client, birth_date="2011-01-05")
    video_id = await publish(services, creator)
    where = f"/videos/{video_id}/comments"
    await creator.ok("POST", where, json={"text": f"hello @{minor.handle}"})
    await drain(services)
    assert await inbox(minor) == []
    await minor.ok("PUT", f"/follows/{text(creator)}")
    await creator.ok("POST", where, json={"text": f"hello again @{minor.handle}"})
    await drain(services)
    (line,) = await inbox(minor)
    assert (line["kind"], line["text_preview"]) == ("mention", f"hello again @{minor.handle}")


async def test_pages_of_the_inbox_follow_on(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """Five lines in pages of two appear once each, the latest first."""
    creator, fan = await person(client), await person(client)
    made = [await publish(services, creator) for _ in range(5)]
    for video_id in made:
        clock.move(seconds=1)
        await fan.ok("PUT", f"/videos/{video_id}/like")
        await drain(services)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        found = await creator.ok("GET", "/inbox", params={"limit": 2, "cursor": cursor})
        seen += [one["video_id"] for one in found["items"]]
        cursor = found["next_cursor"]
    assert seen == made[::-1]


async def test_reading_up_to_somebody_elses_line_is_refused(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """Another's line and none at all get the same words."""
    creator, fan = await person(client), await person(client)
    video_id = await publish(services, creator)
    await fan.ok("PUT", f"/videos/{video_id}/like")
    await drain(services)
    (line,) = await inbox(creator)
    for number in (line["notification_id"], "12345"):
        refusal = await fan.refused("POST", "/inbox/read", json={"up_to": number})
        assert refusal == (404, "notifications.no_such_notification")
    assert await unread(creator) == 1


async def tell(services: Services, *facts: Event) -> None:
    """Publish facts and let everybody hear them."""
    async with services.database.transaction() as tx:
        for fact in facts:
            await outbox.publish(tx, fact)
    await drain(services)


async def test_videos_that_come_live_and_go(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """The creator and the people named hear of a video; when it is removed they no longer do."""
    creator, named = await person(client), await person(client)
    video_id = await publish(services, creator)
    when: dict[str, Any] = {"event_id": 1, "occurred_at": services.clock(), "market": "us"}
    about: dict[str, Any] = {"video_id": number_of(video_id), "creator_id": creator.account_id}
    await tell(
        services,
        VideoPublished(
            **when,
            **about,
            caption="hi",
            hashtags=(),
            mentions=(named.account_id,),
            language="en",
            sound_id=None,
            duration_ms=1000,
            audience="everyone",
            ai_label="none",
            content_level="general",
            published_at_us=1,
        ),
    )
    (own,), (theirs,) = await inbox(creator), await inbox(named)
    assert (own["kind"], own["actors"], own["video_id"]) == ("video_live", [], video_id)
    assert (theirs["kind"], theirs["actors"][0]["handle"]) == ("mention", creator.handle)
    await tell(services, VideoRemoved(**when, **about, reason="deleted"))
    assert await inbox(creator) == []
    assert await inbox(named) == []


async def test_decisions_and_answers_to_appeals_are_told(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """The owner hears of a measure and of the answer; a decision to do nothing is not told."""
    creator = await person(client)
    video_id = await publish(services, creator)
    about: dict[str, Any] = {
        "ref_kind": "video",
        "ref_id": number_of(video_id),
        "owner_id": creator.account_id,
    }

    def when() -> dict[str, Any]:
        clock.move(seconds=1)
        return {"event_id": services.ids(), "occurred_at": services.clock(), "market": "us"}

    nothing = ContentDecided(**when(), **about, decision="none", policy="", statement_id=None)
    measure = ContentDecided(
        **when(), **about, decision="limit", policy="spam", statement_id=StatementId(7)
    )
    answer = AppealDecided(**when(), **about, statement_id=StatementId(7), is_upheld=False)
    await tell(services, nothing, measure, answer)
    lines = await inbox(creator)
    assert [(one["kind"], one["text_preview"]) for one in lines] == [
        ("moderation", "appeal_granted"),
        ("moderation", "limit"),
    ]
    assert {one["video_id"] for one in lines} == {video_id}


async def test_old_lines_are_cleared_away(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """After ninety days without change a line goes, with its causes."""
    creator, fan = await person(client), await person(client)
    video_id = await publish(services, creator)
    await fan.ok("PUT", f"/videos/{video_id}/like")
    await drain(services)
    clock.move(days=89)
    assert await clear_away(services.database, services.clock()) == 0
    clock.move(days=2)
    assert await clear_away(services.database, services.clock()) == 1
    async with services.database.transaction() as tx:
        assert await tx.value(int, "SELECT count(*) FROM notifications_cause") == 0


async def test_the_number_of_queries_does_not_grow_with_the_inbox(
    client: AsyncTestClient[Any],
    services: Services,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A page of one line and a page of five cost the same queries."""
    creator = await person(client)
    for _ in range(5):
        clock.move(seconds=1)
        fan = await person(client)
        await fan.ok("PUT", f"/videos/{await publish(services, creator)}/like")
        await drain(services)
    executed: list[str] = []
    execute = psycopg.AsyncCursor.execute

    async def spy(self: Any, query: Any, *args: Any, **more: Any) -> Any:
        executed.append(str(query)[:60])
        return await execute(self, query, *args, **more)

    await inbox(creator)  # The first call of a while notes that the session is in use.
    counts = []
    for limit in (1, 5):
        executed.clear()
        with monkeypatch.context() as patch:
            patch.setattr(psycopg.AsyncCursor, "execute", spy)
            assert len(await inbox(creator, limit=limit)) == limit
        counts.append(len(executed))
    assert counts[0] == counts[1], executed


def text(who: Person) -> str:
    """Somebody's id as URLs have it."""
    return to_text(who.account_id)
