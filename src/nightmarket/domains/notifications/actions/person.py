"""Hands over or deletes everything the inbox knows about one person."""

from nightmarket.domains.notifications.store import upkeep
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId


async def export_person(tx: Tx, account_id: AccountId) -> dict[str, list[dict[str, object]]]:
    """Return table → rows, everything about one account."""
    return await upkeep.export(tx, account_id)


async def erase_person(tx: Tx, account_id: AccountId) -> None:
    """Delete everything of one account, and its traces in other people's inboxes. Idempotent."""
    await upkeep.erase(tx, account_id)
