"""The worker process: listeners, jobs of the default queue, and schedules."""

import asyncio
import contextlib
from importlib import import_module

import psycopg
from procrastinate import App

from nightmarket.entry import process, wiring
from nightmarket.infra import jobs, outbox, telemetry
from nightmarket.infra.services import Services
from nightmarket.infra.settings import Settings

CONCURRENCY = 4
RECONNECT_S = 1.0


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Work until `stop` is set; jobs under way are finished."""
    async with wiring.running(settings) as services:
        app = jobs.application(wiring.jobs(), wiring.schedules(), services)
        async with app.open_async():
            wake = asyncio.Event()
            tasks = [
                asyncio.create_task(_listen(services, wake)),
                asyncio.create_task(_wake_on_news(settings.database_url, wake)),
                asyncio.create_task(work(app, jobs.QUEUE_DEFAULT, CONCURRENCY)),
                asyncio.create_task(stop.wait()),
            ]
            process.ready()
            done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)
            for task in done:
                task.result()


async def work(app: App, queue: str, concurrency: int) -> None:
    """Run one queue's jobs; ends when cancelled, after the jobs under way."""
    await app.run_worker_async(
        queues=[queue],
        concurrency=concurrency,
        install_signal_handlers=False,
        delete_jobs="successful",
        shutdown_graceful_timeout=8,
    )


async def _listen(services: Services, wake: asyncio.Event) -> None:
    while True:
        try:
            await outbox.listen(wiring.listeners(), services.database, services, wake)
        except Exception as error:  # noqa: BLE001  # Listening must outlive a lost database.
            telemetry.log("listening_interrupted", error=repr(error))
            await asyncio.sleep(RECONNECT_S)


async def _wake_on_news(database_url: str, wake: asyncio.Event) -> None:
    while True:
        with contextlib.suppress(psycopg.OperationalError):
            async with await psycopg.AsyncConnection.connect(
                database_url, autocommit=True
            ) as connection:
                await connection.execute("LISTEN infra_outbox")
                wake.set()
                async for _ in connection.notifies():
                    wake.set()
        await asyncio.sleep(RECONNECT_S)


if __name__ == "__main__" and process.run("worker", serve):
    import_module("nightmarket.entry.orphan").lay_down()  # It loads what is hardly ever needed.
