"""Forget what a person searched for, because they ask."""

from nightmarket.domains.search.store import asks
from nightmarket.infra.db import Tx
from nightmarket.kernel.folding import fold
from nightmarket.kernel.ids import ViewerId


async def forget_searches(tx: Tx, asker_id: ViewerId, text: str | None) -> None:
    """Forget one search, or all; nothing there is fine."""
    await asks.forget(tx, asker_id, None if text is None else fold(text))
