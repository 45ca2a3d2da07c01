"""Gives and takes roles and badges; every time is written into the audit log."""

from datetime import datetime

from nightmarket.domains.audit import face as audit
from nightmarket.domains.identity.actions.know_caller import forget_caller
from nightmarket.domains.identity.actions.read_people import account
from nightmarket.domains.identity.store import changes
from nightmarket.domains.identity.values import Account, Role
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId

SYSTEM = audit.ActorKind.SYSTEM


async def grant_roles(
    tx: Tx, now: datetime, granter_id: AccountId | None, account_id: AccountId, roles: set[Role]
) -> Account:
    """Give an account exactly these roles; None grants from the command line.

    Raises:
        NoSuchAccount: whom.
    """
    await changes.lock(tx, account_id)
    before = await account(tx, account_id)
    wanted = sorted(role.value for role in roles)
    if sorted(before.roles) == wanted:
        return before
    await changes.set_roles(tx, account_id, wanted)
    forget_caller(tx, account_id)
    deed = audit.Deed(
        action="account.roles_granted",
        object_kind="account",
        object_id=account_id,
        facts={"before": ",".join(sorted(before.roles)), "after": ",".join(wanted)},
    )
    await audit.record(tx, now, await _actor(tx, granter_id, before.market), deed)
    return await account(tx, account_id)


async def give_badge(
    tx: Tx, now: datetime, granter_id: AccountId | None, account_id: AccountId, *, is_verified: bool
) -> Account:
    """Give or take the badge that says the person is who they say.

    Raises:
        NoSuchAccount: whom.
    """
    before = await account(tx, account_id)
    await changes.set_verified(tx, account_id, is_verified=is_verified)
    deed = audit.Deed(
        action="account.badge_given" if is_verified else "account.badge_taken",
        object_kind="account",
        object_id=account_id,
    )
    await audit.record(tx, now, await _actor(tx, granter_id, before.market), deed)
    return await account(tx, account_id)


async def _actor(tx: Tx, granter_id: AccountId | None, market: str) -> audit.Actor:
    if granter_id is None:
        return audit.Actor(kind=SYSTEM, actor_id=None, market=market)
    granter = await account(tx, granter_id)
    kind = audit.ActorKind.OPERATOR
    return audit.Actor(kind=kind, actor_id=granter_id, market=granter.market)
