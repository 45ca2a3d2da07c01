"""Runs everything that waits, listeners and jobs, until nothing is left: for tests and scripts."""

from nightmarket.entry import wiring
from nightmarket.infra import jobs, outbox
from nightmarket.infra.services import Services

ROUNDS_MAX = 50


async def drain(services: Services) -> None:
    """Let listeners hear everything and run every job that is due, until all is quiet."""
    app = jobs.application(wiring.jobs(), (), services)
    async with app.open_async():
        for _ in range(ROUNDS_MAX):
            heard = await outbox.drain(wiring.listeners(), services.database, services)
            await app.run_worker_async(
                wait=False, install_signal_handlers=False, listen_notify=False
            )
            if not heard and not await _waiting(services):
                return
    raise AssertionError("still not quiet after many rounds")


async def _waiting(services: Services) -> bool:
    async with services.database.transaction() as tx:
        count = await tx.value(
            int,
            "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' "
            "AND (scheduled_at IS NULL OR scheduled_at <= now())",
        )
    return bool(count)
