"""The catalogue of this process, kept fresh from the index, and the shelves made of it."""

import asyncio
import time
from weakref import WeakKeyDictionary

from psycopg import OperationalError

from nightmarket.domains.feed.rules import heat
from nightmarket.domains.feed.rules.shelves import Shelves
from nightmarket.domains.feed.store import items
from nightmarket.domains.feed.values.catalogue import Catalogue
from nightmarket.infra.db import Database, DatabaseUnavailable, Tx
from nightmarket.infra.telemetry import log

CHANGES_MAX = 5_000
STALE_S_MAX = 1.0
"""A video published more than this ago is in the catalogue of the next request."""
WORK_SHARE_MAX = 0.05
"""Refreshing may take this share of a process' time; a small catalogue is refreshed each time."""
SMALL = 2_000
"""A catalogue of so few videos is scored anew with every change."""
LARGE_FRESH_S = 0.5
"""A large catalogue is looked at twice a second, whatever it costs: most requests need not."""
PUT_MAX = 500
"""Rows written without letting others run: about five milliseconds."""
CHEAP_S = 0.005
"""A refresh this cheap is done within the request that wants it."""
RESCORE_S = 5.0


class Live:
    """The feed's memory of one process: catalogue, shelves, and which videos changed lately.

    A request refreshes it by itself when that is cheap, or when two seconds passed since somebody
    did; else it happens beside the requests.
    """

    def __init__(self, database: Database) -> None:
        self.catalogue = Catalogue()
        self.shelves = Shelves(self.catalogue)
        self.changed: set[int] = set()
        self.race_asked_us = 0
        self._database = database
        self._cursor = items.Cursor()
        self._refreshed_s = float("-inf")
        self._rescored_s = float("-inf")
        self._cost_s = 0.0
        self._lock = asyncio.Lock()
        self._some = asyncio.Event()
        self._is_stopping = False
        self._task: asyncio.Task[None] | None = None

    async def fresh(self, tx: Tx, now_us: int) -> None:
        """Bring the catalogue up to date, or see to it that it will be.

        Waits only for the first rows of a first load; a refresh that another request does is not
        waited for, since whoever waits holds a connection.
        """
        if self._lock.locked():
            await self._some.wait()
            return
        age_s = time.monotonic() - self._refreshed_s
        at_least_s = 0.0 if len(self.catalogue) < SMALL else LARGE_FRESH_S
        if age_s < min(STALE_S_MAX, max(at_least_s, self._cost_s / WORK_SHARE_MAX)):
            return
        if age_s > 2 * STALE_S_MAX or self._cost_s < CHEAP_S:
            async with self._lock:
                await self._refresh(tx, now_us)
        else:
            self._task = asyncio.create_task(self._behind(now_us))

    async def warm(self, now_us: int) -> None:
        """Load the catalogue when the process starts, so that the first viewer need not wait."""
        self._is_stopping = False
        try:
            await self._behind(now_us)
        except (DatabaseUnavailable, OperationalError) as error:
            log("catalogue_not_loaded", error=repr(error))

    def stop(self) -> None:
        """Let a load that is under way end with its next batch."""
        self._is_stopping = True

    async def _behind(self, now_us: int) -> None:
        async with self._lock, self._database.transaction() as tx:
            await self._refresh(tx, now_us)

    async def _refresh(self, tx: Tx, now_us: int) -> None:
        begun_s, is_first = time.monotonic(), not self._some.is_set()
        try:
            count = taken = await self._take(tx)
            while taken == CHANGES_MAX and not self._is_stopping:
                taken = await self._take(tx)
                count += taken
        finally:
            self._some.set()  # Even when it failed: nobody waits for what will not come.
        if count:
            self._after(now_us, count)
        self._refreshed_s = time.monotonic()
        if not is_first:  # A first load says nothing of what refreshing costs.
            self._cost_s = self._refreshed_s - begun_s

    async def _take(self, tx: Tx) -> int:
        found, self._cursor = await items.changed(tx, self._cursor, CHANGES_MAX)
        for start in range(0, len(found), PUT_MAX):
            self.catalogue.put(found[start : start + PUT_MAX])
            if len(found) > PUT_MAX:
                self._some.set()
                await asyncio.sleep(0)
        self.changed.update(item.video_id for item in found)
        return len(found)

    def _after(self, now_us: int, count: int) -> None:
        """New figures move the heat of everything, but not so fast that each second matters."""
        is_small = len(self.catalogue) < SMALL
        if is_small or time.monotonic() - self._rescored_s > RESCORE_S:
            heat.rescore(self.catalogue, now_us)
            self._rescored_s = time.monotonic()
        self.shelves.stale()
        if count >= CHANGES_MAX:
            log("catalogue_loaded", videos=len(self.catalogue))


_LIVE: WeakKeyDictionary[Database, Live] = WeakKeyDictionary()


def live(database: Database) -> Live:
    """Return this process' memory of a database."""
    found = _LIVE.get(database)
    if found is None:
        found = _LIVE[database] = Live(database)
    return found
