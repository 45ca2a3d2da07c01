"""What every process of the tree does the same: settings, logs, readiness, and a calm end."""

import asyncio
import gc
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import uvloop

from nightmarket.infra import settings as settings_file
from nightmarket.infra import telemetry
from nightmarket.infra.settings import Settings

READY = "ready"
SUPERVISED = "--supervised"
"""Told to a process whose standard input is a pipe from its supervisor.

It says one line, the database's address, once that answers: code loads while the database
starts. The pipe closes when the supervisor is gone.
"""


def system_clock() -> datetime:
    """Return the machine's time, UTC."""
    return datetime.now(UTC)  # noqa: TID251  # The one place where the real clock enters.


def run(name: str, serve: Callable[[Settings, asyncio.Event], Awaitable[None]]) -> None:
    """Run one process until SIGTERM or Ctrl-C; `serve` ends soon after its event is set."""
    if sys.flags.optimize:
        sys.exit("Nightmarket does not run under `python -O`: asserts are part of it.")
    settings = settings_file.load(**_told())
    telemetry.configure(
        process=name, level=settings.log_level, otlp_endpoint=settings.otlp_endpoint
    )
    gc.freeze()  # What is loaded by now stays; later collections need not look at it.
    uvloop.run(_until_told(settings, serve))


def _told() -> dict[str, Any]:
    """Wait for what the supervisor has to say; nothing when there is none."""
    if SUPERVISED not in sys.argv:
        return {}
    line = sys.stdin.readline().strip()
    if not line:
        sys.exit(0)  # It went away before the database came.
    return {"database_url": line}


async def _until_told(
    settings: Settings, serve: Callable[[Settings, asyncio.Event], Awaitable[None]]
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if SUPERVISED in sys.argv:
        loop.add_reader(sys.stdin.fileno(), stop.set)  # Readable means closed: nobody writes.
    await serve(settings, stop)


def ready() -> None:
    """Tell the supervisor that this process works."""
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()
