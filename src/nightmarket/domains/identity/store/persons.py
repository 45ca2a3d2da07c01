"""Everything identity has on one person: read table by table, and erased."""

from typing import Any

from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId

QUERIES = sql.load("nightmarket.domains.identity")
TABLES = (
    "account", "login", "session", "api_token", "mail_token", "totp", "recovery_code", "passkey",
    "challenge", "parental_consent", "guest", "handle_history", "follow", "block", "mute",
    "limit", "tally", "tally_video", "oauth_client", "oauth_code", "oauth_grant",
)  # fmt: skip
"""Every table with rows of a person. `identity_throttle` has none: its keys are digests of names
with our secret, and its rows are gone within an hour. Nor has `identity_awaiting`: who waits for a
parent is nobody here yet, and is forgotten with the answer or after two weeks."""


async def read(tx: Tx, account_id: AccountId) -> dict[str, list[dict[str, Any]]]:
    """Return table → rows, without hashes and secrets."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in TABLES:
        rows = await tx.rows(dict, QUERIES[f"export_{table}"], account_id=account_id)
        found[f"identity_{table}"] = rows
    return found


async def erase(tx: Tx, account_id: AccountId) -> None:
    """Delete the account with everything that hangs on it, and correct others' counts."""
    await tx.run(QUERIES["erase_counts"], account_id=account_id)
    await tx.run(QUERIES["erase_account"], account_id=account_id)
