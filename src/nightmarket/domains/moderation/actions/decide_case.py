"""Decide: a moderator rules on a case, and the owner gets the reasons."""

from dataclasses import replace

from nightmarket.domains.moderation.actions.claim_case import take_for
from nightmarket.domains.moderation.actions.send_receipt import answer_later
from nightmarket.domains.moderation.actions.tell import tell_decided
from nightmarket.domains.moderation.actions.write_audit import write_audit
from nightmarket.domains.moderation.rules import decisions
from nightmarket.domains.moderation.store import cases, items, statements
from nightmarket.domains.moderation.values import (
    Case,
    CaseState,
    Decision,
    Item,
    Ruling,
    Statement,
    StatementState,
)
from nightmarket.infra import telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, CaseId, StatementId


async def decide_case(
    tx: Tx, services: Services, moderator_id: AccountId, case_id: CaseId, ruling: Ruling
) -> Statement | None:
    """Close a case. None: nothing was wrong, what was held is let go, earlier measures stay.

    A measure replaces the one before, writes the statement of reasons and, for a removal, the
    strike; `ContentDecided` tells how the thing stands now. Locks item, then case.

    Raises:
        NoSuchCase, CaseTaken: somebody else's claim counts.
        CaseClosed: decided or gone.
        UnknownPolicy, IncompleteRuling: see `decisions.check_ruling`.
    """
    decisions.check_ruling(ruling)
    case, item = await take_for(tx, services, moderator_id, case_id)
    now_us = microseconds(services.clock())
    moved = replace(
        case,
        state=decisions.move_case(case.state, "decide"),
        claimed_by=None,
        claim_expires_at_us=None,
        decided_at_us=now_us,
        decision=ruling.decision,
    )
    assert moved.state is CaseState.DECIDED, moved
    await cases.move_case(tx, moved, decided_by=moderator_id)
    statement = None
    if ruling.decision is Decision.NONE:
        await items.hold(tx, item.ref, is_held=False)
    else:
        statement = await _measure(tx, services, case, item, ruling)
    current = await items.item(tx, item.ref)
    assert current is not None, item
    await tell_decided(
        tx, services, current, statement_id=None if statement is None else statement.statement_id
    )
    await answer_later(tx, case.case_id, ruling.decision)
    await write_audit(
        tx,
        services,
        moderator_id,
        "moderation.case_decided",
        item,
        case_id=case.case_id,
        decision=ruling.decision.value,
        policy=ruling.policy,
    )
    telemetry.happened("case_decided", case_id=case.case_id, decision=ruling.decision.value)
    return statement


async def _measure(tx: Tx, services: Services, case: Case, item: Item, ruling: Ruling) -> Statement:
    statement = _statement(services, case, item, ruling)
    await statements.insert_statement(tx, statement)
    await items.stand(tx, item.ref, ruling.decision, statement)
    points = decisions.strike_points(ruling.decision, ruling.policy)
    if points:
        expires_at_us = statement.decided_at_us + decisions.STRIKE_US
        await statements.give_strike(tx, statement, points=points, expires_at_us=expires_at_us)
    return statement


def _statement(services: Services, case: Case, item: Item, ruling: Ruling) -> Statement:
    is_law = bool(ruling.legal_ground)
    return Statement(
        statement_id=StatementId(services.ids()),
        case_id=case.case_id,
        ref_kind=item.ref_kind,
        ref_id=item.ref_id,
        owner_id=item.owner_id,
        market=item.market,
        decision=ruling.decision,
        decision_visibility=decisions.VISIBILITY[ruling.decision],
        policy=ruling.policy,
        ground="illegal" if is_law else "terms",
        legal_ground=ruling.legal_ground.strip(),
        terms_ground="" if is_law else decisions.policy(ruling.policy).terms_ground.said(),
        facts=ruling.facts.strip(),
        excerpt=decisions.excerpt(item.text),
        source=case.source,
        is_automated_detection=decisions.is_automated_detection(case.source),
        is_automated_decision=False,
        territories=ruling.territories,
        state=StatementState.ACTIVE,
        decided_at_us=microseconds(services.clock()),
    )
