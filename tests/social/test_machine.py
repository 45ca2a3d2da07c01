"""Any order of reactions and comments by several people: every count stays exact."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, TypeVar

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from hypothesis.strategies import booleans, integers, sampled_from
from typing_extensions import override

from nightmarket.domains.social.actions.delete_comment import drop
from nightmarket.domains.social.actions.find_comment import lock_comment
from nightmarket.domains.social.actions.follow_decisions import follow_decision
from nightmarket.domains.social.actions.react import react, unreact
from nightmarket.domains.social.actions.write_comment import Draft, write_comment
from nightmarket.domains.social.store import reactions as store
from nightmarket.domains.social.values import Counts, Reaction
from nightmarket.entry import wiring
from nightmarket.infra.db import Database, Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.settings import Settings
from nightmarket.kernel.ids import AccountId, CommentId, IdMaker, VideoId, ViewerId
from tests.builders.accounts import account
from tests.builders.videos import video
from tests.fakes.clock import HandClock

Answer = TypeVar("Answer")
WHO = integers(0, 2)
WHAT = integers(0, 1)
WHICH = integers(0, 5)


class World(RuleBasedStateMachine):
    """Three people and two videos inside one transaction that is never committed."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = HandClock()
        self.marks: set[tuple[Reaction, int, int]] = set()
        self.lines: dict[CommentId, tuple[int, CommentId | None]] = {}
        self.hidden: set[CommentId] = set()
        self.words = 0
        self.people: list[AccountId] = []
        self.videos: list[VideoId] = []
        self.now(self.begin())

    def now(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Do it and return what it answers."""
        return self.loop.run_until_complete(work)

    async def begin(self) -> None:
        """Make people and videos."""
        built = wiring.services(Settings(database_url=self.url, secret="tests"), Database(self.url))
        self.services = replace(built, clock=self.clock, ids=IdMaker(self.clock))
        self.tx = Tx(await psycopg.AsyncConnection.connect(self.url))
        for _ in range(3):
            self.people.append(await account(self.tx, self.services))
        for _ in range(2):
            self.videos.append(await video(self.tx, self.services, self.people[0]))

    @override
    def teardown(self) -> None:
        self.now(self.tx.connection.rollback())
        self.now(self.tx.connection.close())
        self.loop.close()

    def subject(self, who: int) -> Subject:
        """Somebody as a caller."""
        return Subject(viewer_id=ViewerId(self.people[who]), account_id=self.people[who])

    @rule(reaction=sampled_from(Reaction), who=WHO, what=WHAT)
    def give(self, reaction: Reaction, who: int, what: int) -> None:
        """Give a reaction."""
        work = react(self.tx, self.services, self.subject(who), reaction, self.videos[what])
        assert self.now(work) == ((reaction, who, what) not in self.marks)
        self.marks.add((reaction, who, what))

    @rule(reaction=sampled_from(Reaction), who=WHO, what=WHAT)
    def take(self, reaction: Reaction, who: int, what: int) -> None:
        """Take a reaction back."""
        work = unreact(self.tx, self.services, self.subject(who), reaction, self.videos[what])
        assert self.now(work) == ((reaction, who, what) in self.marks)
        self.marks.discard((reaction, who, what))

    @rule(who=WHO, what=WHAT, which=WHICH, is_answer=booleans())
    def comment(self, who: int, what: int, which: int, *, is_answer: bool) -> None:
        """Write a comment, or an answer to one that everybody sees."""
        seen = [
            number
            for number, (place, parent) in self.lines.items()
            if place == what and not {number, parent} & self.hidden
        ]
        parent = seen[which % len(seen)] if is_answer and seen else None
        self.words += 1
        self.clock.move(minutes=2)
        draft = Draft(self.videos[what], f"words {self.words}", parent)
        made = self.now(write_comment(self.tx, self.services, self.subject(who), draft))
        self.lines[made.comment_id] = (what, made.parent_id)

    @rule(which=WHICH)
    def delete(self, which: int) -> None:
        """Delete a line with its answers."""
        if not self.lines:
            return
        number = list(self.lines)[which % len(self.lines)]

        async def go() -> None:
            await drop(self.tx, self.services, await lock_comment(self.tx, number))

        self.now(go())
        self.lines = {
            one: (what, parent)
            for one, (what, parent) in self.lines.items()
            if number not in {one, parent}
        }
        self.hidden &= self.lines.keys()

    @rule(which=WHICH, is_removed=booleans())
    def decide(self, which: int, *, is_removed: bool) -> None:
        """Let moderation hide a line, or let it back."""
        if not self.lines:
            return
        number = list(self.lines)[which % len(self.lines)]
        self.now(follow_decision(self.tx, self.services, number, is_removed=is_removed))
        (self.hidden.add if is_removed else self.hidden.discard)(number)

    @invariant()
    def counts_are_exact(self) -> None:
        """What is stored equals what a person would count."""
        stored = self.now(store.counts(self.tx, self.videos))
        for what, video_id in enumerate(self.videos):
            given = [reaction for reaction, _, place in self.marks if place == what]
            comments = sum(
                place == what and not {number, parent} & self.hidden
                for number, (place, parent) in self.lines.items()
            )
            assert stored.get(video_id, Counts()) == Counts(
                likes=given.count(Reaction.LIKE),
                saves=given.count(Reaction.SAVE),
                reposts=given.count(Reaction.REPOST),
                comments=comments,
            )


@pytest.mark.feature("V81")
@pytest.mark.feature("V82")
@pytest.mark.feature("V83")
def test_counts_are_exact_whatever_happens(database_url: str) -> None:
    """Thirty worlds of twenty steps each."""
    World.url = database_url
    run_state_machine_as_test(
        World,
        settings=settings(
            max_examples=30,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
