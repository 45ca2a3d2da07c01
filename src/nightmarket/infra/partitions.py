"""Tables partitioned by day: made when a day is first needed, dropped whole when they are old."""

from collections.abc import Iterable

from psycopg import sql as compose

from nightmarket.infra import sql
from nightmarket.infra.db import Tx

QUERIES = sql.load("nightmarket.infra")
DAY_US = 86_400_000_000


def day_of(at_us: int) -> int:
    """Return the UTC day of an instant, counted from 1970."""
    return at_us // DAY_US


async def ensure(tx: Tx, table: str, days: Iterable[int]) -> int:
    """Make the partitions of `days` that are missing; returns how many were.

    Call it before this transaction touches the table: making one locks the whole table.
    """
    wanted = sorted(set(days))
    missing = await tx.column(int, QUERIES["partitions_missing"], table=table, days=wanted)
    if not missing:
        return 0
    await tx.run(QUERIES["partitions_lock"], table=table)
    for day in missing:
        await tx.connection.execute(
            compose.SQL(
                "CREATE TABLE IF NOT EXISTS {} PARTITION OF {} FOR VALUES FROM ({}) TO ({})"
            ).format(
                compose.Identifier(f"{table}_d{day}"),
                compose.Identifier(table),
                compose.Literal(day),
                compose.Literal(day + 1),
            )
        )
    return len(missing)


async def days_kept(tx: Tx, table: str) -> list[int]:
    """Return the days that have a partition, oldest first."""
    return await tx.column(int, QUERIES["partitions_kept"], table=table)


async def drop_before(tx: Tx, table: str, day: int) -> list[int]:
    """Drop every partition older than `day`, rows and all; returns the days that went."""
    old = [kept for kept in await days_kept(tx, table) if kept < day]
    for gone in old:
        await tx.connection.execute(
            compose.SQL("DROP TABLE {}").format(compose.Identifier(f"{table}_d{gone}"))
        )
    return old
