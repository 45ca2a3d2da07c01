"""The verbs of pools that others may call."""

from collections.abc import Sequence
from typing import Any

from nightmarket.domains.pools import store
from nightmarket.domains.pools.values.items import ItemKind
from nightmarket.domains.pools.values.standing import Deal
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId

__all__ = ["Deal", "deal_after", "erase_person", "export_person", "levels_of"]


async def deal_after(tx: Tx, after_us: int, kind: ItemKind = ItemKind.VIDEO) -> Deal | None:
    """Return who gets exploration exposures now; None: nothing newer than `after_us`."""
    return await store.deal(tx, kind, after_us)


async def levels_of(tx: Tx, ids: Sequence[int], kind: ItemKind = ItemKind.VIDEO) -> dict[int, int]:
    """Return the level that each of `ids` stands at now; what never raced is left out."""
    return await store.levels(tx, kind, ids)


async def export_person(tx: Tx, account_id: AccountId) -> dict[str, list[dict[str, Any]]]:
    """Return every row about an account, by table."""
    return {"pools_item": await store.of_owner(tx, account_id)}


async def erase_person(tx: Tx, account_id: AccountId) -> None:
    """Take an account's things out of the race, and its name off them."""
    await store.forget_owner(tx, account_id)
