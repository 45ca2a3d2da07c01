"""A slow link between Chromium and a market: a round trip, one rate for all, counted bytes.

    with Link(8000, kbit=1600, rtt_ms=150) as link:
        page.goto(link.url)
        print(link.fetched("/media/"))

DevTools' own throttling leaves out what a service worker fetches, and films are fetched by one. A
proxy leaves out nothing. Every connection gets its turn, as on a real link; a new one first pays a
round trip for its handshake and then opens its window like TCP does (ten segments, then twice as
many each round trip). No loss, no jitter, no TLS.
"""

import asyncio
import http.client
import re
import socket
import threading
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

SEGMENT_BYTES = 1448
WINDOW_FIRST_BYTES = 10 * SEGMENT_BYTES
WINDOW_MAX_BYTES = 1_000_000
BACKLOG_BYTES = 64_000
"""What a server may have in its socket ahead of the link."""
TICK_S = 0.002
END = b""
REQUEST = re.compile(rb"^([A-Z]+) (\S+) HTTP/1\.1\r\n")
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)

Deliver = Callable[[bytes], Awaitable[None]]


@dataclass(eq=False)
class Flow:
    """One direction of one connection: what waits for the link, and how much may be under way."""

    deliver: Deliver
    counted: Callable[[int], None]
    changed: Callable[[], None] = lambda: None
    window: int = WINDOW_FIRST_BYTES
    waiting: deque[bytes] = field(default_factory=deque)
    backlog: int = 0
    under_way: int = 0
    room: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Queue[tuple[float, bytes]] = field(default_factory=asyncio.Queue)

    def put(self, data: bytes) -> None:
        """Queue bytes for the link."""
        for start in range(0, len(data), SEGMENT_BYTES):
            self.waiting.append(data[start : start + SEGMENT_BYTES])
        self.backlog += len(data)
        if self.backlog > BACKLOG_BYTES:
            self.room.clear()
        self.changed()

    def end(self) -> None:
        """Nothing more comes."""
        self.waiting.append(END)
        self.changed()

    def take(self) -> bytes:
        """The next segment; it is under way from now on."""
        segment = self.waiting.popleft()
        self.backlog -= len(segment)
        self.under_way += len(segment)
        self.counted(len(segment))
        if self.backlog <= BACKLOG_BYTES:
            self.room.set()
        return segment

    def acknowledged(self, count: int) -> None:
        """The other side has said that it got `count` bytes: the window opens by as many."""
        self.under_way -= count
        self.window = min(WINDOW_MAX_BYTES, self.window + count)
        self.changed()

    @property
    def is_ready(self) -> bool:
        """It has something to send and may."""
        return bool(self.waiting) and self.under_way < self.window


class Lane:
    """One direction of the link: flows take turns, a segment each, at the link's rate."""

    def __init__(self, bytes_per_s: float, half_s: float) -> None:
        self.half_s = half_s
        self._bytes_per_s = bytes_per_s
        self._wake = asyncio.Event()
        self._flows: deque[Flow] = deque()
        self._free_at_s = 0.0

    def join(self, flow: Flow) -> None:
        """Let a flow take part."""
        flow.room.set()
        flow.changed = self._wake.set
        self._flows.append(flow)

    def leave(self, flow: Flow) -> None:
        """Drop a flow and what it still wanted to send."""
        if flow in self._flows:
            self._flows.remove(flow)

    async def run(self) -> None:
        """Send until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            flow = self._next()
            if flow is None:
                self._wake.clear()
                await self._wake.wait()
                continue
            segment = flow.take()
            begins_s = max(self._free_at_s, loop.time() - TICK_S)
            self._free_at_s = begins_s + len(segment) / self._bytes_per_s
            arrives_s = self._free_at_s + self.half_s
            flow.arrived.put_nowait((arrives_s, segment))
            loop.call_at(arrives_s + self.half_s, flow.acknowledged, len(segment))
            if self._free_at_s > loop.time():
                await asyncio.sleep(self._free_at_s - loop.time())

    def _next(self) -> Flow | None:
        for _ in range(len(self._flows)):
            flow = self._flows[0]
            self._flows.rotate(-1)
            if flow.is_ready:
                return flow
        return None


class Requests:
    """Reads the requests of one kept-alive connection as they pass: whose answer is coming?"""

    def __init__(self) -> None:
        self.path = "?"
        self._head = b""
        self._body_left = 0

    def read(self, data: bytes) -> None:
        """Look at bytes that the browser sent."""
        while data:
            if self._body_left:
                passed = min(self._body_left, len(data))
                self._body_left -= passed
                data = data[passed:]
                continue
            head, end, rest = (self._head + data).partition(b"\r\n\r\n")
            if not end:
                self._head = head
                return
            self._head, data = b"", rest
            found = REQUEST.match(head + b"\r\n")
            if found:
                self.path = found[2].decode("latin-1")
            length = LENGTH.search(head)
            self._body_left = int(length[1]) if length else 0


class Link:
    """The proxy, in a thread of its own. Use it as a context manager."""

    def __init__(self, port: int, *, kbit: float, rtt_ms: float) -> None:
        self._target = port
        self._half_s = rtt_ms / 2000
        rate = kbit * 1000 / 8
        self._up, self._down = Lane(rate, self._half_s), Lane(rate, self._half_s)
        self._bytes: dict[str, int] = defaultdict(int)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event | None = None
        self._is_running = threading.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        """Where the market is behind the link: a secure context for browsers."""
        return f"http://localhost:{self._listening.getsockname()[1]}"

    def fetched(self, prefix: str = "/") -> dict[str, int]:
        """Bytes that came down the link, heads included, by path without its query."""
        return {path: count for path, count in list(self._bytes.items()) if path.startswith(prefix)}

    def size(self, path: str) -> int:
        """Size of a file, asked past the link."""
        connection = http.client.HTTPConnection("127.0.0.1", self._target, timeout=10)
        try:
            connection.request("HEAD", path)
            return int(connection.getresponse().headers.get("content-length") or 0)
        finally:
            connection.close()

    def __enter__(self) -> Self:
        self._thread.start()
        self._is_running.wait(5)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        assert self._loop is not None
        assert self._over is not None
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(5)

    def _serve(self) -> None:
        asyncio.run(self._listen())

    async def _listen(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        lanes = [asyncio.create_task(lane.run()) for lane in (self._up, self._down)]
        server = await asyncio.start_server(self._connected, sock=self._listening)
        self._is_running.set()
        await self._over.wait()
        server.close()
        for lane in lanes:
            lane.cancel()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._connect(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(self._half_s * 2)
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        requests = Requests()

        async def upstream(data: bytes) -> None:
            requests.read(data)
            far_writer.write(data)
            await far_writer.drain()

        async def downstream(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        def counted(count: int) -> None:
            self._bytes[requests.path.split("?")[0]] += count

        up, down = Flow(upstream, lambda _: None), Flow(downstream, counted)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_carry(reader, self._up, up))
                group.create_task(_carry(far_reader, self._down, down))
        except* (ConnectionError, Hung):
            pass
        finally:
            self._up.leave(up)
            self._down.leave(down)
            writer.close()
            far_writer.close()


class Hung(Exception):
    """One side has hung up."""


async def _carry(reader: asyncio.StreamReader, lane: Lane, flow: Flow) -> None:
    """Read, queue for the lane, and hand over what has arrived when it is due."""
    lane.join(flow)
    async with asyncio.TaskGroup() as group:
        group.create_task(_hand_over(flow))
        while data := await reader.read(16_384):
            flow.put(data)
            await flow.room.wait()
        flow.end()


async def _hand_over(flow: Flow) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due_s, segment = await flow.arrived.get()
        await asyncio.sleep(max(0.0, due_s - loop.time()))
        if segment is END:
            raise Hung
        await flow.deliver(segment)
