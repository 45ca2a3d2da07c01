"""Reads the inbox and marks it read."""

from datetime import datetime

from nightmarket.domains.identity import face as identity
from nightmarket.domains.notifications.actions.notify import tell_unread
from nightmarket.domains.notifications.errors import NoSuchNotification
from nightmarket.domains.notifications.store import lines
from nightmarket.domains.notifications.values import InboxItem
from nightmarket.infra.db import Tx
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, NotificationId
from nightmarket.kernel.pages import Page, PageRequest, page


async def inbox(tx: Tx, account_id: AccountId, request: PageRequest) -> Page[InboxItem]:
    """Return one page of lines, the newest change first; the cursor has two keys."""
    hidden = await identity.blocks_of(tx, account_id)
    found = await lines.inbox(tx, account_id, request, hidden)
    return page(found, request.limit, lambda item: (item.updated_at_us, item.notification_id))


async def unread_count(tx: Tx, account_id: AccountId) -> int:
    """Return how many lines are unread."""
    return await lines.unread_count(tx, account_id)


async def mark_read(
    tx: Tx, account_id: AccountId, up_to: NotificationId | None, now: datetime
) -> int:
    """Mark every line read that is not newer than `up_to`; None: all. Returns what is unread.

    Raises:
        NoSuchNotification: `up_to` is not a line of this account.
    """
    up_to_us: int | None = microseconds(now)
    if up_to is not None:
        up_to_us = await lines.updated_at_us(tx, account_id, up_to)
    if up_to_us is None:
        raise NoSuchNotification("no such notification")
    changed = await lines.read(tx, account_id, up_to_us=up_to_us, at_us=microseconds(now))
    if changed:
        await tell_unread(tx, account_id)
    return await lines.unread_count(tx, account_id)
