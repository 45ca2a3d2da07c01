"""Fan-out: which open page hears which topic, and queues that never grow without bound."""

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import Protocol

import msgspec
from prometheus_client import Counter, Gauge

from nightmarket.infra.realtime import News

FLUSH_S = 0.02
"""News of one topic within this time leave as one frame."""
QUEUE_LINES_MAX = 256
QUEUE_BYTES_MAX = 256 * 1024
FRAME_LINES_MAX = 64
TOPICS_MAX = 50

PAGES_OPEN = Gauge(
    "nightmarket_realtime_pages", "Pages that are connected now.", multiprocess_mode="livesum"
)
LINES_SENT = Counter("nightmarket_realtime_lines_total", "Lines of news handed to pages.")
FRAMES_SENT = Counter("nightmarket_realtime_frames_total", "Frames that carried them.")
PAGES_DROPPED = Counter("nightmarket_realtime_dropped_total", "Pages too slow to listen.")


class Wire(Protocol):
    """The page's connection."""

    def send(self, frame: bytes) -> None:
        """Hand one frame to the connection, without waiting."""
        ...

    def drop(self) -> None:
        """End the connection at once: it does not keep up."""
        ...


class Page:
    """One connected page: the topics it hears and the lines that wait for it."""

    __slots__ = ("_bytes", "_lines", "_wire", "is_dropped", "is_paused", "names")

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._lines: deque[bytes] = deque()
        self._bytes = 0
        self.is_paused = False
        self.is_dropped = False
        self.names: dict[str, str] = {}  # Topic → the name the page knows it by.

    def offer(self, line: bytes) -> None:
        """Queue one line; a page whose queue is full is dropped."""
        if self.is_dropped:
            return
        if len(self._lines) >= QUEUE_LINES_MAX or self._bytes + len(line) > QUEUE_BYTES_MAX:
            self.is_dropped = True
            self._lines.clear()
            PAGES_DROPPED.inc()
            self._wire.drop()
            return
        self._lines.append(line)
        self._bytes += len(line)

    def flush(self) -> None:
        """Send what waits as JSON arrays, unless the connection asked to pause."""
        while self._lines and not self.is_paused and not self.is_dropped:
            batch = [self._lines.popleft() for _ in range(min(FRAME_LINES_MAX, len(self._lines)))]
            self._bytes -= sum(map(len, batch))
            LINES_SENT.inc(len(batch))
            FRAMES_SENT.inc()
            self._wire.send(b"[" + b",".join(batch) + b"]")


class Hub:
    """Every connected page of this process, by topic."""

    def __init__(self) -> None:
        self._pages: dict[str, set[Page]] = {}
        self._waiting: set[Page] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._everyone: set[Page] = set()

    def __len__(self) -> int:
        """Return how many pages are connected."""
        return len(self._everyone)

    def join(self, page: Page) -> None:
        """Know a page."""
        self._everyone.add(page)
        PAGES_OPEN.set(len(self._everyone))

    def leave(self, page: Page) -> None:
        """Forget a page and all its topics."""
        for topic in list(page.names):
            self.close(page, topic)
        self._everyone.discard(page)
        self._waiting.discard(page)
        PAGES_OPEN.set(len(self._everyone))

    def open(self, page: Page, topic: str, name: str) -> None:
        """Let a page hear a topic, under the name it asked by."""
        page.names[topic] = name
        self._pages.setdefault(topic, set()).add(page)

    def close(self, page: Page, topic: str) -> None:
        """Let a page hear a topic no more."""
        page.names.pop(topic, None)
        hearing = self._pages.get(topic)
        if hearing is not None:
            hearing.discard(page)
            if not hearing:
                del self._pages[topic]

    def spread(self, news: News) -> None:
        """Queue one piece of news for every page that hears its topic."""
        lines: dict[str, bytes] = {}
        for page in self._pages.get(news.topic, ()):
            name = page.names[news.topic]
            if name not in lines:
                lines[name] = encode(name, news.kind, news.data)
            self.offer(page, lines[name])

    def resync(self) -> None:
        """Tell every page that news may have been missed: load again what you show."""
        for page in self._everyone:
            for name in page.names.values():
                self.offer(page, encode(name, "resync", None))

    def offer(self, page: Page, line: bytes) -> None:
        """Queue one encoded line for one page; it leaves with the next batch."""
        page.offer(line)
        self._waiting.add(page)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_S, self._flush)

    def pages(self) -> Iterable[Page]:
        """Return every connected page."""
        return tuple(self._everyone)

    def _flush(self) -> None:
        self._timer = None
        waiting, self._waiting = self._waiting, set()
        for page in waiting:
            page.flush()


def encode(name: str, kind: str, data: object) -> bytes:
    """Write one line as pages read it."""
    return msgspec.json.encode({"topic": name, "kind": kind, "data": data})
