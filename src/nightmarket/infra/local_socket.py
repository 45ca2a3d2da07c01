"""Questions and answers between processes of one machine: bytes, each with its length."""

import asyncio
import contextlib
import functools
import hashlib
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

LENGTH_BYTES = 4
MESSAGE_BYTES_MAX = 16 << 20
PATH_BYTES_MAX = 100
"""Addresses of such sockets are short; a longer path gets a short stand-in."""


class NoAnswer(Exception):
    """Nobody listens, or not in time. The question changed nothing."""


@functools.cache
def address(directory: Path, name: str) -> Path:
    """Return where a process of this data directory listens."""
    path = directory / f"{name}.sock"
    if len(str(path).encode()) <= PATH_BYTES_MAX:
        return path
    mark = hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"nightmarket-{mark}.sock"


async def ask(path: Path, question: bytes, within_s: float) -> bytes:
    """Send one question and return its answer.

    Raises:
        NoAnswer: nobody there, too late, or the other side fell.
    """
    try:
        async with asyncio.timeout(within_s):
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                _send(writer, question)
                return await _receive(reader)
            finally:
                await _closed(writer)
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        raise NoAnswer(type(error).__name__) from error


@asynccontextmanager
async def listening(path: Path, answer: Callable[[bytes], bytes]) -> AsyncIterator[None]:
    """Answer questions for as long as the block lasts; one at a time, in the order they came.

    Only this user may connect. A question that cannot be answered ends its connection.
    """
    open_now: set[asyncio.StreamWriter] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_now.add(writer)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
                while True:
                    _send(writer, answer(await _receive(reader)))
                    await writer.drain()
        finally:
            open_now.discard(writer)
            await _closed(writer)

    path.unlink(missing_ok=True)
    server = await asyncio.start_unix_server(talk, path)
    path.chmod(0o600)
    try:
        yield
    finally:
        server.close()
        for writer in tuple(open_now):
            await _closed(writer)
        await asyncio.sleep(0)  # Talks that were cut end now.
        path.unlink(missing_ok=True)


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def _send(writer: asyncio.StreamWriter, message: bytes) -> None:
    writer.write(len(message).to_bytes(LENGTH_BYTES, "little") + message)


async def _receive(reader: asyncio.StreamReader) -> bytes:
    size = int.from_bytes(await reader.readexactly(LENGTH_BYTES), "little")
    if size > MESSAGE_BYTES_MAX:
        raise ValueError(size)
    return await reader.readexactly(size)
