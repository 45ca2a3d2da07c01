"""A stateful test: whatever people do in any order, the database stands where the model does."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from psycopg import Rollback
from typing_extensions import override

from nightmarket.domains.moderation import errors, face
from nightmarket.domains.moderation.actions.appeal import answer_appeal, appeal
from nightmarket.domains.moderation.actions.claim_case import claim_case, release_case
from nightmarket.domains.moderation.actions.decide_case import decide_case
from nightmarket.domains.moderation.actions.follow_content import forget_content
from nightmarket.domains.moderation.actions.report import report
from nightmarket.domains.moderation.actions.see_work import waiting_cases
from nightmarket.domains.moderation.rules import decisions
from nightmarket.domains.moderation.values import (
    Answer,
    CaseState,
    Decision,
    Ref,
    RefKind,
    Ruling,
    Visibility,
)
from nightmarket.entry import wiring
from nightmarket.infra.db import Database, Tx
from nightmarket.infra.services import Services
from nightmarket.infra.settings import Settings
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, IdMaker, StatementId, ViewerId
from nightmarket.kernel.pages import PageRequest
from tests.builders import moderation as build
from tests.fakes.clock import HandClock

Result = TypeVar("Result")
REFS = tuple(Ref(RefKind.VIDEO, 100 + number) for number in range(3))
MODERATORS = (build.MODERATOR, build.OTHER_MODERATOR)
TEXTS = ("a quiet walk", "kill yourself", "buy followers today")


@dataclass
class Thing:
    """What the model knows of one video."""

    text: str
    visibility: Visibility = field(default_factory=Visibility)
    case: "Waiting | None" = None
    measure: StatementId | None = None
    appeals: dict[int, StatementId] = field(default_factory=dict)


@dataclass
class Waiting:
    """What the model knows of an open case."""

    claimed_by: AccountId | None = None
    until_us: int = 0
    reporters: set[int] = field(default_factory=set)


class Market(RuleBasedStateMachine):
    """The model beside the database."""

    runner: asyncio.Runner
    database: Database
    services: Services
    clock: HandClock

    def __init__(self) -> None:
        super().__init__()
        self._manager = self.database.transaction()
        self.tx: Tx = self.wait(self._manager.__aenter__())
        self.things: dict[Ref, Thing] = {}
        self.reported: set[tuple[Ref, int]] = set()
        self.strikes: dict[StatementId, int] = {}
        self.appealed: set[StatementId] = set()

    def wait(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run to the end."""
        return self.runner.run(work)

    @override
    def teardown(self) -> None:
        """Leave nothing."""
        self.wait(self._manager.__aexit__(Rollback, Rollback(), None))

    def now_us(self) -> int:
        """The hand clock."""
        return microseconds(self.clock())

    @rule(ref=st.sampled_from(REFS), text=st.sampled_from(TEXTS))
    def hand_in(self, ref: Ref, text: str) -> None:
        """New words are read; the same words are not read again; what is held stays held."""
        verdict = self.wait(
            face.submit(self.tx, self.services, ref, build.snapshot(f"{text} {ref.id}"))
        )
        thing = self.things.get(ref)
        is_same = thing is not None and thing.text == text
        if thing is None:
            thing = self.things[ref] = Thing(text)
        thing.text = text
        if not thing.visibility.is_shown:
            assert not verdict.is_allowed
            return
        is_watched = sum(self.strikes.values()) >= decisions.STRIKE_POINTS_HELD
        is_held = not is_same and (text == TEXTS[1] or is_watched)
        if is_held:
            seen = thing.visibility
            thing.visibility = Visibility(seen.decision, seen.policy, is_held=True)
        if not is_same and (is_held or text == TEXTS[2]):
            thing.case = thing.case or Waiting()
        assert verdict.is_allowed is not is_held

    @rule(ref=st.sampled_from(REFS), reporter=st.integers(1, 3))
    def report_it(self, ref: Ref, reporter: int) -> None:
        """A report opens a case or joins it; the same one again does neither."""
        call = report(self.tx, self.services, ViewerId(reporter), build.notice(ref), is_guest=True)
        if ref not in self.things:
            with pytest.raises(errors.NoSuchContent):
                self.wait(call)
            return
        self.wait(call)
        if (ref, reporter) not in self.reported:
            self.reported.add((ref, reporter))
            waiting = self.things[ref].case = self.things[ref].case or Waiting()
            waiting.reporters.add(reporter)

    def open_case(self, ref: Ref) -> Any:
        """The open case in the database."""
        page = self.wait(waiting_cases(self.tx, PageRequest(), self.clock(), market=None))
        return next((seen.case for seen in page.items if seen.case.ref == ref), None)

    def is_others(self, waiting: Waiting, moderator: AccountId) -> bool:
        """Whether somebody else's claim counts."""
        is_claimed = waiting.claimed_by is not None and waiting.until_us > self.now_us()
        return is_claimed and waiting.claimed_by != moderator

    @rule(ref=st.sampled_from(REFS), moderator=st.sampled_from(MODERATORS))
    def claim(self, ref: Ref, moderator: AccountId) -> None:
        """Anybody may take what nobody has."""
        case = self.open_case(ref)
        if case is None:
            return
        waiting = self.things[ref].case
        assert waiting is not None
        call = claim_case(self.tx, self.services, moderator, case.case_id)
        if self.is_others(waiting, moderator):
            with pytest.raises(errors.CaseTaken):
                self.wait(call)
            return
        self.wait(call)
        waiting.claimed_by = moderator
        waiting.until_us = self.now_us() + decisions.CLAIM_US

    @rule(ref=st.sampled_from(REFS), moderator=st.sampled_from(MODERATORS))
    def release(self, ref: Ref, moderator: AccountId) -> None:
        """Only a claim can be given back."""
        case = self.open_case(ref)
        if case is None:
            return
        waiting = self.things[ref].case
        assert waiting is not None
        call = release_case(self.tx, self.services, moderator, case.case_id)
        if self.is_others(waiting, moderator):
            with pytest.raises(errors.CaseTaken):
                self.wait(call)
        elif waiting.claimed_by is None:
            with pytest.raises(errors.CaseClosed):
                self.wait(call)
        else:
            self.wait(call)
            waiting.claimed_by, waiting.until_us = None, 0

    @rule(
        ref=st.sampled_from(REFS),
        moderator=st.sampled_from(MODERATORS),
        decision=st.sampled_from(Decision),
    )
    def decide(self, ref: Ref, moderator: AccountId, decision: Decision) -> None:
        """A measure replaces the one before; none lets go what was held and keeps the measure."""
        case = self.open_case(ref)
        if case is None:
            return
        thing = self.things[ref]
        assert thing.case is not None
        ruling = Ruling(decision=decision, policy="hate", facts="It attacks a person.")
        call = decide_case(self.tx, self.services, moderator, case.case_id, ruling)
        if self.is_others(thing.case, moderator):
            with pytest.raises(errors.CaseTaken):
                self.wait(call)
            return
        statement = self.wait(call)
        thing.case = None
        if statement is None:
            seen = thing.visibility
            thing.visibility = Visibility(seen.decision, seen.policy, is_held=False)
            return
        thing.visibility = Visibility(decision, "hate", is_held=False)
        thing.measure = statement.statement_id
        if decision is Decision.REMOVE:
            self.strikes[statement.statement_id] = 1
        made = self.wait(appeal(self.tx, self.services, build.OWNER, statement.statement_id, "No."))
        thing.appeals[made.appeal_id] = statement.statement_id

    @rule(ref=st.sampled_from(REFS), is_upheld=st.booleans())
    def answer(self, ref: Ref, is_upheld: bool) -> None:  # noqa: FBT001  # Drawn by Hypothesis.
        """An overturned measure is lifted unless a later one stands in its place."""
        thing = self.things.get(ref)
        if thing is None or not thing.appeals:
            return
        appeal_id = min(thing.appeals)
        statement_id = thing.appeals.pop(appeal_id)
        answered = Answer(is_upheld=is_upheld, words="So it is.")
        self.wait(answer_appeal(self.tx, self.services, build.MODERATOR, appeal_id, answered))
        if is_upheld:
            return
        self.strikes.pop(statement_id, None)
        if thing.measure == statement_id:
            thing.measure = None
            thing.visibility = Visibility(is_held=thing.visibility.is_held)

    @rule(ref=st.sampled_from(REFS))
    def delete(self, ref: Ref) -> None:
        """What its owner deletes takes its case along; statements and strikes stay."""
        self.wait(forget_content(self.tx, ref))
        self.things.pop(ref, None)

    @rule(minutes=st.sampled_from((1, 16)))
    def pass_time(self, minutes: int) -> None:
        """Claims run out by themselves."""
        self.clock.move(minutes=minutes)

    @invariant()
    def visibility_is_the_model_s(self) -> None:
        """For every thing, known or not."""
        seen = self.wait(face.visibility(self.tx, REFS))
        for ref in REFS:
            thing = self.things.get(ref)
            assert seen[ref] == (thing.visibility if thing else Visibility()), ref

    @invariant()
    def the_queue_is_the_model_s(self) -> None:
        """One open case at most for each thing, claimed by whom the model says, worth its weight."""
        page = self.wait(waiting_cases(self.tx, PageRequest(), self.clock(), market=None))
        open_cases = {seen.case.ref: seen.case for seen in page.items}
        assert len(open_cases) == len(page.items)
        expected = {ref for ref, thing in self.things.items() if thing.case is not None}
        assert set(open_cases) == expected
        for ref, case in open_cases.items():
            waiting = self.things[ref].case
            assert waiting is not None
            is_claimed = waiting.claimed_by is not None and waiting.until_us > self.now_us()
            assert (case.state is CaseState.CLAIMED) == is_claimed
            assert case.priority == decisions.priority(
                case.policy,
                is_illegal=case.is_illegal,
                is_holding=case.is_holding,
                reports_count=case.reports_count,
            )
            assert case.reports_count == len(waiting.reporters)

    @invariant()
    def strikes_are_the_model_s(self) -> None:
        """One point for each removal that stands."""
        points = self.wait(face.strike_points(self.tx, [build.OWNER], self.clock()))
        assert points[build.OWNER] == sum(self.strikes.values())


@pytest.mark.feature("V118")
@pytest.mark.feature("V125")
def test_the_market_stands_where_the_model_does(database_url: str, tmp_path: Path) -> None:
    """Hand in, report, claim, release, decide, appeal, answer, delete, wait: in any order."""
    with asyncio.Runner() as runner:
        database = Database(database_url, connections_max=2)
        runner.run(database.open())
        clock = HandClock()
        built = wiring.services(Settings(data_directory=tmp_path, secret="tests"), database)
        Market.runner, Market.database, Market.clock = runner, database, clock
        Market.services = replace(built, clock=clock, ids=IdMaker(clock))
        try:
            run_state_machine_as_test(
                Market,
                settings=profile(max_examples=20, stateful_step_count=30, deadline=None),
            )
        finally:
            runner.run(database.close())
