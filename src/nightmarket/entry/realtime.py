"""The realtime process: WebSockets on their own port, fed by the database's notifications."""

import asyncio
import contextlib
import logging
import resource
import ssl
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import psycopg
from picows import (
    WSAutoPingStrategy,
    WSCloseCode,
    WSFrame,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
    ws_create_server,
)
from typing_extensions import override

from nightmarket.domains.notifications import face as notifications
from nightmarket.entry import process, wiring
from nightmarket.infra import realtime, telemetry
from nightmarket.infra.fanout import TOPICS_MAX, Hub, Page, encode
from nightmarket.infra.http import Subject
from nightmarket.infra.realtime import News, Topic
from nightmarket.infra.services import Services
from nightmarket.infra.settings import Settings
from nightmarket.kernel.errors import NightmarketError, Refused, Unavailable
from nightmarket.kernel.ids import from_text

FRAME_BYTES_MAX = 16 * 1024
WORDS_WAITING_MAX = 32
WRITE_BUFFER_BYTES = 64 * 1024
PING_IDLE_S = 25
PONG_WAIT_S = 20
LIFETIME_S = 3600
"""A page is asked to come back with a fresh ticket after this long, so rights do not grow old."""
PAGES_MAX = 20_000
PAGES_PER_VIEWER_MAX = 20
RECONNECT_S_MIN = 0.2
RECONNECT_S_MAX = 5.0
CLOSE_S_MAX = 2.0
BACKLOG = 1024


class Words(msgspec.Struct):
    """What a page may say."""

    subscribe: list[str] = []
    unsubscribe: list[str] = []


WORDS = msgspec.json.Decoder(Words)
NEWS = msgspec.json.Decoder(News)


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Serve until `stop` is set; open pages are told to come back."""
    logging.getLogger("picows").setLevel(logging.CRITICAL)  # Strangers' bad frames are no news.
    _, files_max = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files_max, files_max))  # One for each page.
    async with wiring.running(settings) as services:
        room = Room(services, {topic.kind: topic for topic in wiring.topics()})
        async with open_port(room, settings):
            process.ready()
            await stop.wait()


@contextlib.asynccontextmanager
async def open_port(room: "Room", settings: Settings) -> Any:
    """Listen on the realtime port and on the database's channel while the block lasts.

    Yields the listening `asyncio.Server`.
    """
    ear = asyncio.create_task(room.hear(settings.database_url))
    server = await ws_create_server(
        room.admit,
        settings.host,
        notifications.realtime_port(settings),
        ssl=_tls(settings),
        backlog=BACKLOG,
        max_frame_size=FRAME_BYTES_MAX,
        enable_auto_ping=True,
        auto_ping_strategy=WSAutoPingStrategy.PING_WHEN_IDLE,
        auto_ping_idle_timeout=PING_IDLE_S,
        auto_ping_reply_timeout=PONG_WAIT_S,
    )
    try:
        yield server
    finally:
        server.close()
        ear.cancel()
        await room.empty()
        await asyncio.gather(ear, return_exceptions=True)


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if not settings.tls_certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    return context


class Room:
    """Everything one realtime process knows: its pages, its topics, and whether it hears."""

    def __init__(self, services: Services, topics: dict[str, Topic]) -> None:
        self.services = services
        self.topics = topics
        self.hub = Hub()
        self.is_hearing = asyncio.Event()
        self.visits: set[Visit] = set()
        self._per_viewer: dict[int, int] = {}

    def admit(self, request: WSUpgradeRequest) -> "Visit | WSUpgradeResponseWithListener":
        """Answer one handshake: health, a refusal in words, or a visit."""
        address = urlsplit(request.path.decode("latin-1"))
        if address.path == "/healthz":
            status = HTTPStatus.OK if self.is_hearing.is_set() else HTTPStatus.SERVICE_UNAVAILABLE
            return _plain(status, b"ok" if status == HTTPStatus.OK else b"not hearing the database")
        try:
            ticket = notifications.read_ticket(
                self.services.secret,
                parse_qs(address.query).get("ticket", [""])[0],
                self.services.clock(),
            )
        except Refused as refusal:
            return _plain(HTTPStatus.FORBIDDEN, refusal.code.encode())
        viewer_id = ticket.subject.viewer_id
        held = self._per_viewer.get(viewer_id, 0)
        if len(self.hub) >= PAGES_MAX or held >= PAGES_PER_VIEWER_MAX:
            return _plain(HTTPStatus.TOO_MANY_REQUESTS, b"realtime.too_many_pages")
        return Visit(self, ticket)

    def came(self, visit: "Visit") -> None:
        """Count a visit in."""
        viewer_id = visit.ticket.subject.viewer_id
        self.visits.add(visit)
        self._per_viewer[viewer_id] = self._per_viewer.get(viewer_id, 0) + 1

    def went(self, visit: "Visit") -> None:
        """Count a visit out."""
        if visit not in self.visits:
            return
        self.visits.discard(visit)
        viewer_id = visit.ticket.subject.viewer_id
        left = self._per_viewer[viewer_id] - 1
        if left:
            self._per_viewer[viewer_id] = left
        else:
            del self._per_viewer[viewer_id]

    async def hear(self, database_url: str) -> None:
        """Pass the channel's lines on for ever; a lost database is asked again with patience.

        After a loss every page is told to load again what it shows: news may have been missed.
        """
        wait_s, has_lost = RECONNECT_S_MIN, False
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    database_url, autocommit=True, keepalives_idle=20, keepalives_interval=5
                ) as connection:
                    await connection.execute(f"LISTEN {realtime.CHANNEL}")
                    self.is_hearing.set()
                    if has_lost:
                        self.hub.resync()
                    wait_s = RECONNECT_S_MIN
                    async for note in connection.notifies():
                        self._pass_on(note.payload)
            except (psycopg.OperationalError, OSError) as error:
                telemetry.log("realtime_database_lost", error=repr(error), wait_s=wait_s)
            finally:
                self.is_hearing.clear()
            has_lost = True
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, RECONNECT_S_MAX)

    def _pass_on(self, payload: str) -> None:
        try:
            news = NEWS.decode(payload)
        except msgspec.DecodeError as error:
            telemetry.log("realtime_line_unreadable", error=repr(error))
            return
        if news.kind == realtime.ENDED:
            self._end(news.topic)
        else:
            self.hub.spread(news)

    def _end(self, topic: str) -> None:
        """Close what a session opened that has just ended: nobody hears on after signing out."""
        for visit in tuple(self.visits):
            session_id = visit.subject.session_id
            if session_id is not None and realtime.socket_topic(session_id) == topic:
                visit.close(WSCloseCode.POLICY_VIOLATION)

    async def empty(self) -> None:
        """Ask every page to come back, and wait a moment until they are gone."""
        transports = [visit.transport for visit in self.visits if visit.transport is not None]
        for transport in transports:
            transport.send_close(WSCloseCode.SERVICE_RESTART)
            transport.disconnect()
        gone = [asyncio.ensure_future(one.wait_disconnected()) for one in transports]
        if gone:
            await asyncio.wait(gone, timeout=CLOSE_S_MAX)
            for one in gone:
                one.cancel()


def _plain(status: HTTPStatus, words: bytes) -> WSUpgradeResponseWithListener:
    if status == HTTPStatus.OK:
        return WSUpgradeResponseWithListener(WSUpgradeResponse.create_ok_response(words), None)
    return WSUpgradeResponseWithListener(
        WSUpgradeResponse.create_error_response(status, words), None
    )


class Visit(WSListener):
    """One page's connection, from handshake to end."""

    def __init__(self, room: Room, ticket: notifications.Ticket) -> None:
        self.room = room
        self.ticket = ticket
        self.subject: Subject = ticket.subject
        self.page = Page(self)
        self.transport: WSTransport | None = None
        self._words: asyncio.Queue[bytes] = asyncio.Queue(WORDS_WAITING_MAX)
        self._task: asyncio.Task[None] | None = None
        self._end: asyncio.TimerHandle | None = None

    @override
    def on_ws_connected(self, transport: WSTransport) -> None:
        """The handshake is done: count in, and spend the ticket."""
        self.transport = transport
        transport.underlying_transport.set_write_buffer_limits(high=WRITE_BUFFER_BYTES)
        self.room.came(self)
        self.room.hub.join(self.page)
        loop = asyncio.get_running_loop()
        self._task = loop.create_task(self._attend())
        self._end = loop.call_later(LIFETIME_S, self.close, WSCloseCode.SERVICE_RESTART)

    @override
    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Queue what the page says; it is answered in order."""
        if frame.msg_type == WSMsgType.CLOSE:
            self.close(WSCloseCode.OK)
        elif frame.msg_type == WSMsgType.TEXT and frame.fin:
            if self._words.full():
                self.close(WSCloseCode.POLICY_VIOLATION)
                return
            self._words.put_nowait(frame.get_payload_as_bytes())
        elif frame.msg_type not in {WSMsgType.PING, WSMsgType.PONG}:
            self.close(WSCloseCode.UNSUPPORTED_DATA)

    @override
    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """The page is gone: forget it."""
        self.room.hub.leave(self.page)
        self.room.went(self)
        if self._task is not None:
            self._task.cancel()
        if self._end is not None:
            self._end.cancel()

    @override
    def pause_writing(self) -> None:
        """The network does not keep up: lines wait in the bounded queue."""
        self.page.is_paused = True

    @override
    def resume_writing(self) -> None:
        """The network keeps up again."""
        self.page.is_paused = False
        self.page.flush()

    def send(self, frame: bytes) -> None:
        """Hand one frame to the connection."""
        if self.transport is not None:
            self.transport.send(WSMsgType.TEXT, frame)

    def drop(self) -> None:
        """End the connection without waiting for what was not read."""
        telemetry.log("realtime_page_dropped", viewer_id=self.subject.viewer_id)
        if self.transport is not None:
            self.transport.disconnect(graceful=False)

    def close(self, code: WSCloseCode) -> None:
        """End the connection, saying why."""
        if self.transport is not None and not self.transport.is_disconnected:
            self.transport.send_close(code)
            self.transport.disconnect()

    async def _attend(self) -> None:
        """Spend the ticket, then answer the page's words one after the other."""
        try:
            async with self.room.services.database.transaction() as tx:
                is_first = await notifications.spend_ticket(
                    tx, self.ticket, self.room.services.clock()
                )
            if not is_first:
                self.close(WSCloseCode.POLICY_VIOLATION)
                return
            while True:
                await self._answer(WORDS.decode(await self._words.get()))
        except msgspec.DecodeError:
            self.close(WSCloseCode.POLICY_VIOLATION)
        except Unavailable:
            self.close(WSCloseCode.TRY_AGAIN_LATER)
        except Exception as error:  # noqa: BLE001  # One page's bug ends one page, and is logged.
            telemetry.log("realtime_page_failed", error=repr(error), exc_info=error)
            self.close(WSCloseCode.INTERNAL_ERROR)

    async def _answer(self, words: Words) -> None:
        for name in words.unsubscribe[:TOPICS_MAX]:
            for topic, known in list(self.page.names.items()):
                if known == name:
                    self.room.hub.close(self.page, topic)
        for name in words.subscribe[:TOPICS_MAX]:
            await self._subscribe(name)

    async def _subscribe(self, name: str) -> None:
        kind, _, text = name.partition(":")
        topic = self.room.topics.get(kind)
        if topic is None or len(self.page.names) >= TOPICS_MAX:
            self._say(name, "refused", {"code": "realtime.no_such_topic"})
            return
        try:
            async with self.room.services.database.transaction() as tx:
                number = await topic.open(tx, self.subject, from_text(text) if text else None)
        except Unavailable:
            raise
        except NightmarketError as refusal:
            self._say(name, "refused", {"code": refusal.code})
            return
        self.room.hub.open(self.page, realtime.topic(kind, number), name)
        self._say(name, "subscribed", None)

    def _say(self, name: str, kind: str, data: object) -> None:
        self.room.hub.offer(self.page, encode(name, kind, data))


if __name__ == "__main__":
    process.run("realtime", serve)
