"""Questions and answers between machines that share a secret: who does not know it is told nothing.

The listener sends 32 random bytes, the asker 32 of its own and the proof that it knows the key;
both make the talk's own key of all that. Each message is its length, its seal and its bytes. A
seal is over direction, place in the talk and the bytes, so nothing can be changed, left out,
played again or turned back. It is not encrypted: who can listen on the way can read it.
"""

import asyncio
import contextlib
import hmac
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from nightmarket.infra.local_socket import LENGTH_BYTES, MESSAGE_BYTES_MAX, NoAnswer
from nightmarket.infra.telemetry import log

NONCE_BYTES = 32
SEAL_BYTES = 32
TALKS_MAX = 256
"""Connections at once; one more is closed at once, and whoever asks asks elsewhere."""
STRANGERS_MAX = 32
"""Of these, how many have not proved yet that they know the key."""
PROOF_S_MAX = 2.0
MESSAGE_S_MAX = 5.0
"""For the first question after the proof, and for whoever takes an answer."""
IDLE_S_MAX = 60.0
"""For every further question."""


class Refused(Exception):
    """The other side does not know the key, or what it sent is not sealed with it."""


@dataclass(slots=True)
class _Talk:
    """One connection whose ends know each other; `count`: messages in one direction so far."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    key: bytes
    sent: int = 0
    received: int = 0

    def send(self, direction: bytes, message: bytes) -> None:
        self.writer.write(_length(message) + _seal(self.key, direction, self.sent, message))
        self.writer.write(message)
        self.sent += 1

    async def receive(self, direction: bytes) -> bytes:
        """Return the next message.

        Raises:
            Refused: it is too long, or its seal is wrong.
        """
        head = await self.reader.readexactly(LENGTH_BYTES + SEAL_BYTES)
        size = int.from_bytes(head[:LENGTH_BYTES], "little")
        if size > MESSAGE_BYTES_MAX:
            raise Refused("length")
        message = await self.reader.readexactly(size)
        expected = _seal(self.key, direction, self.received, message)
        if not hmac.compare_digest(head[LENGTH_BYTES:], expected):
            raise Refused("seal")
        self.received += 1
        return message


async def ask(host: str, port: int, key: bytes, question: bytes, within_s: float) -> bytes:
    """Send one question and return its answer.

    Raises:
        NoAnswer: nobody there, too late, the other side fell, or one does not know the key.
    """
    try:
        async with asyncio.timeout(within_s):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                theirs, ours = await reader.readexactly(NONCE_BYTES), _nonce()
                writer.write(ours + _proof(key, theirs, ours))
                talk = _Talk(reader, writer, _talk_key(key, theirs, ours))
                talk.send(b"question", question)
                return await talk.receive(b"answer")
            finally:
                writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError, Refused) as error:
        raise NoAnswer(type(error).__name__) from error


@asynccontextmanager
async def listening(
    host: str, port: int, key: bytes, answer: Callable[[bytes], bytes], refused: Counter[str]
) -> AsyncIterator[int]:
    """Answer who knows the key for as long as the block lasts; yields the port (0 asks for one).

    Whatever is wrong ends its connection and is counted in `refused`, by why. `answer` raises
    ValueError for what is no question.
    """
    listener = _Listener(key, answer, refused)
    server = await asyncio.start_server(listener.talk, host, port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in tuple(listener.open_now):
            writer.close()
        await asyncio.sleep(0)  # Talks that were cut end now.


class _Listener:
    def __init__(self, key: bytes, answer: Callable[[bytes], bytes], refused: Counter[str]) -> None:
        self._key, self._answer, self._refused = key, answer, refused
        self.open_now: set[asyncio.StreamWriter] = set()
        self._strangers = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hold one connection."""
        if len(self.open_now) >= TALKS_MAX or self._strangers >= STRANGERS_MAX:
            self._refuse("full")
            writer.close()
            return
        self.open_now.add(writer)
        try:
            await self._answer_all(await self._known(reader, writer))
        except Refused as error:
            self._refuse(str(error))
        except ValueError:
            self._refuse("misread")
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass  # They left, or were too slow: it is theirs to ask again.
        finally:
            self.open_now.discard(writer)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _refuse(self, why: str) -> None:
        """Count, and log the 1st, 2nd, 4th, 8th …: many of them must not fill the log."""
        self._refused[why] += 1
        count = self._refused[why]
        if count & (count - 1) == 0:
            log("sealed_refused", why=why, count=count)

    async def _known(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> _Talk:
        """Return the talk once the other side proved that it knows the key."""
        ours = _nonce()
        writer.write(ours)
        self._strangers += 1
        try:
            async with asyncio.timeout(PROOF_S_MAX):
                said = await reader.readexactly(NONCE_BYTES + SEAL_BYTES)
        except (TimeoutError, asyncio.IncompleteReadError):
            raise Refused("proof") from None
        finally:
            self._strangers -= 1
        theirs, proof = said[:NONCE_BYTES], said[NONCE_BYTES:]
        if not hmac.compare_digest(proof, _proof(self._key, ours, theirs)):
            raise Refused("proof")
        return _Talk(reader, writer, _talk_key(self._key, ours, theirs))

    async def _answer_all(self, talk: _Talk) -> None:
        while True:
            async with asyncio.timeout(IDLE_S_MAX if talk.received else MESSAGE_S_MAX):
                question = await talk.receive(b"question")
            talk.send(b"answer", self._answer(question))
            async with asyncio.timeout(MESSAGE_S_MAX):
                await talk.writer.drain()


def _nonce() -> bytes:
    return secrets.token_bytes(NONCE_BYTES)


def _proof(key: bytes, listener: bytes, asker: bytes) -> bytes:
    return hmac.digest(key, b"proof" + listener + asker, "sha256")


def _talk_key(key: bytes, listener: bytes, asker: bytes) -> bytes:
    return hmac.digest(key, b"talk" + listener + asker, "sha256")


def _seal(key: bytes, direction: bytes, place: int, message: bytes) -> bytes:
    return hmac.digest(key, direction + place.to_bytes(8, "little") + message, "sha256")


def _length(message: bytes) -> bytes:
    return len(message).to_bytes(LENGTH_BYTES, "little")
