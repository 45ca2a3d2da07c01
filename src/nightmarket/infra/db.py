"""The database: a pool, one transaction per request or job, committed only here, and readings."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

from psycopg import AsyncConnection, AsyncCursor, OperationalError
from psycopg.rows import class_row, scalar_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from nightmarket.infra.parameters import ADAPTERS
from nightmarket.kernel.errors import Unavailable

Row = TypeVar("Row")
Scalar = TypeVar("Scalar")
WAIT_S_MAX = 10.0
STATEMENT_TIMEOUT_MS = 15_000


class DatabaseUnavailable(Unavailable):
    """No connection could be had in time; nothing happened."""

    code = "database.unavailable"


class Tx:
    """One open transaction. Rows become frozen dataclasses by column name; nothing else leaves."""

    __slots__ = ("_after", "connection")

    def __init__(self, connection: AsyncConnection[Any]) -> None:
        self.connection = connection
        self._after: list[Callable[[], Awaitable[None]]] = []

    async def rows(self, row: type[Row], sql: str, **params: object) -> list[Row]:
        """Return every row as `row`, whose field names must equal the columns."""
        async with self.connection.cursor(row_factory=class_row(row)) as cursor:
            await cursor.execute(sql, params)
            return await cursor.fetchall()

    async def maybe(self, row: type[Row], sql: str, **params: object) -> Row | None:
        """Return the only row, or None when there is none."""
        found = await self.rows(row, sql, **params)
        assert len(found) <= 1, sql
        return found[0] if found else None

    async def one(self, row: type[Row], sql: str, **params: object) -> Row:
        """Return the row that must exist."""
        found = await self.rows(row, sql, **params)
        assert len(found) == 1, (sql, len(found))
        return found[0]

    async def column(self, kind: type[Scalar], sql: str, **params: object) -> list[Scalar]:
        """Return the first column of every row; `kind` is checked on the first one."""
        async with self.connection.cursor(row_factory=scalar_row) as cursor:
            await cursor.execute(sql, params)
            values = await cursor.fetchall()
        assert not values or values[0] is None or isinstance(values[0], kind), (sql, values[0])
        return cast("list[Scalar]", values)

    async def value(self, kind: type[Scalar], sql: str, **params: object) -> Scalar | None:
        """Return the first column of the only row; None: no row, or NULL."""
        found = await self.column(kind, sql, **params)
        return found[0] if found else None

    async def run(self, sql: str, **params: object) -> int:
        """Execute and return how many rows it touched."""
        cursor = await self.connection.execute(sql, params)
        return cursor.rowcount

    async def run_many(self, sql: str, params: Sequence[dict[str, object]]) -> None:
        """Execute once per parameter set, pipelined."""
        async with self.connection.cursor() as cursor:
            await cursor.executemany(sql, params)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo what happens inside when it raises; the transaction goes on."""
        async with self.connection.transaction():
            yield

    def after_commit(self, call: Callable[[], Awaitable[None]]) -> None:
        """Run `call` once the transaction is committed; never when it is not."""
        self._after.append(call)

    async def _committed(self) -> None:
        for call in self._after:
            await call()


class Database:
    """A pool of connections to one cell's database."""

    def __init__(
        self,
        url: str,
        *,
        connections_max: int = 10,
        cursor_kind: type[AsyncCursor[Any]] = AsyncCursor,
    ) -> None:
        """Connect to nothing yet. `cursor_kind`: what every query runs through."""
        self.url = url
        self._pool = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=connections_max,
            timeout=WAIT_S_MAX,
            open=False,
            kwargs={
                # What is one statement needs no transaction around it: see `reading`.
                "autocommit": True,
                "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC",
                "cursor_factory": cursor_kind,
                "context": ADAPTERS,
            },
        )

    async def open(self) -> None:
        """Connect; waits until the first connection works."""
        await self._pool.open(wait=True, timeout=WAIT_S_MAX)

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        """Commit when the block ends well, roll back when it raises.

        Raises:
            DatabaseUnavailable: no connection within ten seconds.
        """
        async with self._connected() as connection:
            tx = Tx(connection)
            async with connection.transaction():
                yield tx
        await tx._committed()  # noqa: SLF001  # Tx and Database are one unit.

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        """Let every statement stand alone, and see what was committed when it began.

        For what reads, or writes with single statements: two round trips less than a transaction,
        which sees no more than this does.

        Raises:
            DatabaseUnavailable: no connection within ten seconds.
        """
        async with self._connected() as connection:
            tx = Tx(connection)
            yield tx
        await tx._committed()  # noqa: SLF001  # Tx and Database are one unit.

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection[Any]]:
        connection: AsyncConnection[Any] | None = None
        try:
            async with self._pool.connection() as connection:
                yield connection
        except PoolTimeout as error:
            raise DatabaseUnavailable("the database does not answer") from error
        except OperationalError as error:
            if connection is None or connection.broken:
                raise DatabaseUnavailable("the database went away") from error
            raise
