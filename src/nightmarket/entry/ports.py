"""Ports of this machine: whether one is free, and whether somebody answers on it."""

import asyncio
import socket
from pathlib import Path

from nightmarket.infra.settings import Settings

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # Compared with, not listened on.
ASK_AGAIN_S = 0.02
NOTE = "up.port"


def wanted(settings: Settings) -> tuple[tuple[int, str], ...]:
    """Return each port that is listened on, with the setting that names it."""
    realtime = settings.realtime_port or settings.port + 1
    return (settings.port, "port"), (realtime, "realtime_port")


def is_taken(host: str, port: int) -> bool:
    """Whether something listens there, or may not be listened on."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


async def until_answered(host: str, port: int) -> None:
    """Return once a connection is taken; waits for ever otherwise."""
    while True:
        try:
            _, writer = await asyncio.open_connection(ANYWHERE.get(host, host), port)
        except OSError:
            await asyncio.sleep(ASK_AGAIN_S)
            continue
        writer.close()
        return


def note(settings: Settings) -> None:
    """Write down where this data directory's market listens, for commands that are not told."""
    (settings.data_directory / NOTE).write_text(str(settings.port), encoding="ascii")


def noted(directory: Path) -> int | None:
    """Return the port of the last start; None: nobody wrote it down."""
    try:
        return int((directory / NOTE).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
