"""Comments over HTTP: threads, mentions, likes, pins, edits, deletion, who may, how fast."""

from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.videos.values import Audience
from nightmarket.entry.drain import drain
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import to_text
from tests.builders.social import Person, number_of, person, publish
from tests.builders.videos import Clip
from tests.fakes.clock import HandClock

pytestmark = pytest.mark.feature("V83")


async def write(
    who: Person, video_id: str, text: str, parent: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Write a comment, an answer when `parent` is given."""
    data = {"text": text} | ({"parent_id": parent["comment_id"]} if parent else {})
    written: dict[str, Any] = await who.ok("POST", f"/videos/{video_id}/comments", json=data)
    return written


async def texts(who: Person, video_id: str, **params: Any) -> list[str]:
    """The words of a video's threads, as somebody reads them."""
    found = await who.ok("GET", f"/videos/{video_id}/comments", params=params)
    return [one["text"] for one in found["items"]]


async def count(who: Person, video_id: str) -> int:
    """How many comments the video says it has."""
    number: int = (await who.ok("GET", f"/videos/{video_id}"))["counts"]["comments"]
    return number


async def allow(services: Services, video_id: str, commenters: str) -> None:
    """Let other people comment."""
    async with services.database.transaction() as tx:
        await tx.run(
            "UPDATE videos_video SET allow_comments = %(who)s WHERE video_id = %(number)s",
            who=commenters,
            number=number_of(video_id),
        )


async def test_a_thread_is_one_level_deep_and_remembers_who_was_answered(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """An answer to an answer stands in the same thread; the answered author hears a reply."""
    creator, ann, ben = await person(client), await person(client), await person(client)
    video_id = await publish(services, creator)
    first = await write(ann, video_id, "Where is this?")
    second = await write(ben, video_id, "In Taipei", first)
    third = await write(ann, video_id, "Thank you!", second)
    assert (second["parent_id"], third["parent_id"]) == (first["comment_id"],) * 2
    assert third["reply_to_id"] == second["comment_id"]
    found = await creator.ok("GET", f"/comments/{first['comment_id']}/replies")
    assert [one["text"] for one in found["items"]] == ["In Taipei", "Thank you!"]
    (top,) = (await creator.ok("GET", f"/videos/{video_id}/comments"))["items"]
    assert (top["text"], top["replies_count"]) == ("Where is this?", 2)
    assert await count(creator, video_id) == 3
    await drain(services)
    kinds = {
        who.handle: [one["kind"] for one in (await who.ok("GET", "/inbox"))["items"]]
        for who in (creator, ann, ben)
    }
    assert kinds == {creator.handle: ["comment"], ann.handle: ["reply"], ben.handle: ["reply"]}


async def test_mentions_name_people_that_are_there(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """Handles are resolved once; unknown and blocked ones stay plain words."""
    creator, ann, ben = await person(client), await person(client), await person(client)
    video_id = await publish(services, creator)
    await ben.ok("PUT", f"/blocks/{to_text(ann.account_id)}")
    written = await write(
        ann, video_id, f"@{creator.handle} and @{ben.handle.upper()} and @nobody.here look"
    )
    assert written["mentions"] == [
        {"handle": creator.handle, "account_id": to_text(creator.account_id)}
    ]


@pytest.mark.feature("V86")
async def test_liking_a_comment_and_the_creators_badge(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """Likes count once; the creator's own shows as a badge and goes with it."""
    creator, ann = await person(client), await person(client)
    video_id = await publish(services, creator)
    place = f"/comments/{(await write(ann, video_id, 'Delicious'))['comment_id']}/like"

    async def seen() -> tuple[int, bool, bool]:
        (one,) = (await creator.ok("GET", f"/videos/{video_id}/comments"))["items"]
        return one["likes_count"], one["liked_by_creator"], one["you"]["liked"]

    for who in (ann, ann, creator):
        await who.ok("PUT", place)
    assert await seen() == (2, True, True)
    for _ in range(2):
        await creator.ok("DELETE", place)
    assert await seen() == (1, False, False)


@pytest.mark.feature("V84")
async def test_one_comment_is_pinned_and_stands_first(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """Only the creator pins; a second pin replaces the first; answers cannot be pinned."""
    creator, ann = await person(client), await person(client)
    video_id = await publish(services, creator)
    made = []
    for number in range(3):
        clock.move(seconds=1)
        made.append(await write(ann, video_id, f"comment {number}"))
    answer = await write(ann, video_id, "an answer", made[0])
    pin = "/comments/{}/pin"
    assert await ann.refused("PUT", pin.format(made[0]["comment_id"])) == (
        404,
        "social.no_such_comment",
    )
    for one in made[:2]:
        await creator.ok("PUT", pin.format(one["comment_id"]))
    found = (await ann.ok("GET", f"/videos/{video_id}/comments"))["items"]
    assert [one["text"] for one in found if one["is_pinned"]] == ["comment 1"]
    assert found[0]["text"] == "comment 1"
    refusal = await creator.refused("PUT", pin.format(answer["comment_id"]))
    assert refusal == (409, "social.not_pinnable")
    await creator.ok("DELETE", pin.format(made[1]["comment_id"]))
    assert not any(
        one["is_pinned"] for one in (await ann.ok("GET", f"/videos/{video_id}/comments"))["items"]
    )


@pytest.mark.feature("V84")
async def test_author_creator_and_moderator_delete_and_others_do_not(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """What is deleted is gone with its answers, and the count is exact."""
    creator, ann, ben = await person(client), await person(client), await person(client)
    moderator = await person(client)
    async with services.database.transaction() as tx:
        await tx.run(
            "UPDATE identity_account SET roles = '{moderator}' WHERE account_id = %(number)s",
            number=moderator.account_id,
        )
    video_id = await publish(services, creator)
    made = [await write(ann, video_id, f"comment {number}") for number in range(3)]
    await write(ben, video_id, "an answer", made[0])
    assert await count(ann, video_id) == 4
    refusal = await ben.refused("DELETE", f"/comments/{made[0]['comment_id']}")
    assert refusal == (404, "social.no_such_comment")
    for number, who in enumerate((ann, creator, moderator)):
        await who.ok("DELETE", f"/comments/{made[number]['comment_id']}")
    assert await count(ann, video_id) == 0
    assert await texts(ann, video_id) == []
    async with services.database.transaction() as tx:
        assert await tx.value(int, "SELECT count(*) FROM social_comment") == 0
        told = await tx.value(
            int, "SELECT count(*) FROM infra_outbox WHERE name = 'social.comment_deleted'"
        )
    assert told == 4


async def test_an_edit_keeps_what_was_said_before(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """Only the author edits; everybody may read the earlier words."""
    creator, ann = await person(client), await person(client)
    video_id = await publish(services, creator)
    place = f"/comments/{(await write(ann, video_id, 'Tehcno'))['comment_id']}"
    clock.move(minutes=1)
    refusal = await creator.refused("PATCH", place, json={"text": "I like this"})
    assert refusal == (404, "social.no_such_comment")
    edited = await ann.ok("PATCH", place, json={"text": f"Techno, @{creator.handle}"})
    assert edited["text"] == f"Techno, @{creator.handle}"
    assert edited["edited_at"] == "2026-03-02T12:01:00.000Z"
    assert [one["handle"] for one in edited["mentions"]] == [creator.handle]
    history = await creator.ok("GET", place + "/history")
    assert history["items"] == [{"edited_at": "2026-03-02T12:01:00.000Z", "text_before": "Tehcno"}]
    assert await count(ann, video_id) == 1


@pytest.mark.feature("V86")
async def test_top_and_new_are_two_orders_that_page_without_gap_or_repeat(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """The most liked stands first on top, the latest first in new; each is listed once."""
    creator, fans = await person(client), [await person(client) for _ in range(3)]
    video_id = await publish(services, creator)
    made = []
    for number in range(7):
        clock.move(minutes=2)
        made.append(await write(fans[0], video_id, f"comment {number}"))
    for fan in fans:
        await fan.ok("PUT", f"/comments/{made[2]['comment_id']}/like")
    await creator.ok("PUT", f"/comments/{made[4]['comment_id']}/like")

    async def listed(sort: str) -> list[int]:
        seen: list[int] = []
        cursor: str | None = ""
        while cursor is not None:
            found = await creator.ok(
                "GET",
                f"/videos/{video_id}/comments",
                params={"sort": sort, "limit": 3, "cursor": cursor},
            )
            seen += [int(one["text"].split()[-1]) for one in found["items"]]
            cursor = found["next_cursor"]
        return seen

    assert await listed("new") == [6, 5, 4, 3, 2, 1, 0]
    top = await listed("top")
    assert (set(top[:2]), top[2:]) == ({2, 4}, [6, 5, 3, 1, 0])


@pytest.mark.parametrize(
    ("commenters", "strangers", "followers", "friends"),
    [
        ("everyone", True, True, True),
        ("followers", False, True, True),
        ("friends", False, False, True),
        ("nobody", False, False, False),
    ],
)
async def test_who_may_comment_is_the_creators_choice(
    client: AsyncTestClient[Any],
    services: Services,
    commenters: str,
    *,
    strangers: bool,
    followers: bool,
    friends: bool,
) -> None:
    """Each kind of person is let in or told who is; the creator always may."""
    creator, stranger = await person(client), await person(client)
    follower, friend = await person(client), await person(client)
    for fan in (follower, friend):
        await fan.ok("PUT", f"/follows/{to_text(creator.account_id)}")
    await creator.ok("PUT", f"/follows/{to_text(friend.account_id)}")
    video_id = await publish(services, creator)
    await allow(services, video_id, commenters)
    for who, is_let in ((stranger, strangers), (follower, followers), (friend, friends)):
        answer = await who.call("POST", f"/videos/{video_id}/comments", json={"text": "hi"})
        assert (answer.status_code == 201) == is_let
        if not is_let:
            problem = answer.json()
            assert (problem["code"], problem["facts"]) == (
                "social.comments_closed",
                {"open_to": commenters},
            )
    await write(creator, video_id, "welcome")
    assert await count(creator, video_id) == 1 + strangers + followers + friends


@pytest.mark.parametrize(
    "text", ["", "   ", "\u202e\u200e\n", "x" * 501, "\n".join("abcdefghijklmnop")]
)
async def test_words_have_bounds(
    client: AsyncTestClient[Any], services: Services, text: str
) -> None:
    """Nothing, too much, and a column of lines are refused; nothing is counted."""
    creator = await person(client)
    video_id = await publish(services, creator)
    refusal = await creator.refused("POST", f"/videos/{video_id}/comments", json={"text": text})
    assert refusal == (422, "social.text_out_of_bounds")
    assert await count(creator, video_id) == 0


async def test_the_same_words_twice_and_too_many_words_are_refused(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """Case and spaces do not make words new; the thirteenth comment in a minute waits."""
    creator, loud = await person(client), await person(client)
    video_id = await publish(services, creator)
    where = f"/videos/{video_id}/comments"
    await write(loud, video_id, "Buy my soup")
    refusal = await loud.refused("POST", where, json={"text": "buy  MY soup"})
    assert refusal == (429, "social.comment_repeated")
    for number in range(11):
        await write(loud, video_id, f"number {number}")
    answer = await loud.call("POST", where, json={"text": "one more"})
    assert (answer.status_code, answer.json()["code"]) == (429, "social.too_fast")
    assert answer.headers["retry-after"] == "60"
    assert await count(creator, video_id) == 12
    clock.move(minutes=2)
    await write(loud, video_id, "one more")


async def test_blocked_people_do_not_read_or_answer_each_other(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """A block hides comments both ways, and answering one says no such comment."""
    creator, ann, ben = await person(client), await person(client), await person(client)
    video_id = await publish(services, creator)
    first = await write(ann, video_id, "hello")
    await ben.ok("PUT", f"/blocks/{to_text(ann.account_id)}")
    await write(ben, video_id, "good evening")
    assert await texts(ben, video_id) == ["good evening"]
    assert await texts(ann, video_id) == ["hello"]
    assert len(await texts(creator, video_id)) == 2
    for method, path, data in (
        ("POST", f"/videos/{video_id}/comments", {"text": "no", "parent_id": first["comment_id"]}),
        ("PUT", f"/comments/{first['comment_id']}/like", None),
        ("GET", f"/comments/{first['comment_id']}/replies", None),
    ):
        refusal = await ben.refused(method, path, **({"json": data} if data else {}))
        assert refusal == (404, "social.no_such_comment")


async def test_comments_of_what_cannot_be_seen_are_not_there(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """Reading, writing and finding a comment of a private video say the same as of none."""
    creator, ann = await person(client), await person(client)
    video_id = await publish(services, creator, Clip(audience=Audience.ONLY_ME))
    own = await write(creator, video_id, "to myself")
    where = f"/videos/{video_id}/comments"
    assert await ann.refused("GET", where) == (404, "videos.no_such_video")
    assert await ann.refused("POST", where, json={"text": "x"}) == (404, "videos.no_such_video")
    refusal = await ann.refused("GET", f"/comments/{own['comment_id']}/replies")
    assert refusal == (404, "social.no_such_comment")
