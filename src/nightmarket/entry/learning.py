"""The loop of a ranker process: learn ahead or follow, look at videos, keep versions, tell."""

import asyncio
import contextlib
from pathlib import Path

import psycopg

from nightmarket.domains.ranking import face
from nightmarket.domains.ranking.actions import share_version, tell_status
from nightmarket.domains.ranking.actions.keep_learning import Apprentice
from nightmarket.domains.ranking.actions.watch_learning import Watch
from nightmarket.domains.ranking.rules.leading import Comparing, Leading
from nightmarket.domains.ranking.store import Overtaken
from nightmarket.infra import heap, telemetry
from nightmarket.infra.db import DatabaseUnavailable
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds

PAUSE_S = 0.25
LOOK_EVERY_S = 1.0
KEEP_EVERY_S = 60.0
RECONNECT_S = 1.0


class Learning:
    """One process's learning, from the end of what it resumed with."""

    def __init__(
        self, apprentice: Apprentice, services: Services, rankers: face.Rankers, folder: Path
    ) -> None:
        self._apprentice, self._services = apprentice, services
        self._rankers, self._folder = rankers, folder
        self._leading = Leading(leads=not services.settings.ranker_follows)
        self._comparing = Comparing()
        self._watch = Watch(apprentice)
        self.lag_steps = 0

    @property
    def leads(self) -> bool:
        """Whether this ranker cuts the log into steps itself."""
        return self._leading.leads

    async def go_on(self, stop: asyncio.Event) -> None:
        """Step while there is something new; look at videos and keep versions in between."""
        loop, apprentice = asyncio.get_running_loop(), self._apprentice
        looked_s = kept_s = loop.time()
        kept_at, lines = apprentice.place.batch_id, 0
        while not stop.is_set():
            try:
                if loop.time() - looked_s > LOOK_EVERY_S:
                    await self._look(loop.time(), lines)
                    looked_s = loop.time()
                lines = await self._turn()
            except (DatabaseUnavailable, psycopg.OperationalError) as error:
                telemetry.log("ranker_database_lost", error=repr(error))
                lines = 0
                await _pause(stop, RECONNECT_S)
            is_new = apprentice.place.batch_id != kept_at and self._watch.is_well
            if loop.time() - kept_s > KEEP_EVERY_S and is_new:
                await asyncio.to_thread(apprentice.keep)  # Pages are answered meanwhile.
                kept_s, kept_at = loop.time(), apprentice.place.batch_id
            await _pause(stop, 0.0 if lines else PAUSE_S)
        if self._watch.is_well:
            apprentice.keep()

    async def _turn(self) -> int:
        """Take one step, or repeat those of others; returns how much was done, 0: nothing."""
        now_us = microseconds(self._services.clock())
        done = 0
        if self.leads:
            try:
                done = await self._apprentice.step(now_us)
            except Overtaken:
                telemetry.log("ranker_overtaken", batch_id=self._apprentice.place.batch_id)
                self._leading.follow()
        if not self.leads:
            done = await self._apprentice.follow(now_us)
            if done:
                self._leading.follow()
        await self._watch.look(now_us, may_go_back=self.leads)
        return done

    async def _look(self, now_s: float, lines: int) -> None:
        """What is done once a second: videos, memory, who leads, and telling how it goes."""
        apprentice, now_us = self._apprentice, microseconds(self._services.clock())
        await apprentice.look_at_videos(now_us)
        heap.give_back()  # A large step leaves a hundred megabytes behind.
        status = self._watch.status(now_us, lines)
        tell_status.tell(self._services.settings.data_directory, status, self._folder.name)
        self.lag_steps = await apprentice.steps_behind()
        if self.leads:
            return
        is_waited_for = not self.lag_steps and await apprentice.is_waited_for()
        if self._leading.wait(now_s, is_waited_for=is_waited_for):
            telemetry.happened("ranker_took_over", batch_id=apprentice.place.batch_id)
        elif self._comparing.is_due(now_s, differs=apprentice.differs):
            await self._compare(now_us)

    async def _compare(self, now_us: int) -> None:
        """Take up the leader's own state: the same steps led this one elsewhere."""
        if await share_version.fetch(self._rankers, self._folder, of_leader=True):
            await self._apprentice.resume(now_us)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    if not seconds:
        await asyncio.sleep(0)
        return
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
