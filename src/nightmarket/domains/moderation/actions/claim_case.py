"""Claim: one moderator takes a case for a quarter of an hour, or gives it back."""

from dataclasses import replace

from nightmarket.domains.moderation import errors
from nightmarket.domains.moderation.rules import decisions
from nightmarket.domains.moderation.store import cases, items
from nightmarket.domains.moderation.values import Case, Item
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, CaseId


async def claim_case(tx: Tx, services: Services, moderator_id: AccountId, case_id: CaseId) -> Case:
    """Take a case, or take it for longer.

    Raises:
        NoSuchCase, CaseTaken, CaseClosed: as they say.
    """
    case, _ = await take_for(tx, services, moderator_id, case_id)
    claimed = replace(
        case,
        state=decisions.move_case(case.state, "claim"),
        claimed_by=moderator_id,
        claim_expires_at_us=microseconds(services.clock()) + decisions.CLAIM_US,
    )
    await cases.move_case(tx, claimed)
    return claimed


async def release_case(
    tx: Tx, services: Services, moderator_id: AccountId, case_id: CaseId
) -> Case:
    """Give a claimed case back to the queue.

    Raises:
        NoSuchCase, CaseTaken, CaseClosed: as they say; an unclaimed case has nothing to release.
    """
    case, _ = await take_for(tx, services, moderator_id, case_id)
    released = replace(
        case,
        state=decisions.move_case(case.state, "release"),
        claimed_by=None,
        claim_expires_at_us=None,
    )
    await cases.move_case(tx, released)
    return released


async def take_for(
    tx: Tx, services: Services, moderator_id: AccountId, case_id: CaseId
) -> tuple[Case, Item]:
    """Lock a case that this moderator may work on, and the thing it is about (thing first).

    Raises:
        NoSuchCase: the id.
        CaseClosed: decided, or gone with its thing.
        CaseTaken: somebody else's claim counts.
        OwnThing: the moderator owns it.
    """
    glance = await cases.peek(tx, case_id)
    if glance is None:
        raise errors.NoSuchCase("no such case")
    item = await items.item(tx, glance.ref, is_locked=True)
    case = await cases.case(tx, case_id)
    if case is None or item is None or not decisions.CASE_MOVES[case.state]:
        raise errors.CaseClosed("this case is closed")
    now_us = microseconds(services.clock())
    is_taken = decisions.is_claimed(case.claimed_by, case.claim_expires_at_us, now_us)
    if is_taken and case.claimed_by != moderator_id:
        raise errors.CaseTaken("somebody else works on this case")
    if item.owner_id == moderator_id:
        raise errors.OwnThing("somebody else must decide about your own things")
    return case, item
