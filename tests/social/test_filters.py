"""What waits for a creator or a moderator before everybody reads it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import AsyncTestClient

from nightmarket.domains.social import rules
from nightmarket.domains.social.values import Filters
from nightmarket.entry.drain import drain
from nightmarket.events.moderation import ContentDecided
from nightmarket.infra import outbox
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, StatementId, to_text
from tests.builders.social import Person, number_of, person, publish

pytestmark = pytest.mark.feature("V85")


async def threads(who: Person, video_id: str) -> list[dict[str, Any]]:
    """A video's threads as somebody reads them."""
    found: list[dict[str, Any]] = (await who.ok("GET", f"/videos/{video_id}/comments"))["items"]
    return found


async def count(who: Person, video_id: str) -> int:
    """How many comments the video says it has."""
    number: int = (await who.ok("GET", f"/videos/{video_id}"))["counts"]["comments"]
    return number


async def hold(who: Person, **chosen: Any) -> Any:
    """Choose filters."""
    wish = {"keywords": [], "hold_links": False, "hold_all": False} | chosen
    return await who.ok("PUT", "/me/comment-filters", json=wish)


async def write(who: Person, video_id: str, text: str, parent_id: str | None = None) -> Any:
    """Write a comment."""
    data = {"text": text, "parent_id": parent_id}
    return await who.ok("POST", f"/videos/{video_id}/comments", json=data)


@pytest.mark.feature("V130")
async def test_what_a_limited_person_says_waits_and_they_do_not_learn_of_it(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """Under the limiter's videos only; ended, the next word is seen by all again."""
    creator, other = await person(client), await person(client)
    ann, ben = await person(client), await person(client)
    video_id, elsewhere = await publish(services, creator), await publish(services, other)
    early = await write(ann, video_id, "hello")
    place = f"/limits/{to_text(ann.account_id)}"
    for _ in range(2):
        await creator.ok("PUT", place)
    listed = (await creator.ok("GET", "/limits"))["items"]
    assert [one["handle"] for one in listed] == [ann.handle]
    assert (await ann.ok("GET", "/limits"))["items"] == []
    assert await creator.refused("PUT", f"/limits/{to_text(creator.account_id)}") == (
        422,
        "identity.not_yourself",
    )

    held = await write(ann, video_id, "lovely film")
    assert held["is_held"] is True
    assert {one["text"] for one in await threads(ann, video_id)} == {"hello", "lovely film"}
    assert [one["text"] for one in await threads(ben, video_id)] == ["hello"]
    waiting = (await creator.ok("GET", "/me/held-comments"))["items"]
    assert [one["comment_id"] for one in waiting] == [held["comment_id"]]
    changed = await ann.ok("PATCH", f"/comments/{early['comment_id']}", json={"text": "hello!"})
    assert changed["is_held"] is True
    assert (await write(ann, elsewhere, "lovely too"))["is_held"] is False
    assert (await write(ben, video_id, "mine is seen"))["is_held"] is False
    profile = await ann.ok("GET", f"/profiles/{creator.handle}")
    assert "limit" not in str(profile)

    await creator.ok("DELETE", place)
    assert (await write(ann, video_id, "seen again"))["is_held"] is False


async def test_unkind_words_are_named_before_they_are_sent(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """In five languages, as whole words; nothing is refused, and creators may let them wait."""
    creator, ann = await person(client), await person(client)
    video_id = await publish(services, creator)

    async def tone(text: str) -> list[str]:
        found = await ann.ok("POST", "/comments/tone", json={"text": text})
        assert found["is_unkind"] is bool(found["words"])
        words: list[str] = found["words"]
        return words

    assert await tone("You IDIOT, shut   up. idiot!") == ["idiot", "shut up"]
    assert await tone("Wie peinlich, halt die Klappe") == ["peinlich", "halt die klappe"]
    assert await tone("dasar tolol") == ["tolol"]
    assert await tone("あなたは馬鹿ですか") == ["馬鹿"]
    assert await tone("你闭嘴吧") == ["闭嘴"]
    for kind in (
        "so pretty, stupidity aside",
        "ください、そればかり公園でぶらぶら遊ぶすべて",
        "Dummheit?",
        "¿?",
    ):
        assert await tone(kind) == [], kind
    assert await ann.refused("POST", "/comments/tone", json={"text": " "}) == (
        422,
        "social.text_out_of_bounds",
    )
    guest = await client.post("/api/v1/comments/tone", json={"text": "x"})
    assert guest.json()["code"] == "identity.sign_in_needed"

    assert (await write(ann, video_id, "you are stupid"))["is_held"] is False
    chosen = await hold(creator, hold_unkind=True)
    assert chosen["hold_unkind"] is True
    held = await write(ann, video_id, "still stupid")
    assert held["is_held"] is True
    friendly = await write(ann, video_id, "lovely")
    assert friendly["is_held"] is False
    worse = {"text": "ugly, on second thoughts"}
    changed = await ann.ok("PATCH", f"/comments/{friendly['comment_id']}", json=worse)
    assert changed["is_held"] is True
    assert (await hold(creator, keywords=["x"]))["hold_unkind"] is True
    assert (await write(creator, video_id, "stupid me"))["is_held"] is False


async def test_what_a_filter_finds_waits_for_the_creator(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """Words, links or everything wait; the author sees their own waiting, others do not."""
    creator, ann, ben = await person(client), await person(client), await person(client)
    video_id = await publish(services, creator)
    assert (await hold(creator, keywords=[" Durian ", "durian", "榴蓮"]))["keywords"] == [
        "durian",
        "榴蓮",
    ]
    held = await write(ann, video_id, "DURIAN is the best")
    assert held["is_held"] is True
    assert (await write(ann, video_id, "我愛榴蓮啊"))["is_held"] is True
    assert (await write(ann, video_id, "durians are fine"))["is_held"] is False
    await hold(creator, hold_links=True)
    assert (await write(ann, video_id, "see example.com/soup"))["is_held"] is True
    await hold(creator, hold_all=True)
    assert (await write(ann, video_id, "hello"))["is_held"] is True
    assert (await write(creator, video_id, "my own words"))["is_held"] is False
    assert len(await threads(ann, video_id)) == 6
    assert len(await threads(ben, video_id)) == 2
    assert await count(ben, video_id) == 2
    await drain(services)
    assert (await creator.ok("GET", "/inbox/unread"))["count"] == 1
    waiting = (await creator.ok("GET", "/me/held-comments"))["items"]
    assert len(waiting) == 4
    assert (await ann.ok("GET", "/me/held-comments"))["items"] == []


async def test_a_released_comment_is_counted_and_told_once(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """Only the creator releases; twice is once; then everybody reads it and people hear of it."""
    creator, ann = await person(client), await person(client)
    video_id = await publish(services, creator)
    await hold(creator, hold_all=True)
    held = await write(ann, video_id, f"For you, @{creator.handle}")
    place = f"/comments/{held['comment_id']}/release"
    assert await ann.refused("POST", place) == (404, "social.no_such_comment")
    assert await count(ann, video_id) == 0
    for _ in range(2):
        assert (await creator.ok("POST", place))["is_held"] is False
    assert await count(ann, video_id) == 1
    await drain(services)
    (line,) = (await creator.ok("GET", "/inbox"))["items"]
    assert line["kind"] == "comment"
    assert (await creator.ok("GET", "/me/held-comments"))["items"] == []


async def decide(services: Services, comment: Any, author: Person, decision: str) -> None:
    """Let moderation decide about a comment."""
    async with services.database.transaction() as tx:
        await outbox.publish(
            tx,
            ContentDecided(
                event_id=services.ids(),
                occurred_at=services.clock(),
                market="us",
                ref_kind="comment",
                ref_id=number_of(comment["comment_id"]),
                owner_id=AccountId(author.account_id),
                decision=decision,
                policy="spam",
                statement_id=StatementId(services.ids()),
            ),
        )
    await drain(services)


@pytest.mark.feature("V84")
async def test_a_removed_comment_goes_with_its_answers_and_comes_back_with_them(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """A decision hides a thread and its count; when it is taken back, both return exactly."""
    creator, ann, ben = await person(client), await person(client), await person(client)
    video_id = await publish(services, creator)
    first = await write(ann, video_id, "A rude thing")
    await write(ben, video_id, "Come on", first["comment_id"])
    await write(ben, video_id, "Nice video")
    await creator.ok("PUT", f"/comments/{first['comment_id']}/pin")
    await decide(services, first, ann, "remove")
    assert [one["text"] for one in await threads(ben, video_id)] == ["Nice video"]
    assert await count(ben, video_id) == 1
    refusal = await ben.refused("GET", f"/comments/{first['comment_id']}/replies")
    assert refusal == (404, "social.no_such_comment")
    await decide(services, first, ann, "none")
    back = {one["text"]: one for one in await threads(ben, video_id)}
    assert back["A rude thing"]["replies_count"] == 1
    assert back["A rude thing"]["is_pinned"] is False
    assert await count(ben, video_id) == 3


async def test_filters_have_bounds(client: AsyncTestClient[Any]) -> None:
    """More than 200 words, or one of more than 60 letters, are refused and nothing is kept."""
    creator = await person(client)
    for words in ([f"word{number}" for number in range(201)], ["x" * 61]):
        wish = {"keywords": words, "hold_links": False, "hold_all": True}
        refusal = await creator.refused("PUT", "/me/comment-filters", json=wish)
        assert refusal == (422, "social.keywords_out_of_bounds")
    kept = await creator.ok("GET", "/me/comment-filters")
    held = {"hold_links": False, "hold_all": False, "hold_unkind": False}
    assert kept == {"keywords": []} | held


@given(st.text(max_size=80), st.lists(st.text(max_size=20), max_size=5))
def test_a_word_is_found_wherever_it_stands_alone(text: str, words: list[str]) -> None:
    """Every word that is kept is found in a text that is just that word; no filter finds nothing."""
    kept = rules.keywords(words)
    assert rules.keywords(kept) == kept
    for word in kept:
        assert rules.is_held(word, Filters((word,)))
    assert not rules.is_held(text, Filters())


@pytest.mark.parametrize(
    ("words", "is_held"),
    [
        ("look at example.org", True),
        ("https://example.org/night", True),
        ("have you seen this, @juno.draws?", False),
        ("the end. Really", False),
    ],
)
def test_a_handle_with_a_dot_is_a_person_and_no_link(words: str, *, is_held: bool) -> None:
    """Who is mentioned does not make a comment wait."""
    assert rules.is_held(words, Filters(has_links_held=True)) is is_held
