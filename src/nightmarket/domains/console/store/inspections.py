"""Inspections in the database; rows never leave this file."""

from dataclasses import asdict

from nightmarket.domains.console.store.copies import QUERIES
from nightmarket.domains.console.values import Inspection
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId

LISTED_MAX = 50


async def insert(tx: Tx, inspection: Inspection) -> None:
    """Keep a new one."""
    await tx.run(QUERIES["inspection_insert"], **asdict(inspection))


async def of(tx: Tx, inspection_id: int, account_id: AccountId) -> Inspection | None:
    """Return one of an auditor's inspections."""
    return await tx.maybe(
        Inspection, QUERIES["inspection_of"], inspection_id=inspection_id, account_id=account_id
    )


async def all_of(tx: Tx, account_id: AccountId) -> list[Inspection]:
    """Return an auditor's newest inspections, newest first."""
    return await tx.rows(
        Inspection, QUERIES["inspections_of"], account_id=account_id, limit=LISTED_MAX
    )


async def count_open(tx: Tx, account_id: AccountId) -> int:
    """Return how many an auditor has open."""
    return await tx.value(int, QUERIES["inspections_open"], account_id=account_id) or 0


async def close(tx: Tx, inspection_id: int) -> None:
    """Throw the key away."""
    await tx.run(QUERIES["inspection_close"], inspection_id=inspection_id)


async def expire(tx: Tx, now_us: int) -> int:
    """Close those whose time is over; returns how many."""
    return await tx.run(QUERIES["inspections_expire"], now_us=now_us)


async def delete(tx: Tx, account_id: AccountId) -> None:
    """Forget an auditor's inspections."""
    await tx.run(QUERIES["inspections_delete"], account_id=account_id)
