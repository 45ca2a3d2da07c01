"""Hands over or deletes everything one person did with videos."""

from typing import Any

from nightmarket.domains.social.actions.delete_comment import drop
from nightmarket.domains.social.actions.find_comment import lock_comment
from nightmarket.domains.social.errors import NoSuchComment
from nightmarket.domains.social.store import comments as store
from nightmarket.domains.social.store import upkeep
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, CommentId

BATCH = 500
BATCHES_MAX = 2000


async def export_person(tx: Tx, account_id: AccountId) -> dict[str, list[dict[str, Any]]]:
    """Return table → rows, everything about one account."""
    return await upkeep.export(tx, account_id)


async def erase_person(tx: Tx, account_id: AccountId, services: Services) -> None:
    """Delete everything one account did and wrote, out of every count. Idempotent.

    Answers others gave to its comments go with the threads; its videos are `videos`' to delete.
    """
    await upkeep.erase_reactions(tx, account_id)
    for _ in range(BATCHES_MAX):
        liked = await upkeep.liked_comment_ids(tx, account_id, BATCH)
        for number in liked:
            await store.drop_like(tx, CommentId(number), account_id)
        if len(liked) < BATCH:
            break
    for _ in range(BATCHES_MAX):
        written = await upkeep.comment_ids(tx, account_id, BATCH)
        for number in written:
            await _drop(tx, services, CommentId(number))
        if len(written) < BATCH:
            break


async def _drop(tx: Tx, services: Services, comment_id: CommentId) -> None:
    try:
        comment = await lock_comment(tx, comment_id)
    except NoSuchComment:  # It went with a thread a moment ago.
        return
    await drop(tx, services, comment)
