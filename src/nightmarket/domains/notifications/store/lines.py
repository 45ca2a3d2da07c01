"""Reads and writes the lines of inboxes: grouped notices and the people behind them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from nightmarket.domains.notifications.values import ACTORS_SHOWN_MAX, InboxItem, Notice
from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import ID_MAX, AccountId, CommentId, NotificationId, VideoId
from nightmarket.kernel.pages import PageRequest

QUERIES = sql.load("nightmarket.domains.notifications")
CAUSES_LOOKED_AT_MAX = 12
"""One person may have written several of the newest comments; enough to find three people."""


@dataclass(frozen=True, slots=True)
class _Open:
    notification_id: NotificationId
    actors_count: int


@dataclass(frozen=True, slots=True)
class _InboxRow:
    notification_id: NotificationId
    kind: str
    video_id: VideoId | None
    comment_id: CommentId | None
    text_preview: str
    actors: list[AccountId]
    actors_count: int
    updated_at_us: int
    is_read: bool


async def add(
    tx: Tx,
    notice: Notice,
    notification_id: NotificationId,
    *,
    market: str,
    at_us: int,
    repeat_us: int,
) -> NotificationId | None:
    """Write a notice on the unread line of its group, else on a new line `notification_id`.

    Returns the line, or None when the person was told of this before (a cause repeated, or one
    taken back and given again since `repeat_us`).
    """
    actor_id, cause_comment = notice.actor_id or 0, notice.cause_comment_id or 0
    restored = await tx.column(
        int,
        QUERIES["cause_restore"],
        account_id=notice.account_id,
        group_key=notice.group,
        actor_id=actor_id,
        comment_id=cause_comment,
        since_us=repeat_us,
    )
    if restored:
        await tx.run(QUERIES["items_recount"], notification_ids=restored)
        return None
    line = await tx.maybe(
        _Open, QUERIES["item_open_lock"], account_id=notice.account_id, group_key=notice.group
    )
    if line is None:
        await _add_line(tx, notice, notification_id, market=market, at_us=at_us)
    target = notification_id if line is None else line.notification_id
    if not actor_id:
        return target if line is None else None
    await _add_cause(tx, notice, target, at_us)
    return target


async def _add_line(
    tx: Tx, notice: Notice, notification_id: NotificationId, *, market: str, at_us: int
) -> None:
    await tx.run(
        QUERIES["item_add"],
        notification_id=notification_id,
        account_id=notice.account_id,
        market=market,
        kind=notice.kind,
        group_key=notice.group,
        video_id=notice.video_id,
        comment_id=notice.comment_id,
        text_preview="" if notice.cause_comment_id else notice.text_preview,
        at_us=at_us,
    )


async def _add_cause(tx: Tx, notice: Notice, target: NotificationId, at_us: int) -> None:
    is_known = await tx.value(
        bool, QUERIES["cause_has_actor"], notification_id=target, actor_id=notice.actor_id
    )
    await tx.run(
        QUERIES["cause_add"],
        notification_id=target,
        actor_id=notice.actor_id,
        comment_id=notice.cause_comment_id or 0,
        text_preview=notice.text_preview if notice.cause_comment_id else "",
        at_us=at_us,
    )
    await tx.run(
        QUERIES["item_bump"], notification_id=target, more=0 if is_known else 1, at_us=at_us
    )


async def withdraw_group(
    tx: Tx, account_id: AccountId, group: str, actor_id: AccountId
) -> set[AccountId]:
    """Take one person off the lines of a group; returns whose inbox changed."""
    touched = await tx.column(
        int,
        QUERIES["cause_withdraw_group"],
        account_id=account_id,
        group_key=group,
        actor_id=actor_id,
    )
    return await _settle(tx, touched)


async def withdraw_between(tx: Tx, one: AccountId, other: AccountId) -> set[AccountId]:
    """Take two people out of each other's inboxes; returns whose inbox changed."""
    touched = await tx.column(int, QUERIES["cause_withdraw_between"], one=one, other=other)
    return await _settle(tx, touched)


async def withdraw_comment(tx: Tx, comment_id: CommentId) -> set[AccountId]:
    """Forget a comment; returns whose inbox changed."""
    dropped = await tx.column(int, QUERIES["items_drop_comment"], comment_id=comment_id)
    touched = await tx.column(int, QUERIES["cause_withdraw_comment"], comment_id=comment_id)
    return {AccountId(one) for one in dropped} | await _settle(tx, touched)


async def withdraw_video(tx: Tx, video_id: VideoId) -> set[AccountId]:
    """Forget a video; returns whose inbox changed."""
    dropped = await tx.column(int, QUERIES["items_drop_video"], video_id=video_id)
    return {AccountId(one) for one in dropped}


async def withdraw_actor(tx: Tx, actor_id: AccountId) -> None:
    """Take one person out of every inbox."""
    await _settle(tx, await tx.column(int, QUERIES["cause_withdraw_actor"], actor_id=actor_id))


async def _settle(tx: Tx, touched: Sequence[int]) -> set[AccountId]:
    if not touched:
        return set()
    changed = await tx.column(int, QUERIES["items_recount"], notification_ids=sorted(set(touched)))
    return {AccountId(one) for one in changed}


async def inbox(
    tx: Tx, account_id: AccountId, request: PageRequest, hidden: Collection[AccountId]
) -> list[InboxItem]:
    """Return a page's lines and one more when there are more; `hidden` people are not named."""
    before_us, before_id = request.after or (ID_MAX, ID_MAX)
    rows = await tx.rows(
        _InboxRow,
        QUERIES["inbox"],
        account_id=account_id,
        hidden=list(hidden),
        before_us=before_us,
        before_id=before_id,
        causes_max=CAUSES_LOOKED_AT_MAX,
        limit=request.limit + 1,
    )
    return [_item(row) for row in rows]


def _item(row: _InboxRow) -> InboxItem:
    actors = tuple(dict.fromkeys(row.actors))[:ACTORS_SHOWN_MAX]
    return InboxItem(
        row.notification_id,
        row.kind,
        row.video_id,
        row.comment_id,
        row.text_preview,
        actors,
        row.actors_count,
        row.updated_at_us,
        row.is_read,
    )


async def unread_count(tx: Tx, account_id: AccountId) -> int:
    """Return how many lines are unread."""
    return await tx.value(int, QUERIES["unread_count"], account_id=account_id) or 0


async def updated_at_us(
    tx: Tx, account_id: AccountId, notification_id: NotificationId
) -> int | None:
    """Return when a line of this account last changed; None: it has no such line."""
    return await tx.value(
        int, QUERIES["item_updated_at"], account_id=account_id, notification_id=notification_id
    )


async def read(tx: Tx, account_id: AccountId, *, up_to_us: int, at_us: int) -> int:
    """Mark lines read; returns how many were not."""
    return await tx.run(
        QUERIES["items_read"], account_id=account_id, up_to_us=up_to_us, at_us=at_us
    )
