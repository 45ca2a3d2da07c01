"""Profiles, follows, private accounts, blocks and mutes, over HTTP."""

from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.entry.drain import drain
from nightmarket.events.moderation import ContentDecided
from nightmarket.events.social import Liked, Unliked
from nightmarket.events.videos import VideoPublished, VideoRemoved
from nightmarket.infra import outbox
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, VideoId, from_text
from tests.builders.accounts import sign_up
from tests.fakes.clock import HandClock

Client = AsyncTestClient[Any]


class People:
    """Two people and who is at the keyboard."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.tokens: dict[str, str] = {}
        self.ids: dict[str, str] = {}

    async def join(self, *handles: str, **given: Any) -> None:
        """Sign people up; nobody is at the keyboard afterwards."""
        for handle in handles:
            self.client.cookies.clear()
            me = await sign_up(self.client, handle=handle, **given)
            self.tokens[handle] = self.client.cookies["nm_session"]
            self.ids[handle] = me["account_id"]
        self.client.cookies.clear()

    def be(self, handle: str) -> Client:
        """Put somebody at the keyboard; empty: a guest."""
        self.client.cookies.clear()
        if handle:
            self.client.cookies.set("nm_session", self.tokens[handle])
        return self.client

    async def sees(self, viewer: str, handle: str) -> dict[str, Any]:
        """How somebody sees a profile."""
        answer = await self.be(viewer).get(f"/api/v1/profiles/{handle}")
        found: dict[str, Any] = answer.json()
        return found

    async def follow(self, follower: str, followee: str) -> dict[str, Any]:
        answer = await self.be(follower).put(f"/api/v1/follows/{self.ids[followee]}")
        found: dict[str, Any] = answer.json()
        return found

    async def names(self, viewer: str, path: str) -> list[str]:
        """The handles of a list."""
        answer = await self.be(viewer).get(path)
        assert answer.status_code == 200, answer.text
        return [item["handle"] for item in answer.json()["items"]]


@pytest.fixture
def people(client: Client) -> People:
    return People(client)


async def events(services: Services) -> list[str]:
    async with services.database.transaction() as tx:
        return await tx.column(str, "SELECT name FROM infra_outbox ORDER BY seq")


async def test_following_counts_and_tells(people: People, services: Services) -> None:
    """Twice is once; counts move on both sides; unfollowing takes back."""
    await people.join("mia", "ben")
    assert await people.follow("mia", "ben") == {"you_follow": "yes"}
    assert await people.follow("mia", "ben") == {"you_follow": "yes"}

    ben = await people.sees("mia", "ben")
    assert (ben["you_follow"], ben["follows_you"], ben["counts"]["followers"]) == ("yes", False, 1)
    assert (await people.sees("ben", "mia"))["follows_you"] is True
    assert (await people.sees("", "mia"))["counts"]["following"] == 1
    assert await people.names("", "/api/v1/profiles/ben/followers") == ["mia"]
    assert await people.names("ben", "/api/v1/profiles/mia/following") == ["ben"]

    await people.be("mia").delete(f"/api/v1/follows/{people.ids['ben']}")
    await people.be("mia").delete(f"/api/v1/follows/{people.ids['ben']}")
    assert (await people.sees("mia", "ben"))["counts"]["followers"] == 0
    told = [name for name in await events(services) if "follow" in name]
    assert told == ["account.followed", "account.unfollowed"]

    itself = await people.be("mia").put(f"/api/v1/follows/{people.ids['mia']}")
    assert itself.json()["code"] == "identity.not_yourself"
    nobody = await people.be("mia").put("/api/v1/follows/zzz")
    assert (nobody.status_code, nobody.json()["code"]) == (404, "identity.no_such_account")


@pytest.mark.feature("V96")
async def test_a_private_account_is_asked(people: People, services: Services) -> None:
    """A request changes nothing until it is accepted; turned down, nobody is told."""
    await people.join("mia", "ben", "eve")
    await people.be("ben").patch("/api/v1/me", json={"is_private": True})

    assert await people.follow("mia", "ben") == {"you_follow": "requested"}
    assert await people.follow("eve", "ben") == {"you_follow": "requested"}
    seen = await people.sees("mia", "ben")
    assert (seen["you_follow"], seen["may_see_content"], seen["counts"]["followers"]) == (
        "requested",
        False,
        0,
    )
    closed = await people.be("mia").get("/api/v1/profiles/ben/followers")
    assert (closed.status_code, closed.json()["code"]) == (403, "identity.account_private")
    assert await people.names("ben", "/api/v1/follow-requests") == ["eve", "mia"]

    answer = f"/api/v1/follow-requests/{people.ids['mia']}"
    assert (await people.be("ben").post(answer, json={"accept": True})).status_code == 204
    no = f"/api/v1/follow-requests/{people.ids['eve']}"
    assert (await people.be("ben").post(no, json={"accept": False})).status_code == 204
    again = await people.be("ben").post(no, json={"accept": True})
    assert (again.status_code, again.json()["code"]) == (404, "identity.no_such_request")

    assert (await people.sees("mia", "ben"))["may_see_content"] is True
    assert (await people.sees("eve", "ben"))["you_follow"] == "no"
    assert await people.names("mia", "/api/v1/profiles/ben/followers") == ["mia"]
    told = [name for name in await events(services) if "follow" in name]
    assert told == ["account.follow_requested", "account.follow_requested", "account.followed"]


@pytest.mark.feature("V96")
async def test_opening_a_private_account_lets_everybody_in(people: People) -> None:
    """Whoever waits follows from then on; a follower can be sent away without a block."""
    await people.join("mia", "ben")
    await people.be("ben").patch("/api/v1/me", json={"is_private": True})
    await people.follow("mia", "ben")
    await people.be("ben").patch("/api/v1/me", json={"is_private": False})
    seen = await people.sees("mia", "ben")
    assert (seen["you_follow"], seen["counts"]["followers"]) == ("yes", 1)

    await people.be("ben").delete(f"/api/v1/followers/{people.ids['mia']}")
    assert (await people.sees("mia", "ben"))["counts"]["followers"] == 0


@pytest.mark.feature("V130")
async def test_a_block_ends_everything_both_ways(people: People, services: Services) -> None:
    """The blocked one sees nobody there; follows end; unblocking does not bring them back."""
    await people.join("mia", "ben")
    await people.follow("mia", "ben")
    await people.follow("ben", "mia")

    assert (await people.be("mia").put(f"/api/v1/blocks/{people.ids['ben']}")).status_code == 204
    gone = await people.sees("ben", "mia")
    assert (gone["code"], gone["detail"]) == ("identity.no_such_account", "no such account")
    assert (await people.follow("ben", "mia"))["code"] == "identity.no_such_account"
    assert (await people.follow("mia", "ben"))["code"] == "identity.no_such_account"
    seen = await people.sees("mia", "ben")
    assert (seen["you_block"], seen["may_see_content"]) == (True, False)
    assert (seen["counts"]["followers"], seen["counts"]["following"]) == (0, 0)
    assert await people.names("mia", "/api/v1/blocks") == ["ben"]
    told = await events(services)
    assert (told.count("account.unfollowed"), told.count("account.blocked")) == (2, 1)

    assert (await people.be("mia").delete(f"/api/v1/blocks/{people.ids['ben']}")).status_code == 204
    assert (await people.sees("ben", "mia"))["you_follow"] == "no"


@pytest.mark.feature("V130")
async def test_a_mute_is_known_to_nobody_else(people: People) -> None:
    """The muted one sees everything as before."""
    await people.join("mia", "ben")
    before = await people.sees("ben", "mia")
    assert (await people.be("mia").put(f"/api/v1/mutes/{people.ids['ben']}")).status_code == 204
    assert await people.sees("ben", "mia") == before
    assert (await people.sees("mia", "ben"))["you_mute"] is True
    assert await people.names("mia", "/api/v1/mutes") == ["ben"]
    assert (await people.be("mia").delete(f"/api/v1/mutes/{people.ids['ben']}")).status_code == 204
    assert await people.names("mia", "/api/v1/mutes") == []


async def test_lists_come_in_pages(people: People, clock: HandClock) -> None:
    """Newest first, two at a time, each once."""
    await people.join("star", "a1", "a2", "a3")
    for follower in ("a1", "a2", "a3"):
        clock.move(seconds=1)
        await people.follow(follower, "star")
    first = (await people.be("").get("/api/v1/profiles/star/followers?limit=2")).json()
    assert [item["handle"] for item in first["items"]] == ["a3", "a2"]
    path = f"/api/v1/profiles/star/followers?limit=2&cursor={first['next_cursor']}"
    rest = (await people.be("").get(path)).json()
    assert [item["handle"] for item in rest["items"]] == ["a1"]
    assert rest["next_cursor"] is None
    wrong = await people.be("").get("/api/v1/profiles/star/followers?cursor=xx")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "page.malformed_cursor")


@pytest.mark.feature("V93")
async def test_a_profile_says_what_its_owner_says(people: People, services: Services) -> None:
    """Name, bio and links; one wrong part and nothing changes; the event carries all of it."""
    await people.join("mia")
    wish = {"name": "Mia Lee", "bio": "night owl", "links": ["https://mia.example.org"]}
    me = (await people.be("mia").patch("/api/v1/me", json=wish)).json()
    assert {key: me[key] for key in wish} == wish
    refused = await people.be("mia").patch(
        "/api/v1/me", json={"name": "Other", "links": ["http://plain.example.org"]}
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "identity.profile_malformed")
    assert refused.json()["facts"] == {"field": "links"}
    seen = await people.sees("", "mia")
    assert (seen["name"], seen["links"], seen["is_you"]) == ("Mia Lee", wish["links"], False)
    assert (await events(services)).count("account.profile_changed") == 1


@pytest.mark.feature("V125")
async def test_a_removed_profile_shows_its_handle_only(people: People, services: Services) -> None:
    """Words, links and picture go when moderation says so; other decisions leave them."""
    await people.join("mia")
    wish = {"name": "Rude", "bio": "rude words", "links": ["https://rude.example.org"]}
    await people.be("mia").patch("/api/v1/me", json=wish)

    async def decide(decision: str) -> dict[str, Any]:
        mia = AccountId(from_text(people.ids["mia"]))
        fact = ContentDecided(
            event_id=services.ids(), occurred_at=services.clock(), market="us", ref_kind="profile",
            ref_id=mia, owner_id=mia, decision=decision, policy="harassment", statement_id=None,
        )  # fmt: skip
        async with services.database.transaction() as tx:
            await outbox.publish(tx, fact)
        await drain(services)
        return await people.sees("", "mia")

    assert (await decide("demote"))["bio"] == "rude words"
    bare = await decide("remove")
    assert (bare["name"], bare["bio"], bare["links"], bare["avatar_url"]) == ("mia", "", [], None)
    assert (await decide("remove"))["handle"] == "mia"


async def test_a_handle_given_up_still_finds_its_owner(people: People, clock: HandClock) -> None:
    """Links go on working, nobody else gets it for a month, and it changes once a fortnight."""
    await people.join("mia", "ben")
    assert (
        await people.be("mia").patch("/api/v1/me", json={"handle": "mia.lee"})
    ).status_code == 200
    assert (await people.sees("", "mia"))["handle"] == "mia.lee"
    taken = await people.be("ben").patch("/api/v1/me", json={"handle": "mia"})
    assert (taken.status_code, taken.json()["code"]) == (409, "identity.handle_taken")
    used = await people.be("ben").patch("/api/v1/me", json={"handle": "mia.lee"})
    assert used.json()["code"] == "identity.handle_taken"
    soon = await people.be("mia").patch("/api/v1/me", json={"handle": "mia_lee"})
    assert (soon.status_code, soon.json()["code"]) == (429, "identity.handle_changed_lately")

    clock.move(days=31)
    assert (await people.be("ben").patch("/api/v1/me", json={"handle": "mia"})).status_code == 200
    assert (await people.sees("", "mia"))["account_id"] == people.ids["ben"]


async def test_a_profile_counts_videos_and_likes(people: People, services: Services) -> None:
    """Folded from events, each once; a removed video takes its likes with it."""
    await people.join("mia")
    mia = AccountId(from_text(people.ids["mia"]))
    now = services.clock()

    def fact(kind: type[Any], **more: Any) -> Any:
        ids: dict[str, Any] = {"event_id": services.ids(), "occurred_at": now, "market": "us"}
        return kind(**ids, creator_id=mia, **more)

    def published(video: int) -> Any:
        snapshot: dict[str, Any] = {
            "caption": "", "hashtags": (), "mentions": (), "language": "en", "sound_id": None,
            "duration_ms": 1000, "audience": "everyone", "ai_label": "none",
            "content_level": "general", "published_at_us": 1,
        }  # fmt: skip
        return fact(VideoPublished, video_id=VideoId(video), **snapshot)

    def react(kind: type[Any]) -> Any:
        return fact(kind, video_id=VideoId(5), account_id=AccountId(9))

    async def happen(*facts: Any) -> dict[str, int]:
        async with services.database.transaction() as tx:
            for fact in facts:
                await outbox.publish(tx, fact)
        await drain(services)
        counts: dict[str, int] = (await people.sees("", "mia"))["counts"]
        return counts

    counts = await happen(published(5), published(6), published(5), react(Liked))
    assert (counts["videos"], counts["likes"]) == (2, 1)
    counts = await happen(react(Liked), react(Unliked))
    assert (counts["videos"], counts["likes"]) == (2, 1)
    removed = fact(VideoRemoved, video_id=VideoId(5), reason="deleted")
    counts = await happen(removed, removed)
    assert (counts["videos"], counts["likes"]) == (1, 0)
