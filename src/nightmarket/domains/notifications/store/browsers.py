"""Reads and writes the browsers that are told while Nightmarket is closed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from nightmarket.domains.notifications.store.lines import QUERIES
from nightmarket.infra.db import Tx
from nightmarket.infra.webpush import Keys
from nightmarket.kernel.ids import AccountId, NotificationId


@dataclass(frozen=True, slots=True)
class Browser:
    """One browser and what is needed to write to it."""

    subscription_id: int
    endpoint: str
    p256dh: bytes = field(repr=False)
    auth: bytes = field(repr=False)

    @property
    def keys(self) -> Keys:
        """What its messages are encrypted with."""
        return Keys(bytes(self.p256dh), bytes(self.auth))


@dataclass(frozen=True, slots=True)
class Told:
    """The unread line a push tells."""

    kind: str
    actors_count: int
    text_preview: str


async def add(
    tx: Tx, browser: Browser, account_id: AccountId, *, market: str, created_at_us: int, keep: int
) -> int:
    """Write a browser, in place of the same one before, and keep an account's latest only."""
    subscription_id = await tx.value(
        int,
        QUERIES["push_add"],
        subscription_id=browser.subscription_id,
        account_id=account_id,
        market=market,
        endpoint=browser.endpoint,
        p256dh=browser.p256dh,
        auth=browser.auth,
        created_at_us=created_at_us,
    )
    await tx.run(QUERIES["push_trim"], account_id=account_id, keep=keep)
    assert subscription_id is not None
    return subscription_id


async def drop(tx: Tx, account_id: AccountId, endpoint: str) -> None:
    """Forget one of an account's browsers."""
    await tx.run(QUERIES["push_drop"], account_id=account_id, endpoint=endpoint)


async def drop_gone(tx: Tx, subscription_ids: Sequence[int]) -> None:
    """Forget browsers that are gone."""
    await tx.run(QUERIES["push_drop_gone"], subscription_ids=list(subscription_ids))


async def of(tx: Tx, account_id: AccountId) -> list[Browser]:
    """Return an account's browsers."""
    return await tx.rows(Browser, QUERIES["push_of"], account_id=account_id)


async def exists(tx: Tx, account_id: AccountId) -> bool:
    """Whether an account has any browser."""
    return bool(await tx.value(bool, QUERIES["push_exists"], account_id=account_id))


async def told(tx: Tx, account_id: AccountId, notification_id: NotificationId) -> Told | None:
    """Return a line while it is unread and shown."""
    return await tx.maybe(
        Told, QUERIES["push_line"], account_id=account_id, notification_id=notification_id
    )
