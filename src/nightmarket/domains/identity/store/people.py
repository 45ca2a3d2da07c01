"""Accounts: made, read in batches, looked up by handle."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nightmarket.domains.identity.values import Account, Me
from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId

QUERIES = sql.load("nightmarket.domains.identity")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What an account is made of."""

    account_id: AccountId
    market: str
    handle: str
    name: str
    language: str
    birth_date: date
    is_private: bool
    is_personalised: bool


async def make(tx: Tx, new: NewAccount, now_us: int) -> bool:
    """Write an account; False when somebody has the handle."""
    made = await tx.run(
        QUERIES["account_make"],
        account_id=new.account_id,
        market=new.market,
        handle=new.handle,
        name=new.name,
        language=new.language,
        birth_date=new.birth_date,
        is_private=new.is_private,
        is_personalised=new.is_personalised,
        now_us=now_us,
    )
    return made == 1


async def is_handle_kept(tx: Tx, handle: str, account_id: AccountId, since_us: int) -> bool:
    """Whether somebody else gave the handle up after `since_us`."""
    found = await tx.value(
        bool, QUERIES["handle_is_kept"], handle=handle, account_id=account_id, since_us=since_us
    )
    return bool(found)


async def accounts(tx: Tx, ids: Sequence[AccountId]) -> dict[AccountId, Account]:
    """Return the accounts there are among `ids`."""
    if not ids:
        return {}
    found = await tx.rows(Account, QUERIES["accounts_by_id"], ids=list(ids))
    return {account.account_id: account for account in found}


async def by_handles(tx: Tx, handles: Sequence[str]) -> dict[str, Account]:
    """Return accounts by their present handles."""
    if not handles:
        return {}
    found = await tx.rows(Account, QUERIES["accounts_by_handle"], handles=list(handles))
    return {account.handle: account for account in found}


async def after(tx: Tx, account_id: int, limit: int) -> list[Account]:
    """Return accounts with greater ids, in order of ids."""
    return await tx.rows(Account, QUERIES["accounts_changed_after"], after=account_id, limit=limit)


async def moved_from(tx: Tx, handle: str) -> AccountId | None:
    """Return who gave this handle up last."""
    found = await tx.value(int, QUERIES["handle_moved"], handle=handle)
    return None if found is None else AccountId(found)


async def me(tx: Tx, account_id: AccountId) -> Me | None:
    """Return an account as its owner sees it."""
    return await tx.maybe(Me, QUERIES["me"], account_id=account_id)
