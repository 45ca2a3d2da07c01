"""The API beside a transcode: latency of a mix of requests, idle, during, and idle again.

    nightmarket bench beside [--seconds 20] [--rate 20] [--videos 20000]

A whole market runs: web, worker and media. Requests start on time, `rate` a second, each of another
signed-in viewer: two feed pages, then a video, its comments, a search. A film made by code (30 s,
1080x1920, 8 Mbit/s, see `bench media`) is published again and again while the middle figures are
taken, so that a transcode is always under way. `ratio_p95` compares with the mean of both idles.
"""

import argparse
import asyncio
import random
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import httpx

from bench import harness, publish, world
from bench.media import make_source

WORDS = ("night", "market", "dance", "street", "lantern")
WIRES = 32


def path_of(number: int, videos: list[str], chance: random.Random) -> str:
    """Return what the request of this number asks for."""
    if number % 5 < 2:
        return "/api/v1/feed?limit=8"
    if number % 5 == 2:
        return f"/api/v1/videos/{chance.choice(videos)}"
    if number % 5 == 3:
        return f"/api/v1/videos/{chance.choice(videos)}/comments?limit=20"
    return f"/api/v1/search?q={chance.choice(WORDS)}"


async def load(
    port: int, videos: list[str], arguments: argparse.Namespace, until: threading.Event | None
) -> dict[str, Any]:
    """Ask at a steady rate for `seconds`, or until told; returns percentiles and the count."""
    chance, times = random.Random(5), list[float]()
    async with harness.wires(port, WIRES) as wires:

        async def one(number: int, due: float) -> None:
            viewer = f"nm_session={world.token_of(chance.randrange(arguments.viewers))}"
            wire = await wires.get()
            try:
                head = harness.head("GET", path_of(number, videos, chance), viewer)
                status, body = await wire.call(head)
            finally:
                wires.put_nowait(wire)
            assert status == 200, body
            times.append(time.perf_counter() - due)

        begun, tasks, number = time.perf_counter(), list[asyncio.Task[None]](), 0
        while time.perf_counter() - begun < arguments.seconds or (until and not until.is_set()):
            due = begun + number / arguments.rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(one(number, due)))
            number += 1
        await asyncio.gather(*tasks)
    return {"requests": len(times), **harness.percentiles(times)}


def transcode(port: int, film: Path, seconds: float, runs: list[dict[str, Any]]) -> None:
    """Publish the film again and again for at least `seconds`."""
    address = f"http://localhost:{port}"
    with httpx.Client(base_url=address, timeout=300, headers={"Origin": address}) as client:
        publish.sign_up(client)
        begun = time.perf_counter()
        while time.perf_counter() - begun < seconds:
            runs.append(publish.once(client, film))


async def measure(place: harness.Place, film: Path, given: argparse.Namespace) -> dict[str, Any]:
    """Idle, beside a transcode, idle again."""
    async with httpx.AsyncClient(base_url=f"http://localhost:{place.port}") as client:
        cookies = {"nm_session": world.token_of(0)}
        page = (await client.get("/api/v1/feed?limit=20", cookies=cookies)).json()
    videos = [item["video"]["video_id"] for item in page["items"]]
    await load(place.port, videos, argparse.Namespace(**{**vars(given), "seconds": 4}), None)
    before = await load(place.port, videos, given, None)
    runs: list[dict[str, Any]] = []
    is_over = threading.Event()

    def work() -> None:
        try:
            transcode(place.port, film, given.seconds, runs)
        finally:
            is_over.set()

    busy = asyncio.create_task(asyncio.to_thread(work))
    during = await load(place.port, videos, given, is_over)
    await busy
    after = await load(place.port, videos, given, None)
    idle_p95_ms = (before["p95_ms"] + after["p95_ms"]) / 2
    return {
        "idle_before": before,
        "beside_a_transcode": during,
        "idle_after": after,
        "ratio_p95": round(during["p95_ms"] / idle_p95_ms, 2),
        "films": runs,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--videos", type=int, default=20_000)
    parser.add_argument("--viewers", type=int, default=2_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, harness.database(None) as (url, directory):
        film = Path(folder) / "film.mp4"
        make_source(film, 30, "libx264")
        world.seed(url, videos=given.videos, viewers=given.viewers)
        with harness.serving(url, directory, "web", "worker", "media") as place:
            figures = asyncio.run(measure(place, film, given))
    harness.publish("beside", figures)


if __name__ == "__main__":
    main()
