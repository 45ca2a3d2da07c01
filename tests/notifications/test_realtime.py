"""The realtime process over a real socket: tickets, topics, batches, slow pages, lost databases."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import psycopg
import pytest
from httpx import AsyncClient
from litestar.testing import AsyncTestClient
from picows import (
    WSFrame,
    WSHandshakeError,
    WSListener,
    WSMsgType,
    WSTransport,
    ws_connect,
)
from typing_extensions import override

from nightmarket.domains.notifications.actions.tickets import make_ticket, realtime_url
from nightmarket.domains.videos.values import Audience
from nightmarket.entry import realtime, wiring
from nightmarket.entry.drain import drain
from nightmarket.infra.fanout import QUEUE_LINES_MAX, Hub, encode
from nightmarket.infra.fanout import Page as OpenPage
from nightmarket.infra.http import Subject
from nightmarket.infra.realtime import News, tell, topic
from nightmarket.infra.services import Services
from nightmarket.infra.settings import for_child
from nightmarket.kernel.ids import ViewerId
from tests.builders.social import Person, number_of, person, publish
from tests.builders.videos import Clip
from tests.fakes.clock import HandClock

pytestmark = pytest.mark.feature("V92")
WAIT_S = 8


class Browser(WSListener):
    """A page with a socket: what it hears, frame by frame."""

    def __init__(self) -> None:
        self.frames: asyncio.Queue[list[dict[str, Any]]] = asyncio.Queue()
        self.heard: list[dict[str, Any]] = []
        self.closed = asyncio.Event()
        self.close_code = 0

    @override
    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Keep a frame."""
        if frame.msg_type == WSMsgType.TEXT:
            self.frames.put_nowait(msgspec.json.decode(frame.get_payload_as_bytes()))
        elif frame.msg_type == WSMsgType.CLOSE:
            self.close_code = frame.get_close_code().value
            transport.disconnect()

    @override
    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Know that it is over."""
        self.closed.set()

    async def next(self, kind: str) -> dict[str, Any]:
        """Return the next line of a kind, in order of arrival."""
        while True:
            for index, line in enumerate(self.heard):
                if line["kind"] == kind:
                    return self.heard.pop(index)
            self.heard += await asyncio.wait_for(self.frames.get(), WAIT_S)


@asynccontextmanager
async def opened(services: Services) -> AsyncIterator[tuple[realtime.Room, str]]:
    """The realtime process inside this one; yields it and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = replace(services.settings, realtime_port=port)
    room = realtime.Room(services, {one.kind: one for one in wiring.topics()})
    async with realtime.open_port(room, settings):
        await asyncio.wait_for(room.is_hearing.wait(), WAIT_S)
        yield room, f"127.0.0.1:{port}"


async def ticket(who: Person | None, client: AsyncTestClient[Any]) -> str:
    """A fresh ticket of somebody's, or of a guest."""
    if who is not None:
        found = await who.ok("GET", "/realtime")
    else:
        found = (await client.get("/api/v1/realtime")).json()
    assert found["url"] == "ws://localhost:8001/realtime"
    text: str = found["ticket"]
    return text


async def connect(place: str, text: str) -> tuple[WSTransport, Browser]:
    """Open a socket with a ticket."""
    transport, browser = await ws_connect(Browser, f"ws://{place}/realtime?ticket={text}")
    assert isinstance(browser, Browser)
    return transport, browser


def say(transport: WSTransport, **words: Any) -> None:
    """Say something as a page."""
    transport.send(WSMsgType.TEXT, msgspec.json.encode(words))


async def news(services: Services, name: str, *kinds: str) -> None:
    """Publish news on a topic, one line a kind, in one transaction."""
    async with services.database.transaction() as tx:
        for kind in kinds:
            await tell(tx, name, kind, {"number": kind})


async def test_the_inbox_is_heard_live(client: AsyncTestClient[Any], services: Services) -> None:
    """A like reaches the creator's open page with the new unread count, and nobody else's."""
    creator, fan = await person(client), await person(client)
    video_id = await publish(services, creator)
    async with opened(services) as (_, place):
        transport, page = await connect(place, await ticket(creator, client))
        say(transport, subscribe=["inbox"])
        await page.next("subscribed")
        transport, other = await connect(place, await ticket(fan, client))
        say(transport, subscribe=["inbox"])
        await other.next("subscribed")
        await fan.ok("PUT", f"/videos/{video_id}/like")
        await drain(services)
        line = await page.next("notification")
        assert line["topic"] == "inbox"
        assert line["data"]["kind"] == "like"
        assert line["data"]["unread_count"] == 1
        assert line["data"]["is_quiet"] is False
        await fan.ok("DELETE", f"/videos/{video_id}/like")
        await drain(services)
        assert (await page.next("unread"))["data"]["unread_count"] == 0
        assert other.heard == []
        assert other.frames.empty()


async def test_a_ticket_is_good_once_and_for_a_minute(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """A spent ticket is closed with 1008; an old, forged or missing one never gets in."""
    someone = await person(client)
    async with opened(services) as (_, place):
        text = await ticket(someone, client)
        transport, page = await connect(place, text)
        say(transport, subscribe=["inbox"])
        await page.next("subscribed")
        _, second = await connect(place, text)
        await asyncio.wait_for(second.closed.wait(), WAIT_S)
        assert second.close_code == 1008
        old = await ticket(someone, client)
        clock.move(seconds=61)
        for bad in (old, old[:-3] + "abc", "", "x" * 5000):
            with pytest.raises(WSHandshakeError) as refusal:
                await connect(place, bad)
            assert refusal.value.response is not None
            assert refusal.value.response.status == 403


async def test_a_socket_ends_with_its_session(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """Signing out closes what the session opened, and only that; its tickets are worth nothing."""
    someone, other = await person(client), await person(client)
    async with opened(services) as (_, place):
        pages = []
        for who in (someone, other):
            transport, page = await connect(place, await ticket(who, client))
            say(transport, subscribe=["inbox"])
            await page.next("subscribed")
            pages.append((transport, page))
        unspent = await ticket(someone, client)
        await someone.ok("DELETE", "/session")
        await asyncio.wait_for(pages[0][1].closed.wait(), WAIT_S)
        assert pages[0][1].close_code == 1008
        _, late = await connect(place, unspent)
        await asyncio.wait_for(late.closed.wait(), WAIT_S)
        assert late.close_code == 1008
        await other.ok("DELETE", "/sessions")  # All others: this one stays.
        transport, theirs = pages[1]
        say(transport, subscribe=["moon"])
        await theirs.next("refused")
        assert not theirs.closed.is_set()


async def test_topics_are_open_to_whoever_may_see_the_video(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """A guest hears a public video's comments, not a private one's, not an inbox, not nonsense."""
    creator = await person(client)
    public = await publish(services, creator)
    private = await publish(services, creator, Clip(audience=Audience.ONLY_ME))
    async with opened(services) as (_, place):
        transport, page = await connect(place, await ticket(None, client))
        wanted = [f"comments:{private}", "inbox", "moon", "comments:???", f"comments:{public}"]
        say(transport, subscribe=wanted)
        assert (await page.next("subscribed"))["topic"] == f"comments:{public}"
        codes = {line["topic"]: line["data"]["code"] for line in page.heard}
        assert codes == {
            f"comments:{private}": "videos.no_such_video",
            "inbox": "identity.sign_in_needed",
            "moon": "realtime.no_such_topic",
            "comments:???": "id.malformed",
        }
        page.heard.clear()
        await creator.ok("POST", f"/videos/{public}/comments", json={"text": "First of all"})
        line = await page.next("comment")
        assert line["topic"] == f"comments:{public}"
        assert line["data"]["comments_count"] == 1
        say(transport, unsubscribe=[f"comments:{public}"])
        say(transport, subscribe=[f"video:{public}"])
        await page.next("subscribed")
        await news(services, topic("comments", number_of(public)), "unheard")
        await news(services, topic("video", number_of(public)), "heard")
        await page.next("heard")
        assert page.heard == []


async def test_news_of_one_moment_come_in_one_frame(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """Twenty lines of one transaction leave as one frame, in order."""
    someone = await person(client)
    async with opened(services) as (_, place):
        transport, page = await connect(place, await ticket(someone, client))
        say(transport, subscribe=["inbox"])
        await page.next("subscribed")
        kinds = [f"kind{number}" for number in range(20)]
        await news(services, topic("inbox", someone.account_id), *kinds)
        frame = await asyncio.wait_for(page.frames.get(), WAIT_S)
        assert [line["kind"] for line in frame] == kinds


async def test_a_lost_database_is_found_again(
    client: AsyncTestClient[Any], services: Services, database_url: str
) -> None:
    """When every connection is cut, pages stay, are told to load again, and hear what follows."""
    someone = await person(client)
    async with opened(services) as (room, place):
        transport, page = await connect(place, await ticket(someone, client))
        say(transport, subscribe=["inbox"])
        await page.next("subscribed")
        with psycopg.connect(database_url, autocommit=True) as knife:
            knife.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND query LIKE 'LISTEN%'"
            )
        await page.next("resync")
        assert room.is_hearing.is_set()
        await news(services, topic("inbox", someone.account_id), "after")
        await page.next("after")


async def test_health_is_told_on_the_same_port(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """`/healthz` answers 200 while the database is heard and 503 while not."""
    async with opened(services) as (room, place), AsyncClient() as browser:
        answer = await browser.get(f"http://{place}/healthz")
        assert (answer.status_code, answer.text) == (200, "ok")
        room.is_hearing.clear()
        assert (await browser.get(f"http://{place}/healthz")).status_code == 503


async def test_leaving_tells_pages_to_come_back(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """When the process stops, pages are closed with 1012 at once, and nothing is left behind."""
    someone = await person(client)
    async with opened(services) as (room, place):
        transport, page = await connect(place, await ticket(someone, client))
        say(transport, subscribe=["inbox"])
        await page.next("subscribed")
    await asyncio.wait_for(page.closed.wait(), WAIT_S)
    assert page.close_code == 1012
    assert (len(room.hub), room.visits) == (0, set())


async def test_nonsense_ends_the_page(client: AsyncTestClient[Any], services: Services) -> None:
    """What is no JSON, or a flood of words, is closed with 1008 and harms nobody else."""
    someone = await person(client)
    async with opened(services) as (room, place):
        transport, page = await connect(place, await ticket(someone, client))
        transport.send(WSMsgType.TEXT, b"{nonsense")
        await asyncio.wait_for(page.closed.wait(), WAIT_S)
        assert page.close_code == 1008
        transport, page = await connect(place, await ticket(someone, client))
        for _ in range(200):
            say(transport, subscribe=["moon"])
        await asyncio.wait_for(page.closed.wait(), WAIT_S)
        assert page.close_code == 1008
        await asyncio.sleep(0)
        assert room.visits == set()


class Wire:
    """A connection that remembers; `is_full` stands for a network that takes no more."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.is_dropped = False

    def send(self, frame: bytes) -> None:
        """Take a frame."""
        self.frames.append(frame)

    def drop(self) -> None:
        """Be cut off."""
        self.is_dropped = True


async def test_a_page_that_does_not_keep_up_is_dropped_and_others_are_not() -> None:
    """Lines wait while the network pauses; past the bound the page goes, memory stays bounded."""
    hub, slow, quick = Hub(), Wire(), Wire()
    pages = [OpenPage(slow), OpenPage(quick)]
    for page in pages:
        hub.join(page)
        hub.open(page, "inbox:1", "inbox")
    pages[0].is_paused = True
    for number in range(QUEUE_LINES_MAX + 1):
        hub.spread(News("inbox:1", "like", msgspec.Raw(b"%d" % number)))
        if number % 50 == 0:
            await asyncio.sleep(0.03)
    await asyncio.sleep(0.05)
    assert (slow.is_dropped, slow.frames) == (True, [])
    assert not quick.is_dropped
    lines = [line["data"] for frame in quick.frames for line in msgspec.json.decode(frame)]
    assert lines == list(range(QUEUE_LINES_MAX + 1))
    assert encode("inbox", "x", None) == b'{"topic":"inbox","kind":"x","data":null}'
    for page in pages:
        hub.leave(page)
    assert len(hub) == 0


async def test_the_process_starts_says_ready_and_ends_calmly(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """As a process of its own it prints `ready` and nothing else, serves, and ends on SIGTERM."""
    someone = await person(client)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = replace(services.settings, realtime_port=port)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "nightmarket.entry.realtime",
        env=for_child(settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        assert await asyncio.wait_for(process.stdout.readline(), 60) == b"ready\n"
        # The process has the machine's clock, so its ticket is made at the machine's time.
        text, _ = make_ticket(
            services.secret,
            services.ids(),
            Subject(viewer_id=ViewerId(someone.account_id), account_id=someone.account_id),
            datetime.now(UTC),
        )
        transport, page = await connect(f"127.0.0.1:{port}", text)
        say(transport, subscribe=["inbox"])
        await page.next("subscribed")
        await news(services, topic("inbox", someone.account_id), "hello")
        await page.next("hello")
        process.terminate()
        await asyncio.wait_for(page.closed.wait(), WAIT_S)
        assert page.close_code == 1012
        await asyncio.wait_for(process.wait(), 20)  # One word is enough; nobody says it twice.
    finally:
        if process.returncode is None:
            process.kill()
        out, errors = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, out) == (0, b"")
    assert all(line.startswith(b"{") for line in errors.splitlines()), errors


@pytest.mark.parametrize(
    ("public_url", "expected"),
    [
        ("http://localhost:8000", "ws://localhost:8001/realtime"),
        ("https://market.example", "wss://market.example/realtime"),
        ("https://market.example:8443", "wss://market.example:8443/realtime"),
        ("http://market.example", "ws://market.example/realtime"),
    ],
)
def test_behind_a_proxy_pages_open_the_socket_at_the_public_address(
    services: Services, public_url: str, expected: str
) -> None:
    """Only a market without a proxy shows its second port."""
    assert realtime_url(replace(services.settings, port=8000, public_url=public_url)) == expected
