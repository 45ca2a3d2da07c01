"""The settings document of an account: one JSON object, always read with its defaults."""

from typing import Any

import msgspec

from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId

QUERIES = sql.load("nightmarket.domains.identity")
DEFAULTS: dict[str, Any] = {
    "keyword_filters": [],
    "hide_ai": False,
    "ai_amount": "as_usual",
    "show_mature": False,
    "data_saver": False,
    "autoplay_sound": True,
    "captions": False,
    "quiet_hours": None,
    "notifications": {},
}
"""Every key a document may have."""


async def of(tx: Tx, account_id: AccountId) -> dict[str, Any]:
    """Return the document with defaults filled in; the defaults when there is no such account."""
    found = await tx.value(dict, QUERIES["settings_of"], account_id=account_id)
    kept = {key: value for key, value in (found or {}).items() if key in DEFAULTS}
    return DEFAULTS | kept


def filled(document: dict[str, Any] | None) -> dict[str, Any]:
    """Return a document with defaults filled in, without keys that are no longer known."""
    kept = {key: value for key, value in (document or {}).items() if key in DEFAULTS}
    return DEFAULTS | kept


async def put(tx: Tx, account_id: AccountId, document: dict[str, Any]) -> None:
    """Replace the document."""
    assert document.keys() <= DEFAULTS.keys(), document.keys()
    text = msgspec.json.encode(document).decode()
    await tx.run(QUERIES["settings_set"], account_id=account_id, settings=text)
