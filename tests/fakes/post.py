"""A mail server that keeps its word: takes what is sent rightly, and says no as servers do."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

OFFERS = ("AUTH PLAIN", "8BITMIME", "SIZE 1000000")


@dataclass(frozen=True)
class Letter:
    """One mail as it arrived: the envelope, and what was in it."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    is_sealed: bool


@dataclass
class FakePost:
    """Whom it knows, how it is, and what came in. `heard`: every command, without its words."""

    passwords: dict[str, str] = field(default_factory=dict)
    is_full: bool = False
    hangs_up: bool = False
    seal: ssl.SSLContext | None = None
    letters: list[Letter] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    port: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it ends."""
        try:
            await _Talk(self, reader, writer).run()
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


class _Talk:
    def __init__(
        self, post: FakePost, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._post, self._reader, self._writer = post, reader, writer
        self._is_known = not post.passwords
        self._is_sealed = False
        self._sender = ""
        self._recipients: list[str] = []

    async def run(self) -> None:
        await self._say("220 post.example ready")
        while line := (await self._reader.readline()).decode().strip():
            verb, _, rest = line.partition(" ")
            self._post.heard.append(verb.upper())
            if verb.upper() == "QUIT":
                await self._say("221 bye")
                return
            if not await self._answer(verb.upper(), rest):
                return

    async def _answer(self, verb: str, rest: str) -> bool:
        match verb:
            case "EHLO":
                offers = [*OFFERS, *(["STARTTLS"] if self._can_seal() else [])]
                lines = ["post.example", *offers]
                last = len(lines) - 1
                marks = ["-" if place < last else " " for place in range(len(lines))]
                said = (f"250{mark}{one}" for mark, one in zip(marks, lines, strict=True))
                await self._say("\r\n".join(said))
            case "STARTTLS" if self._can_seal():
                await self._say("220 go ahead")
                await self._writer.start_tls(self._post.seal)  # type: ignore[arg-type]  # `_can_seal`.
                self._is_sealed = True
            case "AUTH":
                await self._know(rest)
            case "MAIL" | "RCPT" if not self._is_known:
                await self._say("530 5.7.0 Authentication required")
            case "MAIL":
                self._sender, self._recipients = _address(rest), []
                await self._say("250 2.1.0 fine")
            case "RCPT":
                self._recipients.append(_address(rest))
                await self._say("250 2.1.5 fine")
            case "DATA":
                return await self._take()
            case _:
                await self._say("502 5.5.2 not known here")
        return True

    def _can_seal(self) -> bool:
        return self._post.seal is not None and not self._is_sealed

    async def _know(self, rest: str) -> None:
        _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
        self._is_known = self._post.passwords.get(user) == password
        await self._say("235 2.7.0 welcome" if self._is_known else "535 5.7.8 who are you?")

    async def _take(self) -> bool:
        if self._post.is_full:
            await self._say("452 4.3.1 no room, come back later")
            return True
        await self._say("354 go on")
        lines = []
        while (line := await self._reader.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b"."))
        if self._post.hangs_up:
            return False
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(message, EmailMessage)
        self._post.letters.append(
            Letter(self._sender, tuple(self._recipients), message, self._is_sealed)
        )
        await self._say("250 2.0.0 taken")
        return True

    async def _say(self, text: str) -> None:
        self._writer.write(f"{text}\r\n".encode())
        await self._writer.drain()


def _address(rest: str) -> str:
    return rest[rest.index("<") + 1 : rest.index(">")]


@asynccontextmanager
async def opened(post: FakePost, port: int = 0) -> AsyncIterator[FakePost]:
    """Listen for as long as the block lasts, on a port that is free or the one before."""
    server = await asyncio.start_server(post.talk, "127.0.0.1", port)
    post.port = server.sockets[0].getsockname()[1]
    try:
        yield post
    finally:
        server.close()
        await server.wait_closed()
