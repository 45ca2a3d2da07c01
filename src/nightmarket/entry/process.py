"""What every process of the tree does the same: settings, logs, readiness, and a calm end."""

import asyncio
import gc
import signal
import sys
from collections.abc import Awaitable, Callable

import uvloop

from nightmarket.infra import settings as settings_file
from nightmarket.infra import telemetry
from nightmarket.infra.settings import Settings

READY = "ready"
SUPERVISED = "--supervised"
"""Told to a process whose standard input is a pipe that closes when its supervisor is gone."""


def run(name: str, serve: Callable[[Settings, asyncio.Event], Awaitable[None]]) -> None:
    """Run one process until SIGTERM or Ctrl-C; `serve` ends soon after its event is set."""
    if sys.flags.optimize:
        sys.exit("Nightmarket does not run under `python -O`: asserts are part of it.")
    settings = settings_file.load()
    telemetry.configure(
        process=name, level=settings.log_level, otlp_endpoint=settings.otlp_endpoint
    )
    gc.freeze()  # What is loaded by now stays; later collections need not look at it.
    uvloop.run(_until_told(settings, serve))


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
