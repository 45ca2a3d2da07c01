"""Between machines only who knows the key is asked and answered; all else costs little, and ends."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from nightmarket.infra import sealed_socket
from nightmarket.infra.local_socket import MESSAGE_BYTES_MAX, NoAnswer

HOST, KEY = "127.0.0.1", b"k" * 32
HELLO = sealed_socket.NONCE_BYTES + sealed_socket.SEAL_BYTES


REFUSED: Counter[str] = Counter()


def refused(why: str) -> int:
    return REFUSED[why]


@asynccontextmanager
async def mirror(heard: list[bytes]) -> AsyncIterator[int]:
    """Answers every question with its bytes turned round."""

    def answer(question: bytes) -> bytes:
        heard.append(question)
        if question == b"no question":
            raise ValueError(question)
        return question[::-1]

    async with sealed_socket.listening(HOST, 0, KEY, answer, REFUSED) as port:
        yield port


async def talk(port: int, *said: bytes) -> bytes:
    """Say something after the listener's greeting; returns all it says until it hangs up."""
    reader, writer = await asyncio.open_connection(HOST, port)
    await reader.readexactly(sealed_socket.NONCE_BYTES)
    for one in said:
        writer.write(one)
    rest = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return rest


async def test_who_knows_the_key_is_answered_and_nobody_else() -> None:
    heard: list[bytes] = []
    before = refused("proof")
    async with mirror(heard) as port:
        assert await sealed_socket.ask(HOST, port, KEY, b"abc", 5.0) == b"cba"
        long = bytes(range(256)) * 8_000
        assert await sealed_socket.ask(HOST, port, KEY, long, 5.0) == long[::-1]
        with pytest.raises(NoAnswer):
            await sealed_socket.ask(HOST, port, b"another" * 5, b"abc", 5.0)
        assert heard == [b"abc", long]
        assert refused("proof") == before + 1
    with pytest.raises(NoAnswer):
        await sealed_socket.ask(HOST, port, KEY, b"abc", 5.0)


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\n\r\n" * 8, bytes(HELLO), b"\xff" * 10_000])
async def test_garbage_is_told_nothing_and_ends_its_own_connection(said: bytes) -> None:
    heard: list[bytes] = []
    async with mirror(heard) as port:
        assert await talk(port, said) == b""
        assert await sealed_socket.ask(HOST, port, KEY, b"abc", 5.0) == b"cba"
    assert heard == [b"abc"]


async def test_what_is_no_question_ends_its_connection(
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = refused("misread")
    async with mirror([]) as port:
        with pytest.raises(NoAnswer):
            await sealed_socket.ask(HOST, port, KEY, b"no question", 5.0)
        assert await sealed_socket.ask(HOST, port, KEY, b"abc", 5.0) == b"cba"
    assert refused("misread") == before + 1
    assert not caplog.records


async def test_who_proves_nothing_is_sent_away_and_many_of_them_are_not_let_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sealed_socket, "PROOF_S_MAX", 0.3)
    before, full = refused("proof"), refused("full")
    async with mirror([]) as port:
        slow = [asyncio.create_task(talk(port)) for _ in range(sealed_socket.STRANGERS_MAX)]
        await asyncio.sleep(0.1)
        reader, writer = await asyncio.open_connection(HOST, port)
        assert await reader.read() == b"", "one too many is not even greeted"
        writer.close()
        assert refused("full") == full + 1
        assert await asyncio.gather(*slow) == [b""] * len(slow)
        assert refused("proof") == before + len(slow)
        assert await sealed_socket.ask(HOST, port, KEY, b"abc", 5.0) == b"cba"


Change = Callable[[bytes], bytes]


@asynccontextmanager
async def between(port: int, there: Change, back: Change) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Somebody on the way who reads all and changes what they like."""
    taken: list[bytes] = []

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(HOST, port)
        writer.write(await far_reader.readexactly(sealed_socket.NONCE_BYTES))
        said = await reader.read(65_536)
        taken.append(said)
        far_writer.write(there(said))
        writer.write(back(await far_reader.read(65_536)))
        far_writer.close()
        writer.close()

    server = await asyncio.start_server(pass_on, HOST, 0)
    yield server.sockets[0].getsockname()[1], taken
    server.close()


def same(said: bytes) -> bytes:
    return said


def changed(said: bytes) -> bytes:
    return said[:-1] + bytes([said[-1] ^ 1]) if said else said


async def test_nothing_can_be_changed_on_the_way_nor_said_again() -> None:
    heard: list[bytes] = []
    seals = refused("seal")
    async with mirror(heard) as port:
        async with between(port, same, same) as (way, taken):
            assert await sealed_socket.ask(HOST, way, KEY, b"abc", 5.0) == b"cba"
        async with between(port, changed, same) as (way, _):
            with pytest.raises(NoAnswer):
                await sealed_socket.ask(HOST, way, KEY, b"abc", 5.0)
        assert refused("seal") == seals + 1
        async with between(port, same, changed) as (way, _):
            with pytest.raises(NoAnswer, match="Refused"):
                await sealed_socket.ask(HOST, way, KEY, b"abc", 5.0)
        assert heard == [b"abc", b"abc"]
        assert await talk(port, taken[0]) == b"", "what was good once is good no more"
        assert heard == [b"abc", b"abc"]


async def test_too_long_a_message_is_not_read() -> None:
    before = refused("length")
    async with mirror([]) as port:
        with pytest.raises(NoAnswer):
            await sealed_socket.ask(HOST, port, KEY, bytes(MESSAGE_BYTES_MAX + 1), 10.0)
        assert refused("length") == before + 1
        assert await sealed_socket.ask(HOST, port, KEY, b"abc", 5.0) == b"cba"
