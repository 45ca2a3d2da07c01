"""What those whom one follows reposted is in Following, marked, and nothing else gets in with it."""

from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.videos.values import Audience
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import VideoId, to_text
from tests.builders.feed import Film, Viewer, makers, show
from tests.builders.social import Person, person
from tests.fakes.clock import HandClock


async def following(me: Person, **asked: Any) -> list[tuple[str, str | None]]:
    """My Following tab: each video with the handle of who reposted it."""
    page = await me.ok("GET", "/feed", params={"tab": "following", **asked})
    return [
        (item["video"]["video_id"], item["reposted_by"] and item["reposted_by"]["handle"])
        for item in page["items"]
    ]


async def follow(me: Person, other: Person) -> None:
    """Follow somebody."""
    await me.ok("PUT", f"/follows/{to_text(other.account_id)}")


def texts(made: list[VideoId]) -> list[str]:
    """Ids as the API writes them."""
    return [to_text(one) for one in made]


@pytest.mark.feature("V2", "V82")
async def test_a_repost_stands_where_it_was_made_and_says_by_whom(
    services: Services, viewer: Viewer, clock: HandClock
) -> None:
    """Each video once, by who reposted it last; my own, and films of whom I follow, stay theirs."""
    client: AsyncTestClient[Any] = viewer.client
    me, ada, bob = await person(client), await person(client), await person(client)
    await follow(me, ada)
    await follow(me, bob)
    strangers = await makers(services, 1)
    film = texts(await show(services, [*strangers, ada.account_id, me.account_id], [Film()] * 3))
    (adas,) = texts(await show(services, [ada.account_id], [Film()]))
    (mine,) = texts(await show(services, [me.account_id], [Film()]))

    async def repost(who: Person, video_id: str) -> None:
        clock.move(minutes=1)
        await who.ok("PUT", f"/videos/{video_id}/repost")

    await repost(ada, film[0])
    await repost(bob, film[1])
    await repost(bob, film[0])
    await repost(bob, adas)
    await repost(bob, mine)
    (newest,) = texts(await show(services, [ada.account_id], [Film()]))

    wanted = [(newest, None), (film[0], bob.handle), (film[1], bob.handle), (adas, None)]
    assert await following(me) == wanted
    page = await me.ok("GET", "/feed", params={"tab": "following"})
    reason = {"code": "reposted", "words": "Somebody you follow reposted it"}
    assert page["items"][1]["reason"] == reason

    found, cursor = [], ""
    for _ in range(4):
        page = await me.ok(
            "GET", "/feed", params={"tab": "following", "limit": 1, "cursor": cursor}
        )
        found += [item["video"]["video_id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert found == [video_id for video_id, _ in wanted]
    rest = await me.ok("GET", "/feed", params={"tab": "following", "cursor": cursor})
    assert rest["items"] == []

    await bob.ok("DELETE", f"/videos/{film[1]}/repost")
    assert film[1] not in [video_id for video_id, _ in await following(me)]


@pytest.mark.feature("V2", "V82", "V130")
async def test_a_repost_opens_no_door(services: Services, viewer: Viewer) -> None:
    """Blocked makers, muted reposters, films that are no longer for everyone: none of it comes."""
    client: AsyncTestClient[Any] = viewer.client
    me, ada, maker = await person(client), await person(client), await person(client)
    await follow(me, ada)
    films = texts(await show(services, [maker.account_id], [Film(), Film()]))
    for video_id in films:
        await ada.ok("PUT", f"/videos/{video_id}/repost")
    assert sorted(await following(me)) == sorted((one, ada.handle) for one in films)
    assert await me.ok("GET", "/feed", params={"tab": "friends"}) | {"request_id": ""} == {
        "items": [],
        "next_cursor": None,
        "starts_over": False,
        "is_personalised": True,
        "why_not_personalised": None,
        "request_id": "",
    }

    async with services.database.transaction() as tx:  # The feed's index has not heard of it.
        await tx.run(
            "UPDATE videos_video SET audience = %(audience)s WHERE video_id = %(video_id)s",
            audience=Audience.FOLLOWERS.value,
            video_id=(await tx.value(int, "SELECT min(video_id) FROM videos_video")),
        )
    assert await following(me) == [(films[1], ada.handle)]

    await me.ok("PUT", f"/mutes/{to_text(ada.account_id)}")
    assert await following(me) == []
    await me.ok("DELETE", f"/mutes/{to_text(ada.account_id)}")
    assert len(await following(me)) == 1
    await maker.ok("PUT", f"/blocks/{to_text(me.account_id)}")
    assert await following(me) == []
