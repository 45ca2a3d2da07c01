"""Open a case, or make the open one weigh more."""

from dataclasses import replace

from nightmarket.domains.moderation import errors
from nightmarket.domains.moderation.rules import decisions
from nightmarket.domains.moderation.store import cases, items
from nightmarket.domains.moderation.values import (
    Case,
    CaseState,
    Item,
    Notice,
    Ref,
    Signal,
    Source,
    Verdict,
)
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import CaseId


async def open_case(tx: Tx, services: Services, item: Item, source: Source, signal: Signal) -> Case:
    """Return the open case about a thing, made when there is none. Locks item, then case."""
    is_holding = signal.verdict is Verdict.HELD
    current = await cases.case_about(tx, item.ref)
    if current is not None:
        return await weigh(tx, current, signal.policy, note=signal.note, is_holding=is_holding)
    fresh = _fresh(services, item, source, signal)
    is_new = await cases.insert_case(tx, fresh)
    assert is_new, "the item is locked, so nobody else can open a case about it"
    return fresh


async def open_own(tx: Tx, services: Services, ref: Ref, policy: str, note: str) -> Case:
    """Open a case by a moderator's own finding.

    Raises:
        UnknownPolicy: the reason.
        NoSuchContent: the reference.
    """
    decisions.policy(policy)
    item = await items.item(tx, ref, is_locked=True)
    if item is None:
        raise errors.NoSuchContent("no such thing")
    signal = Signal(Verdict.QUEUED, policy, note)
    return await open_case(tx, services, item, Source.MODERATOR, signal)


def _fresh(services: Services, item: Item, source: Source, signal: Signal) -> Case:
    now_us = microseconds(services.clock())
    is_holding = signal.verdict is Verdict.HELD
    return Case(
        case_id=CaseId(services.ids()),
        ref_kind=item.ref_kind,
        ref_id=item.ref_id,
        owner_id=item.owner_id,
        market=item.market,
        source=source,
        policy=signal.policy,
        note=signal.note,
        is_illegal=False,
        is_holding=is_holding,
        reports_count=0,
        priority=decisions.priority(
            signal.policy, is_illegal=False, is_holding=is_holding, reports_count=0
        ),
        state=CaseState.OPEN,
        claimed_by=None,
        claim_expires_at_us=None,
        opened_at_us=now_us,
        due_at_us=decisions.due_at_us(signal.policy, now_us),
        decided_at_us=None,
        decision=None,
    )


async def count_report(tx: Tx, current: Case, notice: Notice) -> Case:
    """Make a case weigh what its reports say."""
    changed = replace(
        current,
        is_illegal=current.is_illegal or notice.is_illegal,
        reports_count=await cases.reporters_of(tx, current.case_id),
    )
    return await weigh(tx, changed, notice.policy)


async def weigh(
    tx: Tx, current: Case, policy: str, *, note: str = "", is_holding: bool = False
) -> Case:
    """Write a case's weight after one more word about it; the severest policy leads."""
    leading = max((current.policy, policy), key=lambda code: decisions.policy(code).severity)
    changed = replace(
        current,
        policy=leading,
        note=note or current.note,
        is_holding=current.is_holding or is_holding,
    )
    changed = replace(
        changed,
        priority=decisions.priority(
            leading,
            is_illegal=changed.is_illegal,
            is_holding=changed.is_holding,
            reports_count=changed.reports_count,
        ),
        due_at_us=min(changed.due_at_us, decisions.due_at_us(leading, changed.opened_at_us)),
    )
    await cases.weigh_case(tx, changed)
    return changed
