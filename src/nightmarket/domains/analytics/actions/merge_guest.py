"""Give what a guest watched to the account it became."""

from nightmarket.domains.analytics import store
from nightmarket.infra import eventlog
from nightmarket.infra.db import Tx


async def merge_guest(tx: Tx, guest_id: int, account_id: int) -> None:
    """Move watches, log lines and a cap; again changes nothing."""
    await store.merge_watches(tx, guest_id, account_id)
    await store.merge_cap(tx, guest_id, account_id)
    await eventlog.rename_viewer(tx, guest_id, account_id)
