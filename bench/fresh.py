"""From an event accepted over HTTP to changed scores that the ranker serves, beside other traffic.

    nightmarket bench fresh [--seconds 60] [--probes 3] [--rate 20]

A market runs: web, worker and ranker. Guests send `rate` requests of eight watches a second, and
as many pages are asked for as a quarter of that. `probes` times a second a guest nobody has seen
watches one video to the end. The ranker expects of such a guest exactly what it expects of any
other stranger, until it has learned the watch and serves what it learned: the time is taken from
the answer of the HTTP request to the first state in which the two differ, for the same videos.
"""

import argparse
import asyncio
import random
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import psycopg

from bench import harness, world
from bench.events import uuid7
from nightmarket.domains.analytics.rules import impressions
from nightmarket.domains.analytics.values import Impression, Surface
from nightmarket.domains.identity.actions.know_caller import guest_cookie
from nightmarket.domains.identity.values import Guest
from nightmarket.domains.ranking import face
from nightmarket.domains.ranking.values.asking import Ask
from nightmarket.infra import local_socket
from nightmarket.kernel.ids import GuestId, RequestId, VideoId, ViewerId

SECRET = harness.KEY.encode()
SIGNING = impressions.key_of(SECRET)
MARKET, LENGTH_MS = "us", 15_000
STRANGER = 77
PROBES_FROM, OTHERS_FROM, OTHERS = 10**9, 10**6, 500
ASKED = 16
PATIENCE_S = 120.0
"""The first steps of a new data directory are compiled while everybody waits."""
POLL_S = 0.02


def body(viewer: int, videos: list[int], chance: random.Random, watch_ms: int) -> bytes:
    """Return a batch of watches of these videos, shown a minute ago."""
    now_ms, events = int(time.time() * 1000), []
    request = RequestId(chance.getrandbits(60))
    for position, video in enumerate(videos):
        shown = Impression(
            viewer_id=ViewerId(viewer),
            video_id=VideoId(video),
            request_id=request,
            position=position,
            surface=Surface.FOR_YOU,
            shown_at_ms=now_ms - 60_000,
        )
        events.append(
            {
                "event_id": uuid7(now_ms, chance.getrandbits(60)),
                "kind": "watch",
                "impression_id": impressions.mint(shown, SIGNING),
                "occurred_at_ms": now_ms,
                "watch_ms": watch_ms,
                "duration_ms": LENGTH_MS,
            }
        )
    return msgspec.json.encode({"events": events})


async def post(wires: "asyncio.Queue[harness.Wire]", viewer: int, events: bytes) -> None:
    """Report as a guest; every event must be accepted."""
    guest = Guest(guest_id=GuestId(viewer), market=MARKET, language="en")
    cookie = f"nm_guest={guest_cookie(SECRET, guest)}"
    wire = await wires.get()
    try:
        status, answer = await wire.call(harness.head("POST", "/api/v1/events", cookie), events)
    finally:
        wires.put_nowait(wire)
    assert status == 200, answer
    assert not msgspec.json.decode(answer)["refused"], answer


async def page(wires: "asyncio.Queue[harness.Wire]", account: int) -> float:
    """Ask for one page of the feed; returns how many seconds it took."""
    wire, since = await wires.get(), time.perf_counter()
    cookie = f"nm_session={world.token_of(account)}"
    status, answer = await wire.call(harness.head("GET", "/api/v1/feed?limit=8", cookie))
    wires.put_nowait(wire)
    assert status == 200, answer
    return time.perf_counter() - since


async def expected(place: harness.Place, viewer: int, videos: list[int], at_us: int) -> Any:
    """Return what the ranker expects of a viewer and these videos, and by which state."""
    ask = Ask(
        viewer_id=viewer,
        market=MARKET,
        surface=Surface.FOR_YOU,
        at_us=at_us,
        items=np.array(videos, dtype="<i8").tobytes(),
    )
    rankers = face.Rankers(face.local(place.directory))
    for _ in range(1000):
        try:
            return await face.chances(rankers, ask, 5.0)
        except face.NoAnswer:
            await asyncio.sleep(0.1)
    raise TimeoutError(viewer)


async def until_changed(place: harness.Place, viewer: int, videos: list[int]) -> int:
    """Return once this viewer is expected otherwise than a stranger; how many states it took."""
    since, at_us = time.monotonic(), int(time.time() * 1_000_000)
    seen, states = "", 0
    while time.monotonic() - since < PATIENCE_S:
        now = (await expected(place, viewer, [], at_us)).snapshot
        if now != seen:
            known = await expected(place, viewer, videos, at_us)
            other = await expected(place, STRANGER, videos, at_us)
            if known.snapshot == other.snapshot:
                seen, states = known.snapshot, states + 1
                if not np.array_equal(known.values, other.values):
                    return states
        await asyncio.sleep(POLL_S)
    raise TimeoutError(viewer)


async def measure(place: harness.Place, given: argparse.Namespace) -> dict[str, Any]:
    """Send traffic, and take the times of the probes in the middle of it."""
    with psycopg.connect(place.database_url) as connection:
        rows = connection.execute("SELECT video_id FROM feed_item WHERE market = 'us'").fetchall()
    videos, chance = [int(row[0]) for row in rows], random.Random(time.time_ns())
    times: list[float] = []
    never: list[int] = []
    pages: list[float] = []
    over = time.monotonic() + given.warm + given.seconds
    begun = time.monotonic() + given.warm
    first = PROBES_FROM + time.time_ns() // 1_000_000 * 1_000  # Nobody of an earlier run.

    async def others(wires: "asyncio.Queue[harness.Wire]") -> None:
        number = 0
        while time.monotonic() < over:
            number += 1
            viewer = OTHERS_FROM + chance.randrange(OTHERS)
            watch_ms = chance.choice((700, 5_000, LENGTH_MS))
            await post(wires, viewer, body(viewer, chance.sample(videos, 8), chance, watch_ms))
            if number % 4 == 0:
                pages.append(await page(wires, chance.randrange(given.viewers)))
            await asyncio.sleep(1 / given.rate)

    async def probe(wires: "asyncio.Queue[harness.Wire]", number: int) -> None:
        viewer, watched = first + number, chance.sample(videos, ASKED)
        await post(wires, viewer, body(viewer, watched[:1], chance, LENGTH_MS))
        since = time.perf_counter()
        try:
            await until_changed(place, viewer, watched)
        except TimeoutError:
            never.append(viewer)
        if time.monotonic() > begun:
            times.append(time.perf_counter() - since)

    async with harness.wires(place.port, 24) as wires:
        traffic, probes = asyncio.create_task(others(wires)), list[asyncio.Task[None]]()
        while time.monotonic() < over - 2:
            probes.append(asyncio.create_task(probe(wires, len(probes))))
            await asyncio.sleep(1 / given.probes)
        await asyncio.gather(traffic, *probes)
    return {
        "probes": len(times),
        "never_in_two_minutes": len(never),
        **harness.percentiles(times),
        "pages": harness.percentiles(pages),
        "ranker": standing(place),
    }


def standing(place: harness.Place) -> dict[str, Any]:
    """Return what the ranker last told of itself."""
    status = face.status(place.directory)
    facts = {} if status is None else msgspec.to_builtins(status)
    return {name: fact for name, fact in facts.items() if name != "held"}


async def there(place: harness.Place) -> None:
    """Wait until the ranker answers."""
    path = local_socket.address(place.directory, face.SOCKET)
    until = time.monotonic() + 5 * harness.READY_S_MAX
    while not path.exists():
        assert time.monotonic() < until, path
        await asyncio.sleep(0.2)


async def run(place: harness.Place, given: argparse.Namespace) -> dict[str, Any]:
    """Wait for the ranker, then measure."""
    await there(place)
    return await measure(place, given)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--warm", type=float, default=40, help="seconds of traffic before")
    parser.add_argument("--probes", type=float, default=3)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--videos", type=int, default=5_000)
    parser.add_argument("--viewers", type=int, default=500)
    parser.add_argument(
        "--data", type=Path, default=None, help="keep the world and the ranker here"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = given.data or Path(folder)
        root.mkdir(exist_ok=True)
        root.chmod(0o755)
        is_seeded = (root / "seeded").exists()
        with harness.database(root) as (url, directory):
            if not is_seeded:
                world.seed(url, videos=given.videos, viewers=given.viewers)
                (directory / "seeded").touch()
            with harness.serving(url, directory, "web", "worker", "ranker") as place:
                figures = asyncio.run(run(place, given))
    harness.publish("fresh", figures)


if __name__ == "__main__":
    main()
