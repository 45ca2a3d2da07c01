"""What others may ask of the feed: what it showed, and everything about a person, out or away."""

from collections.abc import Sequence
from typing import Any

from nightmarket.domains.feed.actions.inspect_shown import (
    check_amount,
    count_shown,
    list_shown,
)
from nightmarket.domains.feed.actions.warm_up import warmed_up
from nightmarket.domains.feed.actions.write_shown import shown_lines
from nightmarket.domains.feed.store import items, records, shown, viewers
from nightmarket.domains.feed.values.shown import Told
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, RequestId

__all__ = [
    "check_amount",
    "count_shown",
    "erase_person",
    "export_person",
    "list_shown",
    "record_of",
    "shown_lines",
    "told_of",
    "warmed_up",
]


async def told_of(tx: Tx, video_ids: Sequence[int]) -> dict[int, Told]:
    """Return what the feed's index says of some videos today; what it does not know is left out."""
    return await shown.told(tx, video_ids)


async def record_of(tx: Tx, request_id: RequestId) -> dict[str, Any] | None:
    """Return the record of one page with its columns named; None: none, or no longer kept.

    Keys: as the export of a person's `feed_record` has them, and `viewer_id` (0: nobody's).
    """
    found = await records.read(tx, request_id)
    return None if found is None else {"viewer_id": found.viewer_id, **records.as_named(found)}


async def export_person(tx: Tx, account_id: AccountId) -> dict[str, list[dict[str, Any]]]:
    """Return every row about an account, by table."""
    return {
        "feed_item": await items.of_creator(tx, account_id),
        **await viewers.everything(tx, account_id),
        "feed_record": await records.of_viewer(tx, account_id),
    }


async def erase_person(tx: Tx, account_id: AccountId) -> None:
    """Forget everything about an account; its videos are never proposed again."""
    await viewers.forget(tx, account_id)
    await items.drop_creator(tx, account_id)
