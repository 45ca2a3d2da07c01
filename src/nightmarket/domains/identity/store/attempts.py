"""Attempts counted per window, by digest."""

from dataclasses import dataclass

from nightmarket.infra import sql
from nightmarket.infra.db import Tx

QUERIES = sql.load("nightmarket.domains.identity")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many attempts the window has seen, this one included, and when it ends."""

    attempts: int
    window_ends_at_us: int


async def count(tx: Tx, key: bytes, weight: int, *, now_us: int, window_us: int) -> Counted:
    """Count an attempt as `weight`; others with the same key wait until this transaction ends."""
    return await tx.one(
        Counted,
        QUERIES["attempt_count"],
        key=key,
        weight=weight,
        now_us=now_us,
        window_ends_at_us=now_us + window_us,
    )


async def forget(tx: Tx, key: bytes) -> None:
    """Wipe a key's attempts."""
    await tx.run(QUERIES["attempts_forget"], key=key)


async def trim(tx: Tx, now_us: int) -> int:
    """Delete windows that are over; returns how many."""
    return await tx.run(QUERIES["attempts_trim"], now_us=now_us)
