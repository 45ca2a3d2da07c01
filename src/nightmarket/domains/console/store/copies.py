"""Typed functions over queries.sql; rows never leave this file."""

from dataclasses import dataclass, replace

from nightmarket.domains.console.values import Export, ExportState
from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId

QUERIES = sql.load("nightmarket.domains.console")


@dataclass(frozen=True, slots=True)
class Rate:
    """What one account asked for."""

    pending: int
    last_day: int


def _export(row: Export) -> Export:
    return replace(row, state=ExportState(row.state))


async def insert(tx: Tx, export: Export) -> bool:
    """Keep a wish; False: one is pending already."""
    return bool(
        await tx.run(
            QUERIES["export_insert"],
            export_id=export.export_id,
            account_id=export.account_id,
            market=export.market,
            folder=export.folder,
            created_at_us=export.created_at_us,
            expires_at_us=export.expires_at_us,
        )
    )


async def rate(tx: Tx, account_id: AccountId, since_us: int) -> Rate:
    """Count an account's copies."""
    return await tx.one(Rate, QUERIES["export_rate"], account_id=account_id, since_us=since_us)


async def export(tx: Tx, export_id: int) -> Export | None:
    """Return one copy, locked."""
    row = await tx.maybe(Export, QUERIES["export_of"], export_id=export_id)
    return None if row is None else _export(row)


async def exports_of(tx: Tx, account_id: AccountId) -> list[Export]:
    """Return an account's copies, newest first."""
    rows = await tx.rows(Export, QUERIES["exports_of"], account_id=account_id)
    return [_export(row) for row in rows]


async def expired(tx: Tx, now_us: int, begun_us: int) -> list[Export]:
    """Return copies whose time is over, and those begun so long ago that they never ended."""
    rows = await tx.rows(Export, QUERIES["exports_expired"], now_us=now_us, begun_us=begun_us)
    return [_export(row) for row in rows]


async def move(tx: Tx, changed: Export) -> None:
    """Write a copy's state, size and end."""
    await tx.run(
        QUERIES["export_move"],
        export_id=changed.export_id,
        state=changed.state.value,
        size_bytes=changed.size_bytes,
        finished_at_us=changed.finished_at_us,
    )


async def delete(tx: Tx, account_id: AccountId) -> None:
    """Forget an account's copies."""
    await tx.run(QUERIES["exports_delete"], account_id=account_id)
