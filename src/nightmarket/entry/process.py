"""What every process of the tree does the same: settings, logs, readiness, and a calm end."""

import asyncio
import gc
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import uvloop

from nightmarket.infra import settings as settings_file
from nightmarket.infra import telemetry
from nightmarket.infra.settings import Settings

READY = "ready"
SIGNALS = (signal.SIGTERM, signal.SIGINT)
SUPERVISED = "--supervised"
"""Told to a process whose standard input is a pipe from its supervisor.

It says one line, the database's address, once that answers: code loads while the database
starts. The pipe closes when the supervisor is gone.
"""


_is_ready = threading.Event()


def system_clock() -> datetime:
    """Return the machine's time, UTC."""
    return datetime.now(UTC)  # noqa: TID251  # The one place where the real clock enters.


def run(name: str, serve: Callable[[Settings, asyncio.Event], Awaitable[None]]) -> bool:
    """Run one process until SIGTERM or Ctrl-C; `serve` ends soon after its event is set.

    True: it ended because its supervisor is gone.
    """
    if sys.flags.optimize:
        sys.exit("Nightmarket does not run under `python -O`: asserts are part of it.")
    told = _told()
    if told is None:
        return True
    settings = settings_file.load(**told)
    telemetry.configure(
        process=name, level=settings.log_level, otlp_endpoint=settings.otlp_endpoint
    )
    gc.freeze()  # What is loaded by now stays; later collections need not look at it.
    try:
        return uvloop.run(_until_told(settings, serve))
    finally:
        telemetry.end()


def _told() -> dict[str, Any] | None:
    """Wait for what the supervisor has to say; nothing when there is none, None when it is gone."""
    if SUPERVISED not in sys.argv:
        return {}
    line = sys.stdin.readline().strip()
    return {"database_url": line} if line else None


async def _until_told(
    settings: Settings, serve: Callable[[Settings, asyncio.Event], Awaitable[None]]
) -> bool:
    stop, gone = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    serving = asyncio.ensure_future(serve(settings, stop))

    def leave() -> None:
        gone.set()
        stop.set()
        loop.remove_reader(sys.stdin.fileno())

    def end() -> None:
        stop.set()
        if not _is_ready.is_set():  # Nothing is under way yet that has to be brought to an end.
            serving.cancel()

    # Not the loop's own handlers: those are taken away with the loop, and the end after that
    # would not survive a second signal.
    for number in SIGNALS:
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(end))
    if SUPERVISED in sys.argv:
        loop.add_reader(sys.stdin.fileno(), leave)  # Readable means closed: nobody writes.
    await _ended(serving, stop)
    return gone.is_set()


async def _ended(serving: asyncio.Future[None], stop: asyncio.Event) -> None:
    try:
        await serving
    except asyncio.CancelledError:
        if not stop.is_set():
            raise
    finally:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)


def ready() -> None:
    """Tell the supervisor that this process works."""
    _is_ready.set()
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()
