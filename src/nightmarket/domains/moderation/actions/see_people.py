"""What moderation keeps about people: strikes, copies of everything, and its erasure."""

from collections.abc import Collection
from datetime import datetime

from nightmarket.domains.moderation.store import persons, statements
from nightmarket.infra.db import Tx
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId


async def strike_points(
    tx: Tx, account_ids: Collection[AccountId], now: datetime
) -> dict[AccountId, int]:
    """Return active strike points of every one of `account_ids`; 3 and more: all is held."""
    found = await statements.strike_points(tx, account_ids, microseconds(now))
    return {account_id: found.get(account_id, 0) for account_id in account_ids}


async def export_person(tx: Tx, account_id: AccountId) -> dict[str, list[dict[str, object]]]:
    """Return table → rows of everything kept about one person."""
    return await persons.export(tx, account_id)


async def erase_person(tx: Tx, account_id: AccountId) -> None:
    """Delete everything kept about one person; a moderator's decisions stay without the name."""
    await persons.erase(tx, account_id)
