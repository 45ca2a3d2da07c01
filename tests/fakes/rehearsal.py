"""A database on trial: what a request writes is checked, then undone, so each finds the same world."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from typing_extensions import override

from nightmarket.infra.db import Database, Tx


class Rehearsal(Database):
    """A real database; while `is_undoing`, transactions end as if committed and leave nothing."""

    is_undoing = False

    @override
    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        """Run everything a commit would check, then roll back."""
        async with super().transaction() as tx:
            if not self.is_undoing:
                yield tx
                return
            async with tx.connection.transaction(force_rollback=True):
                yield tx
                await tx.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            tx._after.clear()
