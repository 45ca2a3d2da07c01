"""What viewers said about what they like, written; a viewer's state reads it."""

from nightmarket.domains.feed.values.interests import Interest
from nightmarket.infra import sql
from nightmarket.infra.db import Tx

QUERIES = sql.load("nightmarket.domains.feed")


async def level(tx: Tx, viewer_id: int, kind: str, value: str) -> int | None:
    """Return how far one thing is turned; None: nothing was ever said about it."""
    return await tx.value(
        int, QUERIES["interest_level"], viewer_id=viewer_id, scope=kind, value=value
    )


async def count(tx: Tx, viewer_id: int, *, trim_before_us: int) -> int:
    """Return about how many things a viewer said something, after dropping what is stale."""
    await tx.run(QUERIES["interests_trim"], viewer_id=viewer_id, before_us=trim_before_us)
    return await tx.value(int, QUERIES["interests_count"], viewer_id=viewer_id) or 0


async def turn(tx: Tx, viewer_id: int, market: str, interest: Interest, at_us: int) -> None:
    """Keep the level of an interest; what was forgotten of it stays forgotten."""
    await tx.run(
        QUERIES["interest_turn"],
        viewer_id=viewer_id,
        market=market,
        kind=interest.kind,
        value=interest.value,
        level=interest.level,
        at_us=at_us,
    )


async def delete(tx: Tx, viewer_id: int, market: str, interest: Interest) -> None:
    """Keep that everything learned of it until `forgotten_at_us` is forgotten, and its level."""
    await tx.run(
        QUERIES["interest_delete"],
        viewer_id=viewer_id,
        market=market,
        kind=interest.kind,
        value=interest.value,
        at_us=interest.forgotten_at_us,
    )
