"""Served pages on their way into the database: several at once when many are served."""

import asyncio
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from nightmarket.domains.feed.store import records, viewers
from nightmarket.domains.feed.values.steering import Served
from nightmarket.infra.db import Database

WAITING_MAX = 10_000
"""More than this is dropped, oldest kept: a database that is away must not fill the memory."""


class Pending:
    """Pages served and not written yet. Whoever writes takes along what came in meanwhile."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[int, Served] = {}
        self._writing: dict[int, Served] = {}
        self._lock = asyncio.Lock()
        self._days: set[int] = set()
        self._layouts: set[int] = set()

    def get(self, request_id: int) -> Served | None:
        """Return a page that is not written yet."""
        return self._waiting.get(request_id) or self._writing.get(request_id)

    def of_viewer(self, viewer_id: int) -> Iterator[Served]:
        """Yield a viewer's pages that the database does not know of yet, newest first."""
        both = [*self._waiting.values(), *self._writing.values()]
        yield from sorted(
            (page for page in both if page.viewer_id == viewer_id),
            key=lambda page: -page.request_id,
        )

    async def add(self, page: Served) -> None:
        """Write a page, or leave it to the one who is writing."""
        if len(self._waiting) < WAITING_MAX:
            self._waiting[page.request_id] = page
        if not self._lock.locked():
            await self.settle()

    async def settle(self) -> None:
        """Return when everything that was served before is written."""
        async with self._lock:
            while self._waiting:
                self._writing, self._waiting = self._waiting, {}
                try:
                    await self._write(list(self._writing.values()))
                finally:
                    self._writing = {}

    async def _write(self, pages: list[Served]) -> None:
        days = {records.day_of(page.request_id) for page in pages}
        async with self._database.transaction() as tx:
            await records.make_room(tx, days - self._days)
            await viewers.put_served(tx, pages)
            layouts = await records.put(tx, pages, self._layouts)
        self._days |= days
        self._layouts |= layouts


_PENDING: WeakKeyDictionary[Database, Pending] = WeakKeyDictionary()


def pending(database: Database) -> Pending:
    """Return this process' pages on their way into a database."""
    found = _PENDING.get(database)
    if found is None:
        found = _PENDING[database] = Pending(database)
    return found
