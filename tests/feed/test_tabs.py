"""Following and Friends are chronological, Explore is the same for everybody, off is off."""

from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.videos.values import Audience
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, from_text, to_text
from tests.builders import accounts
from tests.builders.app import visit
from tests.builders.feed import Film, Viewer, makers, show
from tests.fakes.clock import HandClock


async def follow(client: AsyncTestClient[Any], creator: AccountId) -> None:
    """Follow somebody as the signed-in account."""
    answer = await client.put(f"/api/v1/follows/{to_text(creator)}")
    assert answer.status_code < 300, answer.text


@pytest.mark.feature("V2")
async def test_following_is_newest_first_and_ends(services: Services, viewer: Viewer) -> None:
    """Only whom one follows, over pages without a repeat; films for followers are among them."""
    creators = await makers(services, 3)
    films = [
        Film(maker=number % 3, audience=Audience.FOLLOWERS if number == 4 else Audience.EVERYONE)
        for number in range(12)
    ]
    made = await show(services, creators, films)
    await accounts.sign_up(viewer.client)
    await follow(viewer.client, creators[0])
    await follow(viewer.client, creators[1])

    first = await viewer.ids(tab="following", limit=5)
    second = await viewer.ids(tab="following", limit=5)

    wanted = [made[number] for number in range(11, -1, -1) if number % 3 != 2]
    assert first + second == wanted
    assert viewer.cursor is None


@pytest.mark.feature("V2")
async def test_following_reaches_the_oldest(services: Services, viewer: Viewer) -> None:
    """A creator with many videos shows all of them in the end."""
    creators = await makers(services, 1)
    made = await show(services, creators, [Film() for _ in range(45)])
    await accounts.sign_up(viewer.client)
    await follow(viewer.client, creators[0])

    found = [number for _ in range(3) for number in await viewer.ids(tab="following", limit=20)]

    assert found == made[::-1]


@pytest.mark.feature("V3")
async def test_friends_shows_who_follows_back(services: Services, viewer: Viewer) -> None:
    """Films for friends too; somebody who does not follow back is not there."""
    creators = await makers(services, 2)
    me = await accounts.sign_up(viewer.client)
    for creator in creators:
        await follow(viewer.client, creator)
    async with services.database.transaction() as tx:
        await tx.run(
            "INSERT INTO identity_follow (follower_id, followee_id, market, state, since_us) "
            "VALUES (%(a)s, %(b)s, 'us', 'accepted', 1)",
            a=creators[0],
            b=from_text(me["account_id"]),
        )
    for_friends = Film(maker=0, audience=Audience.FRIENDS)
    made = await show(services, creators, [for_friends, Film(maker=0), Film(maker=1)])

    assert await viewer.ids(tab="friends") == [made[1], made[0]]


@pytest.mark.feature("V2")
@pytest.mark.parametrize("tab", ["following", "friends"])
async def test_a_guest_signs_in_to_follow(viewer: Viewer, tab: str) -> None:
    """The tab says so, with a stable code."""
    answer = await viewer.client.get("/api/v1/feed", params={"tab": tab})

    assert answer.status_code == 403
    assert answer.json()["code"] == "identity.sign_in_needed"


@pytest.mark.feature("V6")
async def test_explore_is_a_grid_everybody_shares(services: Services, viewer: Viewer) -> None:
    """Two strangers of one market see the same, page by page, each video once."""
    creators = await makers(services, 4)
    made = await show(services, creators, [Film(maker=number % 4) for number in range(20)])

    async def grid(client: AsyncTestClient[Any]) -> list[str]:
        found: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            answer = await client.get("/api/v1/explore", params={"limit": 8, "cursor": cursor})
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += [video["video_id"] for video in page["items"]]
            cursor = page["next_cursor"]
            assert len(page["impressions"]) == len(page["items"])
        return found

    async with visit(services) as other:
        other.headers["accept-language"] = "en-US"
        mine, theirs = await grid(viewer.client), await grid(other)

    assert mine == theirs
    assert sorted(from_text(text) for text in mine) == sorted(made)


@pytest.mark.feature("V8")
async def test_switched_off_is_the_same_for_everybody(
    services: Services, viewer: Viewer, clock: HandClock
) -> None:
    """Nothing personal is read or learned: what was watched changes nothing, and no row tells."""
    creators = await makers(services, 5)
    films = [
        Film(maker=number % 5, tags=("fractal" if number % 2 else "song",)) for number in range(40)
    ]
    await show(services, creators, films)
    for item in await viewer.page():
        await viewer.watch(item, 10_000 if item["video"]["hashtags"] == ["fractal"] else 500)
    await viewer.settle()

    answer = await viewer.client.put(
        "/api/v1/feed/personalisation", json={"is_personalised": False}
    )
    assert answer.json() == {"is_personalised": False}
    viewer.cursor = None
    mine = await viewer.ids(limit=20)
    assert viewer.pages[-1]["is_personalised"] is False
    assert viewer.pages[-1]["why_not_personalised"] == "switched_off"

    async with visit(services) as client:
        client.headers["accept-language"] = "en-US"
        other = Viewer(client, services, clock)
        await client.put("/api/v1/feed/personalisation", json={"is_personalised": False})
        assert await other.ids(limit=20) == mine
        assert not set(mine) & set(await other.ids(limit=20))
        reasons = {item["reason"]["code"] for item in other.pages[0]["items"]}
        assert reasons <= {"quality", "popularity", "freshness", "your_language", "your_market"}
        me = from_text((await client.get("/api/v1/session")).json()["guest"]["guest_id"])
        item = other.pages[0]["items"][0]
        await other.watch(item, 5000)
        await other.settle()

    async with services.database.transaction() as tx:
        for table in ("infra_event", "analytics_watch", "feed_request"):
            sql = f"SELECT count(*) FROM {table} WHERE viewer_id = %(me)s"  # noqa: S608
            assert await tx.value(int, sql, me=me) == 0, table


@pytest.mark.feature("V8")
async def test_a_minor_is_not_profiled_where_the_market_forbids_it(
    services: Services, viewer: Viewer
) -> None:
    """The page names the rule, and switching on is refused by it."""
    creators = await makers(services, 2)
    await show(services, creators, [Film(maker=0), Film(maker=1)])
    await accounts.sign_up(viewer.client, market="de", language="de", birth_date="2009-01-01")

    assert len(await viewer.page()) == 2
    assert viewer.pages[0]["is_personalised"] is False
    assert viewer.pages[0]["why_not_personalised"] == "de.no_profiling_of_minors"
    answer = await viewer.client.put("/api/v1/feed/personalisation", json={"is_personalised": True})
    assert answer.status_code == 403, answer.text
    assert answer.json()["rule"] == "de.no_profiling_of_minors"
