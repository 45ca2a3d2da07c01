"""Many people at the same instant: nothing is lost, counted twice, or stuck."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from nightmarket.domains.social.actions.delete_comment import delete_comment
from nightmarket.domains.social.actions.like_comment import like_comment
from nightmarket.domains.social.actions.react import react, unreact
from nightmarket.domains.social.actions.write_comment import Draft, write_comment
from nightmarket.domains.social.errors import NoSuchComment
from nightmarket.domains.social.store import comments, reactions
from nightmarket.domains.social.values import Reaction
from nightmarket.infra.db import Database, Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, VideoId, ViewerId
from tests.builders.accounts import account
from tests.builders.videos import video

PEOPLE = 12
AT_ONCE = 8


def subject(account_id: AccountId) -> Subject:
    """Somebody as a caller."""
    return Subject(viewer_id=ViewerId(account_id), account_id=account_id)


async def crowd(services: Services) -> tuple[list[AccountId], VideoId]:
    """People, and a video of the first one's."""
    async with services.database.transaction() as tx:
        people = [await account(tx, services) for _ in range(PEOPLE)]
        return people, await video(tx, services, people[0])


async def all_at_once(
    database: Database, works: list[Callable[[Tx], Awaitable[object]]]
) -> list[object]:
    """Run every piece of work in a transaction of its own; returns answers and refusals."""

    async def one(work: Callable[[Tx], Awaitable[object]]) -> object:
        try:
            async with database.transaction() as tx:
                return await work(tx)
        except NoSuchComment as refusal:
            return refusal

    return await asyncio.gather(*(one(work) for work in works))


@pytest.fixture
async def busy(services: Services, database_url: str) -> AsyncIterator[Services]:
    """The same market with more connections."""
    database = Database(database_url, connections_max=AT_ONCE)
    await database.open()
    yield replace(services, database=database)
    await database.close()


@pytest.mark.feature("V81")
async def test_likes_of_one_instant_are_all_counted(busy: Services) -> None:
    """Twelve people like at once, each three times, and half take it back: six are counted."""
    people, video_id = await crowd(busy)

    def like(who: AccountId) -> Callable[[Tx], Awaitable[object]]:
        return lambda tx: react(tx, busy, subject(who), Reaction.LIKE, video_id)

    def unlike(who: AccountId) -> Callable[[Tx], Awaitable[object]]:
        return lambda tx: unreact(tx, busy, subject(who), Reaction.LIKE, video_id)

    answers = await all_at_once(busy.database, [like(who) for who in people * 3])
    assert answers.count(True) == PEOPLE
    answers = await all_at_once(busy.database, [unlike(who) for who in people[::2] * 2])
    assert answers.count(True) == PEOPLE // 2
    async with busy.database.transaction() as tx:
        assert (await reactions.counts(tx, [video_id]))[video_id].likes == PEOPLE // 2
        assert await tx.value(int, "SELECT count(*) FROM social_like") == PEOPLE // 2


@pytest.mark.feature("V83")
async def test_a_thread_deleted_while_people_answer_and_like_it(busy: Services) -> None:
    """Whoever comes too late is told there is no such comment; the count is zero in the end."""
    people, video_id = await crowd(busy)
    creator = subject(people[0])
    async with busy.database.transaction() as tx:
        root = await write_comment(tx, busy, creator, Draft(video_id, "Ask me anything"))

    def answer(who: AccountId) -> Callable[[Tx], Awaitable[object]]:
        draft = Draft(video_id, f"What about {who}?", root.comment_id)
        return lambda tx: write_comment(tx, busy, subject(who), draft)

    def like(who: AccountId) -> Callable[[Tx], Awaitable[object]]:
        return lambda tx: like_comment(tx, busy, subject(who), root.comment_id)

    works = [make(who) for who in people for make in (answer, like)]
    works.insert(PEOPLE, lambda tx: delete_comment(tx, busy, creator, root.comment_id))
    answers = await all_at_once(busy.database, works)
    assert len(answers) == 2 * PEOPLE + 1
    async with busy.database.transaction() as tx:
        assert await comments.comments(tx, [root.comment_id]) == {}
        assert await tx.value(int, "SELECT count(*) FROM social_comment") == 0
        assert (await reactions.counts(tx, [video_id]))[video_id].comments == 0
