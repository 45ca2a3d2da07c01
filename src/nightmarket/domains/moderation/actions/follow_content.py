"""Follow content that changes or goes: profiles are handed in, deleted things are forgotten."""

from dataclasses import replace

from nightmarket.domains.moderation.rules import decisions
from nightmarket.domains.moderation.store import cases, items, persons
from nightmarket.domains.moderation.values import Ref
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, GuestId


async def forget_content(tx: Tx, ref: Ref) -> None:
    """Forget a deleted thing; its open case ends as gone, its statements stay."""
    item = await items.item(tx, ref, is_locked=True)
    if item is None:
        return
    case = await cases.case_about(tx, ref)
    if case is not None:
        state = decisions.move_case(case.state, "vanish")
        gone = replace(case, state=state, claimed_by=None, claim_expires_at_us=None)
        await cases.move_case(tx, gone)
    await items.delete_item(tx, ref)


async def merge_guest(tx: Tx, guest_id: GuestId, account_id: AccountId) -> None:
    """Give a guest's reports to the account it became."""
    await persons.merge_guest(tx, guest_id, account_id)
