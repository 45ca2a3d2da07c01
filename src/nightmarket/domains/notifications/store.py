"""Typed functions over queries.sql; rows never leave this file."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from nightmarket.domains.notifications.values import (
    ACTORS_SHOWN_MAX,
    InboxItem,
    Kind,
    Notice,
    Preference,
    QuietHours,
)
from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import ID_MAX, AccountId, CommentId, NotificationId, VideoId
from nightmarket.kernel.pages import PageRequest

QUERIES = sql.load("nightmarket.domains.notifications")
CAUSES_LOOKED_AT_MAX = 12
"""One person may have written several of the newest comments; enough to find three people."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When one account may be disturbed, and when it last got a mail."""

    quiet: QuietHours | None
    mailed_at_us: int | None


@dataclass(frozen=True, slots=True)
class Unmailed:
    """One line a mail would tell."""

    notification_id: NotificationId
    kind: str
    text_preview: str
    actors_count: int
    updated_at_us: int


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


@dataclass(frozen=True, slots=True)
class _PreferenceRow:
    kind: str
    has_inbox: bool
    has_mail: bool


@dataclass(frozen=True, slots=True)
class _RhythmRow:
    quiet_from_minute: int | None
    quiet_to_minute: int | None
    timezone: str | None
    mailed_at_us: int | None
    mail_due_at_us: int | None


@dataclass(frozen=True, slots=True)
class _ItemExport:
    notification_id: int
    kind: str
    video_id: int | None
    comment_id: int | None
    text_preview: str
    actors_count: int
    created_at_us: int
    updated_at_us: int
    read_at_us: int | None
    mailed_at_us: int | None


@dataclass(frozen=True, slots=True)
class _CauseExport:
    notification_id: int
    comment_id: int
    text_preview: str
    at_us: int
    is_withdrawn: bool


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


async def preferences(tx: Tx, account_id: AccountId) -> dict[Kind, Preference]:
    """Return only what was chosen."""
    rows = await tx.rows(_PreferenceRow, QUERIES["preferences"], account_id=account_id)
    return {Kind(row.kind): Preference(row.has_inbox, row.has_mail) for row in rows}


async def set_preferences(
    tx: Tx, account_id: AccountId, chosen: dict[Kind, Preference], market: str
) -> None:
    """Write choices; kinds that are not named keep theirs."""
    await tx.run_many(
        QUERIES["preference_set"],
        [
            {
                "account_id": account_id,
                "kind": str(kind),
                "market": market,
                "has_inbox": one.has_inbox,
                "has_mail": one.has_mail,
            }
            for kind, one in chosen.items()
        ],
    )


async def rhythm(tx: Tx, account_id: AccountId) -> Rhythm:
    """Return quiet hours and the last mail."""
    row = await tx.maybe(_RhythmRow, QUERIES["rhythm"], account_id=account_id)
    if row is None:
        return Rhythm(None, None)
    quiet = None
    if row.quiet_from_minute is not None:
        assert row.quiet_to_minute is not None
        assert row.timezone is not None
        quiet = QuietHours(row.quiet_from_minute, row.quiet_to_minute, row.timezone)
    return Rhythm(quiet, row.mailed_at_us)


async def set_quiet(tx: Tx, account_id: AccountId, quiet: QuietHours | None, market: str) -> None:
    """Write quiet hours, or none."""
    await tx.run(
        QUERIES["rhythm_set_quiet"],
        account_id=account_id,
        market=market,
        quiet_from_minute=quiet.from_minute if quiet else None,
        quiet_to_minute=quiet.to_minute if quiet else None,
        timezone=quiet.timezone if quiet else None,
    )


async def unmailed(
    tx: Tx, account_id: AccountId, kinds: Collection[Kind], limit: int
) -> list[Unmailed]:
    """Return what a mail would tell, the newest first."""
    return await tx.rows(
        Unmailed,
        QUERIES["unmailed"],
        account_id=account_id,
        kinds=[str(kind) for kind in kinds],
        limit=limit,
    )


async def mailed(
    tx: Tx, account_id: AccountId, lines: Sequence[NotificationId], at_us: int
) -> None:
    """Remember that these lines were told by mail, and that none is due."""
    await tx.run(QUERIES["items_mailed"], notification_ids=list(lines), at_us=at_us)
    await tx.run(QUERIES["rhythm_set_mailed"], account_id=account_id, at_us=at_us)


async def set_mail_due(tx: Tx, account_id: AccountId, market: str, at_us: int) -> None:
    """See to it that a mail may go at this instant, or earlier if it was to go earlier."""
    await tx.run(QUERIES["rhythm_set_due"], account_id=account_id, market=market, at_us=at_us)


async def put_mail_off(tx: Tx, account_id: AccountId, at_us: int | None) -> None:
    """Let the mail that was due go later; None: not at all."""
    await tx.run(QUERIES["rhythm_put_off"], account_id=account_id, at_us=at_us)


async def mails_due(tx: Tx, now_us: int, limit: int) -> list[AccountId]:
    """Return whose mail may go now."""
    found = await tx.column(int, QUERIES["mails_due"], now_us=now_us, limit=limit)
    return [AccountId(one) for one in found]


async def spend_ticket(tx: Tx, ticket_id: int, expires_at_us: int) -> bool:
    """Whether this is the first time."""
    return bool(
        await tx.run(QUERIES["ticket_spend"], ticket_id=ticket_id, expires_at_us=expires_at_us)
    )


async def trim(tx: Tx, *, tickets_before_us: int, items_before_us: int, limit: int) -> int:
    """Delete what is too old; returns how many lines of inboxes went."""
    await tx.run(QUERIES["tickets_trim"], before_us=tickets_before_us)
    return await tx.run(QUERIES["items_trim"], before_us=items_before_us, limit=limit)


async def erase(tx: Tx, account_id: AccountId) -> None:
    """Delete everything of one account, and its traces in other people's inboxes."""
    await withdraw_actor(tx, account_id)
    for name in ("erase_items", "erase_preferences", "erase_rhythm"):
        await tx.run(QUERIES[name], account_id=account_id)


async def export(tx: Tx, account_id: AccountId) -> dict[str, list[dict[str, object]]]:
    """Return every row about one account, by table."""
    tables: tuple[tuple[str, str, type[Any]], ...] = (
        ("notifications_item", "export_items", _ItemExport),
        ("notifications_cause", "export_causes", _CauseExport),
        ("notifications_preference", "preferences", _PreferenceRow),
        ("notifications_rhythm", "rhythm", _RhythmRow),
    )
    found: dict[str, list[dict[str, object]]] = {}
    for table, query, row in tables:
        rows: list[Any] = await tx.rows(row, QUERIES[query], account_id=account_id)
        found[table] = [asdict(one) for one in rows]
    return found
