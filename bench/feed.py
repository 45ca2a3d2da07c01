"""The feed with 100,000 videos and 10,000 viewers: latency at 20 requests a second, saturation.

    nightmarket bench feed [--videos 100000] [--viewers 10000] [--seconds 30] [--data DIR]
    nightmarket bench feed --ranker --transcode --videos 200000 --processes 1

With `--ranker`, the ranker scores every page and learns meanwhile from guests who report ten times
a second what they watched; with `--transcode`, the open loop is measured once more while films are
published one after the other (see `bench beside`).

Open loop: requests start on time whether or not earlier ones were answered, and waiting counts.
Each request is another signed-in viewer's, who follows 20 creators and watched 40 videos.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from bench import beside, fresh, harness, world
from bench.media import make_source
from nightmarket.domains.ranking import face
from nightmarket.entry.supervise import web_processes
from nightmarket.infra.settings import Settings

PATH = "/api/v1/feed?limit=8"
WARM = 400
ASKED = "nightmarket_ranker_asked_total{"


async def ask(wires: "asyncio.Queue[harness.Wire]", viewer: int) -> int:
    """Ask for one page; returns how many items it had."""
    wire = await wires.get()
    try:
        status, body = await wire.call(
            harness.head("GET", PATH, f"nm_session={world.token_of(viewer)}")
        )
    finally:
        wires.put_nowait(wire)
    assert status == 200, body
    return len(json.loads(body)["items"])


async def open_loop(
    place: harness.Place, chance: random.Random, arguments: argparse.Namespace
) -> dict[str, Any]:
    """Start `rate` requests a second, evenly; time each from when it should have started."""
    times: list[float] = []
    sizes: list[int] = []
    cpu = place.cpu_s()
    async with harness.wires(place.port, 64) as wires:

        async def one(due: float) -> None:
            sizes.append(await ask(wires, chance.randrange(arguments.viewers)))
            times.append(time.perf_counter() - due)

        count = int(arguments.seconds * arguments.rate)
        begun = time.perf_counter()
        tasks = []
        for number in range(count):
            due = begun + number / arguments.rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(one(due)))
        await asyncio.gather(*tasks)
    used = place.cpu_s() - cpu
    return {
        "rate_per_s": arguments.rate,
        "requests": count,
        "items": sum(sizes) / len(sizes),
        **harness.percentiles(times),
        "server_cpu_ms_per_request": round(used / count * 1000, 2),
        "ranker": await outcomes(place),
    }


async def outcomes(place: harness.Place) -> dict[str, float]:
    """Return how many pages so far asked the ranker, by what came of it."""
    async with harness.wires(place.port, 1) as wires:
        wire = wires.get_nowait()
        _, answer = await wire.call(harness.head("GET", "/metrics", ""))
    lines = [line for line in answer.decode().splitlines() if line.startswith(ASKED)]
    return {line.split('"')[1]: float(line.rsplit(" ", 1)[1]) for line in lines}


async def saturation(
    place: harness.Place, chance: random.Random, arguments: argparse.Namespace
) -> dict[str, Any]:
    """Keep `connections` requests under way all the time."""
    times: list[float] = []
    cpu = place.cpu_s()
    begun = time.perf_counter()
    async with harness.wires(place.port, arguments.connections) as wires:

        async def keep() -> None:
            while time.perf_counter() - begun < arguments.seconds:
                since = time.perf_counter()
                await ask(wires, chance.randrange(arguments.viewers))
                times.append(time.perf_counter() - since)

        await asyncio.gather(*(keep() for _ in range(arguments.connections)))
    spent = time.perf_counter() - begun
    used = place.cpu_s() - cpu
    return {
        "requests_per_s": round(len(times) / spent, 1),
        **harness.percentiles(times),
        "server_cpu_ms_per_request": round(used / len(times) * 1000, 2),
    }


async def measure(place: harness.Place, arguments: argparse.Namespace) -> dict[str, Any]:
    """Warm up, then measure both."""
    chance = random.Random(11)
    begun = time.perf_counter()
    async with harness.wires(place.port, arguments.connections) as wires:
        await ask(wires, 0)
        first_s = time.perf_counter() - begun
        for _ in range(WARM):
            await ask(wires, chance.randrange(arguments.viewers))
    figures = {
        "first_request_s": round(first_s, 2),
        "open_loop": await open_loop(place, chance, arguments),
        "saturation": await saturation(place, chance, arguments),
    }
    if arguments.transcode:
        figures["beside_a_transcode"] = await beside_a_transcode(place, chance, arguments)
    return figures


async def beside_a_transcode(
    place: harness.Place, chance: random.Random, arguments: argparse.Namespace
) -> dict[str, Any]:
    """Measure the open loop while films are published one after the other."""
    runs: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mp4"
        make_source(film, 30, "libx264")
        publishing = asyncio.to_thread(beside.transcode, place.port, film, arguments.seconds, runs)
        busy = asyncio.create_task(publishing)
        figures = await open_loop(place, chance, arguments)
        await busy
    return {**figures, "films": len(runs)}


async def learning(place: harness.Place, arguments: argparse.Namespace) -> dict[str, Any]:
    """Measure while guests report what they watched and the ranker learns from it."""
    await fresh.there(place)
    chance = random.Random(13)
    with psycopg.connect(place.database_url) as connection:
        rows = connection.execute("SELECT video_id FROM feed_item LIMIT 5000").fetchall()
    videos = [int(row[0]) for row in rows]

    async def report() -> None:
        async with harness.wires(place.port, 4) as wires:
            while True:
                viewer = fresh.OTHERS_FROM + chance.randrange(fresh.OTHERS)
                seen = chance.sample(videos, 8)
                await fresh.post(wires, viewer, fresh.body(viewer, seen, chance, 15_000))
                await asyncio.sleep(0.1)

    reporting = asyncio.create_task(report())
    await asyncio.sleep(arguments.warm)
    figures = await measure(place, arguments)
    reporting.cancel()
    await asyncio.gather(reporting, return_exceptions=True)
    status = face.status(place.directory)
    return {**figures, "learned": None if status is None else status.settled}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--videos", type=int, default=100_000)
    parser.add_argument("--viewers", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--processes", type=int, default=0, help="that answer; 0: the default")
    parser.add_argument("--data", type=Path, default=None, help="keep the seeded world here")
    parser.add_argument("--ranker", action="store_true")
    parser.add_argument("--warm", type=float, default=40, help="seconds of learning before")
    parser.add_argument("--transcode", action="store_true")
    arguments = parser.parse_args()
    is_seeded = arguments.data is not None and (arguments.data / "seeded").exists()
    with harness.database(arguments.data) as (url, directory):
        if not is_seeded:
            world.seed(url, videos=arguments.videos, viewers=arguments.viewers)
            (directory / "seeded").touch()
        webs = web_processes(Settings(web_processes=arguments.processes))
        roles = ["web"] * webs + [*(["ranker"] if arguments.ranker else [])]
        roles += ["worker", "media"] if arguments.transcode else []
        with harness.serving(url, directory, *roles) as place:
            measuring = learning if arguments.ranker else measure
            figures = asyncio.run(measuring(place, arguments))
    told = {"videos": arguments.videos, "viewers": arguments.viewers, "processes": webs}
    harness.publish("feed", told | figures)


if __name__ == "__main__":
    main()
