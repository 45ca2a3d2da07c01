"""What is kept about one person: merged, exported, erased."""

from psycopg.rows import dict_row

from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId

QUERIES = sql.load("nightmarket.domains.moderation")


async def merge_guest(tx: Tx, guest_id: int, account_id: AccountId) -> None:
    """Give a guest's reports to the account."""
    await tx.run(QUERIES["guest_merge"], guest_id=guest_id, account_id=account_id)
    await tx.run(QUERIES["guest_forget"], guest_id=guest_id)


async def export(tx: Tx, account_id: AccountId) -> dict[str, list[dict[str, object]]]:
    """Return table → rows about one person."""
    found: dict[str, list[dict[str, object]]] = {}
    for table in ("items", "reports", "statements", "appeals", "strikes"):
        async with tx.connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(QUERIES[f"export_{table}"], {"account_id": account_id})
            found[f"moderation_{table}"] = list(await cursor.fetchall())
    return found


async def erase(tx: Tx, account_id: AccountId) -> None:
    """Delete everything about one person; children first."""
    for part in (
        "strikes",
        "appeals",
        "statements",
        "reports",
        "cases",
        "items",
        "claims",
        "deciders",
        "appeal_deciders",
    ):
        await tx.run(QUERIES[f"erase_{part}"], account_id=account_id)
