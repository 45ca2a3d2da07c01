"""Likes, saves, reposts and shares over HTTP: once each, counted exactly, told once."""

from dataclasses import dataclass
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.videos.values import Audience
from nightmarket.infra.services import Services
from tests.builders.social import person, publish
from tests.builders.videos import Clip
from tests.fakes.clock import HandClock


async def told(services: Services, name: str) -> int:
    """How many facts of a name were published."""
    async with services.database.transaction() as tx:
        return (
            await tx.value(
                int, "SELECT count(*) FROM infra_outbox WHERE name = %(name)s", name=name
            )
            or 0
        )


@dataclass(frozen=True, slots=True)
class Case:
    """One reaction: its route, its count, its mark, and the facts it tells."""

    route: str
    count: str
    mark: str
    given: str
    taken: str


LIKE = Case("like", "likes", "liked", "social.liked", "social.unliked")
SAVE = Case("save", "saves", "saved", "social.saved", "social.unsaved")
REPOST = Case("repost", "reposts", "reposted", "social.reposted", "social.unreposted")


@pytest.mark.feature("V81")
@pytest.mark.parametrize(
    "case",
    [LIKE, SAVE, pytest.param(REPOST, marks=pytest.mark.feature("V82"))],
    ids=lambda case: case.route,
)
async def test_a_reaction_counts_once_and_is_told_once(
    client: AsyncTestClient[Any], services: Services, case: Case
) -> None:
    """Given twice and taken back twice, a reaction counts one and then none."""
    creator, viewer = await person(client), await person(client)
    video_id = await publish(services, creator)
    for _ in range(2):
        standing = await viewer.ok("PUT", f"/videos/{video_id}/{case.route}")
        assert (standing[case.mark], standing["counts"][case.count]) == (True, 1)
    assert (await viewer.ok("GET", f"/videos/{video_id}"))["you"][case.mark] is True
    assert (await creator.ok("GET", f"/videos/{video_id}"))["you"][case.mark] is False
    for _ in range(2):
        standing = await viewer.ok("DELETE", f"/videos/{video_id}/{case.route}")
        assert (standing[case.mark], standing["counts"][case.count]) == (False, 0)
    assert (await told(services, case.given), await told(services, case.taken)) == (1, 1)


@pytest.mark.feature("V81")
async def test_a_guest_is_asked_to_sign_in(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """A guest's like is refused and nothing is counted."""
    creator = await person(client)
    video_id = await publish(services, creator)
    answer = await client.put(f"/api/v1/videos/{video_id}/like")
    assert (answer.status_code, answer.json()["code"]) == (403, "identity.sign_in_needed")
    assert (await creator.ok("GET", f"/videos/{video_id}"))["counts"]["likes"] == 0


@pytest.mark.feature("V81")
async def test_what_cannot_be_seen_cannot_be_liked_and_says_so_alike(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """A private video, one of a blocked creator and one that never was answer the same."""
    creator, viewer = await person(client), await person(client)
    private = await publish(services, creator, Clip(audience=Audience.ONLY_ME))
    public = await publish(services, creator)
    await viewer.ok("PUT", f"/videos/{public}/like")
    await creator.ok(
        "PUT", f"/blocks/{(await viewer.ok('GET', '/session'))['account']['account_id']}"
    )
    for video_id in (private, public, "1234567"):
        refusal = await viewer.call("PUT", f"/videos/{video_id}/save")
        assert refusal.status_code == 404
        assert refusal.json()["code"] == "videos.no_such_video"
        assert refusal.json()["detail"] == "no such video"
    assert (await viewer.ok("DELETE", f"/videos/{public}/like"))["liked"] is False


@pytest.mark.feature("V82")
async def test_only_what_everyone_may_see_can_be_reposted(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """A video for followers is watched by a follower and not reposted."""
    creator, fan = await person(client), await person(client)
    me = (await creator.ok("GET", "/session"))["account"]
    await fan.ok("PUT", f"/follows/{me['account_id']}")
    video_id = await publish(services, creator, Clip(audience=Audience.FOLLOWERS))
    await fan.ok("PUT", f"/videos/{video_id}/like")
    refusal = await fan.refused("PUT", f"/videos/{video_id}/repost")
    assert refusal == (403, "social.reactions_closed")


@pytest.mark.feature("V81")
async def test_collections_keep_what_was_saved(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """A save may go into collections; un-saving empties them, dropping one keeps the save."""
    creator, viewer, other = await person(client), await person(client), await person(client)
    first, second = await publish(services, creator), await publish(services, creator)
    made = await viewer.ok("POST", "/collections", json={"title": "  To   cook "})
    assert (made["title"], made["videos_count"], made["cover_url"]) == ("To cook", 0, None)
    for video_id in (first, second):
        clock.move(seconds=1)
        await viewer.ok(
            "PUT", f"/videos/{video_id}/save", json={"collection_id": made["collection_id"]}
        )
    (listed,) = (await viewer.ok("GET", "/collections"))["items"]
    assert listed["videos_count"] == 2
    assert listed["cover_url"].endswith("cover-small.webp")
    inside = await viewer.ok("GET", f"/collections/{made['collection_id']}/videos")
    assert [one["video_id"] for one in inside["items"]] == [second, first]
    place = f"/collections/{made['collection_id']}"
    assert await other.refused("GET", place + "/videos") == (404, "social.no_such_collection")
    assert (await viewer.ok("PATCH", place, json={"title": "Soups"}))["title"] == "Soups"
    assert await other.refused("DELETE", f"{place}/videos/{first}") == (
        404,
        "social.no_such_collection",
    )
    await viewer.ok("DELETE", f"{place}/videos/{second}")
    inside = await viewer.ok("GET", place + "/videos")
    assert [one["video_id"] for one in inside["items"]] == [first]
    assert len((await viewer.ok("GET", "/me/saves"))["items"]) == 2
    await viewer.ok("PUT", f"/videos/{second}/save", json={"collection_id": made["collection_id"]})
    await viewer.ok("DELETE", f"/videos/{first}/save")
    inside = await viewer.ok("GET", place + "/videos")
    assert [one["video_id"] for one in inside["items"]] == [second]
    await viewer.ok("DELETE", place)
    saves = await viewer.ok("GET", "/me/saves")
    assert [one["video_id"] for one in saves["items"]] == [second]


@pytest.mark.feature("V81")
async def test_liked_videos_are_listed_in_pages_the_latest_first(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """Pages follow on without gap or repeat; what became private is left out."""
    creator, viewer = await person(client), await person(client)
    made = [await publish(services, creator) for _ in range(5)]
    for video_id in made:
        clock.move(seconds=1)
        await viewer.ok("PUT", f"/videos/{video_id}/like")
    seen, cursor = [], None
    while True:
        found = await viewer.ok("GET", "/me/likes", params={"limit": 2, "cursor": cursor or ""})
        seen += [one["video_id"] for one in found["items"]]
        cursor = found["next_cursor"]
        if cursor is None:
            break
    assert seen == made[::-1]


@pytest.mark.feature("V91")
async def test_shares_are_counted_and_an_echo_is_not(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """Guests share too; a second tap within half a minute is the same share."""
    creator = await person(client)
    video_id = await publish(services, creator)
    place = f"/api/v1/videos/{video_id}/shares"
    for _ in range(2):
        answer = await client.post(place, json={"channel": "link"})
        assert (answer.status_code, answer.json()) == (200, {"shares": 1})
    answer = await client.post(place, json={"channel": "qr"})
    assert answer.json() == {"shares": 2}
    clock.move(minutes=1)
    assert (await client.post(place, json={"channel": "link"})).json() == {"shares": 3}
    refusal = await client.post(place, json={"channel": "telegraph"})
    assert (refusal.status_code, refusal.json()["code"]) == (422, "social.unknown_channel")
    assert (await creator.ok("GET", f"/videos/{video_id}"))["counts"]["shares"] == 3
    assert await told(services, "social.shared") == 3
