"""Likes, comments and shares are lines of the same log, and guests become accounts."""

from datetime import date, datetime
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.analytics import face
from nightmarket.entry.drain import drain
from nightmarket.events import social
from nightmarket.events.accounts import GuestMerged
from nightmarket.events.event import Event
from nightmarket.infra import eventlog
from nightmarket.infra.outbox import publish
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import (
    AccountId,
    CommentId,
    GuestId,
    VideoId,
    ViewerId,
    from_text,
    to_text,
)
from tests.builders import accounts
from tests.builders.analytics import Player
from tests.builders.feed import Film, Viewer, show
from tests.fakes.clock import HandClock

VIDEO = VideoId(500)
CREATOR = AccountId(40)
FAN = AccountId(41)


async def tell(services: Services, *facts: Event) -> None:
    """Publish facts and let everybody hear them."""
    async with services.database.transaction() as tx:
        for fact in facts:
            await publish(tx, fact)
    await drain(services)


def head(services: Services, at: datetime) -> dict[str, Any]:
    """What every fact about the video carries."""
    return {"event_id": services.ids(), "occurred_at": at, "market": "us", "video_id": VIDEO}


def comment(services: Services, at: datetime, number: int) -> social.Commented:
    """A comment of the fan."""
    return social.Commented(
        **head(services, at),
        comment_id=CommentId(number),
        creator_id=CREATOR,
        author_id=FAN,
        parent_id=None,
        parent_author_id=None,
        mentions=(),
        text_preview="nice",
    )


async def test_reactions_are_counted_and_taken_back(services: Services, clock: HandClock) -> None:
    """Each moves its counter once; a deleted comment takes its replies along."""
    by_fan: dict[str, Any] = {"creator_id": CREATOR, "account_id": FAN}
    await tell(
        services,
        social.Liked(**head(services, clock()), **by_fan),
        social.Saved(**head(services, clock()), **by_fan),
        social.Shared(
            **head(services, clock()), creator_id=CREATOR, viewer_id=ViewerId(9), channel="link"
        ),
        *(comment(services, clock(), number) for number in (1, 2, 3)),
    )
    async with services.database.transaction() as tx:
        found = (await face.counters(tx, [VIDEO]))[VIDEO]
    assert (found.likes, found.saves, found.shares, found.comments) == (1, 1, 1, 3)

    await tell(
        services,
        social.Unliked(**head(services, clock()), **by_fan),
        social.CommentDeleted(
            **head(services, clock()),
            comment_id=CommentId(1),
            creator_id=CREATOR,
            author_id=FAN,
            count=2,
        ),
    )
    async with services.database.transaction() as tx:
        found = (await face.counters(tx, [VIDEO]))[VIDEO]
        before = (found.likes, found.saves, found.shares, found.comments)
        await face.rebuild_counters(tx)
        again = (await face.counters(tx, [VIDEO]))[VIDEO]
    assert before == (0, 1, 1, 1)
    assert again == found


async def test_a_like_is_a_taste_until_it_is_taken_back(
    services: Services, clock: HandClock
) -> None:
    """The feed reads it with the watches."""
    async with services.database.transaction() as tx:
        fan = await accounts.account(tx, services)
    by_fan: dict[str, Any] = {"creator_id": CREATOR, "account_id": fan}
    await tell(services, social.Liked(**head(services, clock()), **by_fan))
    async with services.database.transaction() as tx:
        (liked,) = await face.recent_watches(tx, ViewerId(fan), clock())
    assert (liked.video_id, liked.is_liked) == (VIDEO, True)

    await tell(services, social.Unliked(**head(services, clock()), **by_fan))
    async with services.database.transaction() as tx:
        (unliked,) = await face.recent_watches(tx, ViewerId(fan), clock())
    assert unliked.is_liked is False


@pytest.mark.feature("V8")
@pytest.mark.parametrize(
    "given", [{"market": "de", "language": "de", "birth_date": date(2009, 1, 1)}, {}]
)
async def test_a_like_of_who_may_not_be_profiled_has_no_name(
    services: Services, clock: HandClock, given: dict[str, Any]
) -> None:
    """A minor in Germany, or somebody who switched personalisation off: counted, not known."""
    async with services.database.transaction() as tx:
        fan = await accounts.account(tx, services, **given)
        await tx.run(
            "UPDATE identity_account SET is_personalised = false WHERE account_id = %(fan)s",
            fan=fan,
        )
    await tell(
        services, social.Liked(**head(services, clock()), creator_id=CREATOR, account_id=fan)
    )

    async with services.database.transaction() as tx:
        assert (await face.counters(tx, [VIDEO]))[VIDEO].likes == 1
        assert await face.recent_watches(tx, ViewerId(fan), clock()) == []
        assert await eventlog.of_viewer(tx, fan) == []


async def test_what_a_guest_watched_belongs_to_the_account(
    services: Services, viewer_of: Any, clock: HandClock
) -> None:
    """Watches and log lines move; hearing it twice changes nothing."""
    await viewer_of(Player(7), VIDEO, 5000)
    merged = GuestMerged(
        event_id=services.ids(),
        occurred_at=clock(),
        market="us",
        account_id=FAN,
        guest_id=GuestId(7),
    )
    await tell(services, merged, merged)

    async with services.database.transaction() as tx:
        assert await face.recent_watches(tx, ViewerId(7), clock()) == []
        (watched,) = await face.recent_watches(tx, ViewerId(FAN), clock())
        assert (watched.video_id, watched.watch_ms) == (VIDEO, 5000)
        assert await eventlog.of_viewer(tx, 7) == []
        assert len(await eventlog.of_viewer(tx, FAN)) == 1


async def test_an_erased_person_leaves_counts_without_a_name(
    services: Services, viewer_of: Any, clock: HandClock
) -> None:
    """Export shows every row of every table; after erasure there is none, and the view stays."""
    await viewer_of(Player(FAN), VIDEO, 5000)

    async with services.database.transaction() as tx:
        before = await face.export_person(tx, FAN)
        assert {table: len(rows) for table, rows in before.items()} == {
            "infra_event": 1,
            "analytics_watch": 1,
            "analytics_pace": 1,
            "analytics_cap": 0,
        }
        await face.erase_person(tx, FAN)
        after = await face.export_person(tx, FAN)
        assert not any(after.values())
        assert (await face.counters(tx, [VIDEO]))[VIDEO].views == 1


@pytest.mark.feature("V134")
async def test_a_creator_sees_what_a_video_did(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """Totals, days and the retention curve; nobody else sees them."""
    me = await accounts.sign_up(client)
    from_me = [AccountId(from_text(me["account_id"]))]
    (video_id,) = await show(services, from_me, [Film()])
    client.cookies.clear()
    viewer = Viewer(client, services, clock)
    (item,) = await viewer.page()
    await viewer.watch(item, 5_000)
    await viewer.settle()
    address = f"/api/v1/videos/{to_text(video_id)}/insights"

    refused = await client.get(address)
    assert (refused.status_code, refused.json()["code"]) == (403, "identity.sign_in_needed")
    await accounts.sign_up(client)
    refused = await client.get(address)
    assert (refused.status_code, refused.json()["code"]) == (404, "analytics.no_insights")

    client.cookies.clear()
    await accounts.sign_in(client, me["handle"])
    found = (await client.get(address)).json()
    assert (found["views"], found["watch_ms"], found["average_watch_ms"]) == (1, 5000, 5000)
    assert found["finish_rate"] == 0
    assert [(day["date"], day["views"]) for day in found["days"]] == [("2026-03-02", 1)]
    assert found["retention"] == [1.0] * 11 + [0.0] * 10


async def test_events_go_over_http(client: AsyncTestClient[Any], services: Services) -> None:
    """Accepted, repeated and refused, by index and code."""
    bad = {"event_id": "x"}

    answer = await client.post("/api/v1/events", json={"events": [bad]})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "accepted": 0,
        "repeated": 0,
        "refused": [{"index": 0, "code": "analytics.malformed"}],
    }
    answer = await client.post("/api/v1/events", content=b"nonsense")
    assert (answer.status_code, answer.json()["code"]) == (422, "analytics.malformed_batch")
