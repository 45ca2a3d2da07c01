"""Reads the log, and what it says about one person."""

from typing import Any

from nightmarket.domains.audit import store
from nightmarket.domains.audit.values import Entry
from nightmarket.infra.db import Tx
from nightmarket.kernel import pages
from nightmarket.kernel.ids import AccountId
from nightmarket.kernel.pages import Page, PageRequest


async def read_log(tx: Tx, page: PageRequest, about: tuple[str, int] | None) -> Page[Entry]:
    """Return a page of the log, the newest first, only `about` (kind, id) if given."""
    seq = page.after[0] if page.after else None
    rows = await store.before(tx, seq, page.limit + 1, about)
    return pages.page(rows, page.limit, lambda entry: (entry.seq,))


async def export_person(tx: Tx, account_id: AccountId) -> dict[str, list[dict[str, Any]]]:
    """Return everything the log has on a person, table by table."""
    entries = await store.of_person(tx, account_id)
    return {
        "audit_entry": [
            {
                "seq": entry.seq,
                "occurred_at_us": entry.occurred_at_us,
                "market": entry.market,
                "actor_kind": entry.actor_kind,
                "actor_id": entry.actor_id,
                "action": entry.action,
                "object_kind": entry.object_kind,
                "object_id": entry.object_id,
                "hash": entry.hash.hex(),
            }
            for entry in entries
        ],
        "audit_facts": [
            {"seq": entry.seq, "market": entry.market, "facts": entry.facts.decode()}
            for entry in entries
            if entry.facts is not None
        ],
    }


async def erase_person(tx: Tx, account_id: AccountId) -> dict[str, int]:
    """Delete the words about a person; returns deleted rows by table.

    The entries stay, with a number nobody can resolve any more: that the house acted must remain
    provable, and the chain would break.
    """
    return {"audit_facts": await store.erase(tx, account_id), "audit_entry": 0}
