"""Spends tickets, clears away, hands over and deletes."""

from dataclasses import asdict, dataclass
from typing import Any

from nightmarket.domains.notifications.store.lines import QUERIES, withdraw_actor
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId


@dataclass(frozen=True, slots=True)
class _PreferenceExport:
    kind: str
    has_inbox: bool
    has_mail: bool


@dataclass(frozen=True, slots=True)
class _RhythmExport:
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


@dataclass(frozen=True, slots=True)
class _PushExport:
    subscription_id: int
    endpoint: str
    created_at_us: int


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
    for name in ("erase_items", "erase_preferences", "erase_rhythm", "erase_push"):
        await tx.run(QUERIES[name], account_id=account_id)


async def export(tx: Tx, account_id: AccountId) -> dict[str, list[dict[str, object]]]:
    """Return every row about one account, by table."""
    tables: tuple[tuple[str, str, type[Any]], ...] = (
        ("notifications_item", "export_items", _ItemExport),
        ("notifications_cause", "export_causes", _CauseExport),
        ("notifications_preference", "preferences", _PreferenceExport),
        ("notifications_rhythm", "rhythm", _RhythmExport),
        ("notifications_push", "export_push", _PushExport),
    )
    found: dict[str, list[dict[str, object]]] = {}
    for table, query, row in tables:
        rows: list[Any] = await tx.rows(row, QUERIES[query], account_id=account_id)
        found[table] = [asdict(one) for one in rows]
    return found
