"""The media process: one film at a time, at low priority, so that the rest stays quick."""

import asyncio
import os

from nightmarket.entry import process, wiring, worker
from nightmarket.infra import jobs, workshops
from nightmarket.infra.settings import Settings

CONCURRENCY = 2
"""One film is made while the next one's first playable is; more would only share two cores."""
NICE = 5


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Work on films until `stop` is set."""
    os.nice(NICE)
    async with wiring.running(settings) as services, workshops.opened():
        app = jobs.application(wiring.jobs(), (), services)
        async with app.open_async():
            working = asyncio.create_task(worker.work(app, jobs.QUEUE_MEDIA, CONCURRENCY))
            waiting = asyncio.create_task(stop.wait())
            process.ready()
            await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)


if __name__ == "__main__":
    process.run("media", serve)
