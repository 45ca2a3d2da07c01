"""Slow and scheduled work on Procrastinate: deferred in the caller's transaction, run later."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import procrastinate
from procrastinate import exceptions

from nightmarket.infra import telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.errors import OutcomeUnknown, Refused, Unavailable

QUEUE_DEFAULT = "default"
QUEUE_MEDIA = "media"
QUEUES = (QUEUE_DEFAULT, QUEUE_MEDIA)
RETRIES_DEFAULT = 5
RETRIES_MAIL = 15
"""The waits double: the last of them is nine hours, so a mail server may be away for a night."""
RETRY_WAIT_S = 2


@dataclass(frozen=True, slots=True)
class Job:
    """A named piece of slow work. `run(payload, services)` opens its own transactions.

    It may run again after a crash, so it must be idempotent. A `Refused` ends it without retry.
    """

    name: str
    payload: type[msgspec.Struct]
    run: Callable[[Any, Services], Awaitable[None]]
    queue: str = QUEUE_DEFAULT
    retries: int = RETRIES_DEFAULT


@dataclass(frozen=True, slots=True)
class Schedule:
    """Work at the times of `cron`. `run(services, now)` opens its own transactions."""

    name: str
    cron: str
    run: Callable[[Services, datetime], Awaitable[None]]


_deferrer = procrastinate.App(connector=procrastinate.PsycopgConnector())
"""Never opened: every deferral rides on the caller's own connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """How a job queues: not before `at`; one at a time per `lock`; at most one waiting per `key`.

    A higher `priority` runs first.
    """

    at: datetime | None = None
    lock: str | None = None
    key: str | None = None
    priority: int = 0


async def defer(
    tx: Tx,
    name: str,
    payload: msgspec.Struct,
    *,
    queue: str = QUEUE_DEFAULT,
    when: When | None = None,
) -> bool:
    """Queue the job called `name`, if this transaction commits.

    Returns False when a job with the same `key` waits already: that one will do.
    """
    assert queue in QUEUES, queue
    terms = when or When()
    try:
        async with tx.savepoint():
            await _deferrer.configure_task(
                name,
                allow_unknown=True,
                queue=queue,
                schedule_at=terms.at,
                lock=terms.lock,
                queueing_lock=terms.key,
                priority=terms.priority,
                connection=tx.connection,
            ).defer_async(**msgspec.to_builtins(payload))
    except exceptions.AlreadyEnqueued:
        return False
    return True


def application(
    jobs: Sequence[Job], schedules: Sequence[Schedule], services: Services
) -> procrastinate.App:
    """Return the worker's application that runs these jobs and schedules."""
    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(conninfo=services.database.url, max_size=4)
    )
    for job in jobs:
        _register(app, job, services)
    for schedule in schedules:
        _register_schedule(app, schedule, services)
    return app


def _register(app: procrastinate.App, job: Job, services: Services) -> None:
    async def run(**payload: Any) -> None:
        with telemetry.span(f"job {job.name}"):
            try:
                await job.run(msgspec.convert(payload, job.payload), services)
            except Refused as refusal:
                telemetry.log("job_refused", job=job.name, code=refusal.code, detail=refusal.detail)
            except (Unavailable, OutcomeUnknown) as failure:
                telemetry.log("job_put_off", job=job.name, code=failure.code, detail=failure.detail)
                raise

    strategy = procrastinate.RetryStrategy(max_attempts=job.retries, exponential_wait=RETRY_WAIT_S)
    app.task(name=job.name, queue=job.queue, retry=strategy)(run)


def _register_schedule(app: procrastinate.App, schedule: Schedule, services: Services) -> None:
    async def run(timestamp: int) -> None:
        del timestamp
        with telemetry.span(f"schedule {schedule.name}"):
            await schedule.run(services, services.clock())

    task = app.task(name=schedule.name, queue=QUEUE_DEFAULT, queueing_lock=schedule.name)(run)
    app.periodic(cron=schedule.cron)(task)
