"""Videos as callers read them: profile grids, hashtag and sound pages, and what stays out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.social import face
from nightmarket.domains.videos.values import Audience, VideoState
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import GuestId, VideoId, ViewerId, to_text
from tests.builders.accounts import account
from tests.builders.social import number_of, person, publish
from tests.builders.videos import Clip, video
from tests.fakes.clock import HandClock

QUERIES_FOR_AN_ACCOUNT = 8
QUERIES_FOR_A_GUEST = 6


def ids(found: Any) -> list[str]:
    """The ids of a page of videos."""
    return [one["video_id"] for one in found["items"]]


async def pin(services: Services, video_id: str, at_us: int) -> None:
    """Pin a video in its creator's grid."""
    async with services.database.transaction() as tx:
        await tx.run(
            "UPDATE videos_video SET pinned_at_us = %(at)s WHERE video_id = %(number)s",
            at=at_us,
            number=number_of(video_id),
        )


@pytest.mark.feature("V71")
async def test_a_profile_shows_pinned_videos_first_then_the_latest(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """Pins lead, the rest is newest first, and pages follow on."""
    creator, viewer = await person(client), await person(client)
    made = []
    for _ in range(5):
        clock.move(minutes=1)
        made.append(await publish(services, creator))
    await pin(services, made[1], 1)
    await publish(services, creator, Clip(state=VideoState.DRAFT))
    await publish(services, creator, Clip(audience=Audience.ONLY_ME))
    where = f"/profiles/{creator.handle}/videos"
    first = await viewer.ok("GET", where, params={"limit": 3})
    rest = await viewer.ok("GET", where, params={"limit": 3, "cursor": first["next_cursor"]})
    order = [made[1], made[4], made[3], made[2], made[0]]
    assert ids(first) + ids(rest) == order
    assert first["items"][0]["is_pinned"] is True
    one = first["items"][0]
    assert one["creator"]["handle"] == creator.handle
    assert one["deep_link"] == f"/@{creator.handle}/video/{made[1]}"
    assert one["counts"] == {"views": 0, "likes": 0, "comments": 0, "shares": 0, "saves": 0}


async def test_a_private_profile_shows_its_grid_to_followers_only(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """Strangers and guests get an empty grid and no video; followers both; a block says nobody."""
    creator, fan, stranger = await person(client), await person(client), await person(client)
    await fan.ok("PUT", f"/follows/{to_text(creator.account_id)}")
    video_id = await publish(services, creator)
    friends_only = await publish(services, creator, Clip(audience=Audience.FRIENDS))
    await creator.ok("PATCH", "/me", json={"is_private": True})
    where = f"/profiles/{creator.handle}/videos"
    assert ids(await stranger.ok("GET", where)) == []
    assert ids((await client.get("/api/v1" + where)).json()) == []
    assert ids(await fan.ok("GET", where)) == [video_id]
    for one in (video_id, friends_only):
        refusal = await stranger.refused("GET", f"/videos/{one}")
        assert refusal == (404, "videos.no_such_video")
    assert (await fan.ok("GET", f"/videos/{video_id}"))["you"]["following"] is True
    assert await fan.refused("GET", f"/videos/{friends_only}") == (404, "videos.no_such_video")
    await creator.ok("PUT", f"/blocks/{to_text(stranger.account_id)}")
    for handle in (creator.handle, "nobody.at.all"):
        refusal = await stranger.refused("GET", f"/profiles/{handle}/videos")
        assert refusal == (404, "identity.no_such_account")


@pytest.mark.feature("V17")
async def test_a_hashtag_page_lists_its_videos(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """The latest first, in every script, with what the caller did."""
    creator, viewer = await person(client), await person(client)
    made = []
    for number in range(3):
        clock.move(minutes=1)
        made.append(await publish(services, creator, Clip(caption=f"{number} #夜市 #Food")))
    await viewer.ok("PUT", f"/videos/{made[2]}/like")
    found = await viewer.ok("GET", "/hashtags/夜市/videos", params={"limit": 2})
    assert ids(found) == [made[2], made[1]]
    assert found["items"][0]["you"]["liked"] is True
    assert found["items"][0]["counts"]["likes"] == 1
    rest = await viewer.ok("GET", "/hashtags/food/videos", params={"cursor": found["next_cursor"]})
    assert ids(rest) == [made[0]]


@pytest.mark.feature("V19")
async def test_a_sound_page_lists_the_videos_that_use_it(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """A sound nobody uses has an empty page."""
    viewer = await person(client)
    assert ids(await viewer.ok("GET", "/sounds/12345/videos")) == []


@pytest.mark.feature("V82")
async def test_reposts_are_listed_on_the_profile(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """What somebody reposted is on their profile, unless the profile is private."""
    creator, fan, reader = await person(client), await person(client), await person(client)
    video_id = await publish(services, creator)
    await fan.ok("PUT", f"/videos/{video_id}/repost")
    where = f"/profiles/{fan.handle}/reposts"
    assert ids(await reader.ok("GET", where)) == [video_id]
    await fan.ok("PATCH", "/me", json={"is_private": True})
    assert ids(await reader.ok("GET", where)) == []


class Counting:
    """Counts the statements one connection executes."""

    def __init__(self) -> None:
        self.statements: list[str] = []


@asynccontextmanager
async def counted(tx: Tx, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Counting]:
    """Count what is executed on the transaction's connection while the block lasts."""
    counting = Counting()
    execute = psycopg.AsyncCursor.execute

    async def spy(self: Any, query: Any, *args: Any, **more: Any) -> Any:
        counting.statements.append(str(query)[:60])
        return await execute(self, query, *args, **more)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", spy)
    yield counting
    monkeypatch.undo()


@pytest.mark.parametrize("count", [1, 30])
async def test_the_number_of_queries_does_not_grow_with_the_list(
    tx: Tx, services: Services, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """One video or thirty by thirty people: the same queries, in the order asked for."""
    viewer = await account(tx, services)
    made = [await video(tx, services, await account(tx, services)) for _ in range(count)]
    wanted = [*made[::-1], VideoId(12345)]
    known = Subject(viewer_id=ViewerId(viewer), account_id=viewer)
    guest = Subject(viewer_id=ViewerId(7), guest_id=GuestId(7))
    for subject, allowed in ((known, QUERIES_FOR_AN_ACCOUNT), (guest, QUERIES_FOR_A_GUEST)):
        async with counted(tx, monkeypatch) as counting:
            found = await face.video_payloads(tx, wanted, subject)
        assert [one.video_id for one in found] == [to_text(number) for number in made[::-1]]
        assert len(counting.statements) == allowed, counting.statements
