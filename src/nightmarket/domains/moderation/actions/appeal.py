"""Appeal: an owner objects, and a person answers."""

from dataclasses import replace

from nightmarket.domains.moderation import errors
from nightmarket.domains.moderation.actions.tell import tell_appeal_decided, tell_decided
from nightmarket.domains.moderation.actions.write_audit import write_audit
from nightmarket.domains.moderation.rules import decisions
from nightmarket.domains.moderation.store import items, statements
from nightmarket.domains.moderation.values import (
    Answer,
    Appeal,
    AppealState,
    Statement,
    StatementState,
)
from nightmarket.infra import telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, StatementId


async def appeal(
    tx: Tx, services: Services, owner_id: AccountId, statement_id: StatementId, text: str
) -> Appeal:
    """Object to a decision, once, within six months.

    Raises:
        NoSuchStatement: the id, or somebody else's.
        AppealPointless, AppealTooLate, AppealedBefore: as they say.
    """
    statement = await statements.statement(tx, statement_id)
    if statement is None or statement.owner_id != owner_id:
        raise errors.NoSuchStatement("no such statement")
    now_us = microseconds(services.clock())
    if statement.state is StatementState.WITHDRAWN:
        raise errors.AppealPointless("this decision was taken back")
    if now_us > statement.decided_at_us + decisions.APPEAL_WINDOW_US:
        raise errors.AppealTooLate("this decision is too old to appeal")
    made = Appeal(
        appeal_id=services.ids(),
        statement_id=statement_id,
        owner_id=owner_id,
        market=statement.market,
        text=text.strip()[: decisions.APPEAL_MAX],
        state=AppealState.OPEN,
        opened_at_us=now_us,
        due_at_us=now_us + decisions.APPEAL_DUE_US,
        decided_at_us=None,
        words="",
    )
    if not await statements.insert_appeal(tx, made):
        raise errors.AppealedBefore("this decision was appealed already")
    telemetry.happened("decision_appealed", appeal_id=made.appeal_id)
    return made


async def answer_appeal(
    tx: Tx, services: Services, moderator_id: AccountId, appeal_id: int, answer: Answer
) -> Appeal:
    """Answer an appeal.

    Overturned: the statement is withdrawn, its strike too, and its measure unless a later one
    replaced it. Locks appeal, then item.

    Raises:
        NoSuchAppeal, AppealClosed: as they say.
    """
    current = await statements.appeal(tx, appeal_id)
    if current is None:
        raise errors.NoSuchAppeal("no such appeal")
    answered = replace(
        current,
        state=decisions.move_appeal(current.state, "uphold" if answer.is_upheld else "overturn"),
        decided_at_us=microseconds(services.clock()),
        words=answer.words.strip()[: decisions.FACTS_MAX],
    )
    await statements.decide_appeal(tx, answered, decided_by=moderator_id)
    statement = await statements.statement(tx, current.statement_id)
    assert statement is not None, current
    if not answer.is_upheld:
        await _take_back(tx, services, statement)
    await tell_appeal_decided(tx, services, statement, is_upheld=answer.is_upheld)
    await write_audit(
        tx,
        services,
        moderator_id,
        "moderation.appeal_answered",
        statement,
        appeal_id=appeal_id,
        outcome=answered.state.value,
    )
    telemetry.happened("appeal_answered", appeal_id=appeal_id, outcome=answered.state.value)
    return answered


async def _take_back(tx: Tx, services: Services, statement: Statement) -> None:
    await statements.withdraw_statement(tx, statement.statement_id)
    await statements.take_strike_back(tx, statement.statement_id)
    is_lifted = await items.lift(tx, statement.ref, statement.statement_id)
    item = await items.item(tx, statement.ref)
    if is_lifted and item is not None:
        await tell_decided(tx, services, item, statement_id=None)
