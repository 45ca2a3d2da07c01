"""Events a second over HTTP, 500 in a request, durable and deduplicated.

    python -m bench.events [--seconds 15] [--viewers 400] [--connections 4] [--worker]

Every event names its own impression of one of many viewers and videos; one request in fifty is
sent twice. Afterwards the log is counted against what was accepted.
"""

import argparse
import asyncio
import json
import time
from pathlib import Path
from typing import Any

import psycopg

from bench import harness
from nightmarket.domains.analytics.rules import impressions
from nightmarket.domains.analytics.values import Impression, Surface
from nightmarket.domains.identity.actions.know_caller import guest_cookie
from nightmarket.domains.identity.values import Guest
from nightmarket.kernel.ids import GuestId, RequestId, VideoId, ViewerId

BATCH = 500
REPEAT_EVERY = 50
VIDEOS = 20_000


def uuid7(at_ms: int, number: int) -> str:
    """A UUIDv7 of an instant, different for each number."""
    text = f"{at_ms << 80 | 7 << 76 | 2 << 62 | number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def batch(viewer: int, start: int, now_ms: int, key: bytes) -> bytes:
    """One request's body: 500 watches of 500 impressions."""
    events = []
    for number in range(start, start + BATCH):
        token = impressions.mint(
            Impression(
                viewer_id=ViewerId(viewer),
                video_id=VideoId(1 + number * 7919 % VIDEOS),
                request_id=RequestId(1_000_000 + number // 8),
                position=number % 8,
                surface=Surface.FOR_YOU,
                shown_at_ms=now_ms - 60_000,
            ),
            key,
        )
        events.append(
            {
                "event_id": uuid7(now_ms, number),
                "kind": "watch",
                "impression_id": token,
                "occurred_at_ms": now_ms,
                "watch_ms": 500 + number % 20_000,
                "position_ms": number % 20_000,
                "duration_ms": 20_000,
            }
        )
    return json.dumps({"events": events}).encode()


async def measure(place: harness.Place, arguments: argparse.Namespace) -> dict[str, Any]:
    """Send prepared batches as fast as they are answered; returns the figures."""
    secret = harness.KEY.encode()
    key = impressions.key_of(secret)
    now_ms = int(time.time() * 1000)
    count = arguments.seconds * arguments.rate_max // BATCH
    cookies = [
        guest_cookie(secret, Guest(guest_id=GuestId(10**6 + one), market="us", language="en"))
        for one in range(arguments.viewers)
    ]
    bodies = []
    for number in range(count):
        viewer = number % arguments.viewers
        body = batch(10**6 + viewer, number * BATCH, now_ms, key)
        bodies.append((f"nm_guest={cookies[viewer]}", body))
        if number % REPEAT_EVERY == REPEAT_EVERY - 1:
            bodies.append(bodies[-1])
    work = iter(bodies)
    times: list[float] = []
    totals = {"accepted": 0, "repeated": 0, "refused": 0}
    until = time.monotonic() + arguments.seconds

    async def sender(wires: "asyncio.Queue[harness.Wire]") -> None:
        wire = wires.get_nowait()
        for cookie, body in work:
            if time.monotonic() > until:
                return
            begun = time.perf_counter()
            status, answer = await wire.call(harness.head("POST", "/api/v1/events", cookie), body)
            times.append(time.perf_counter() - begun)
            assert status == 200, answer
            found = json.loads(answer)
            totals["accepted"] += found["accepted"]
            totals["repeated"] += found["repeated"]
            totals["refused"] += len(found["refused"])

    cpu, begun = place.cpu_s(), time.perf_counter()
    async with harness.wires(place.port, arguments.connections) as wires:
        await asyncio.gather(*(sender(wires) for _ in range(arguments.connections)))
    spent = time.perf_counter() - begun
    used = place.cpu_s() - cpu
    with psycopg.connect(place.database_url) as connection:
        row = connection.execute("SELECT count(*) FROM infra_event").fetchone()
    assert row is not None
    assert row[0] == totals["accepted"], "what was accepted is in the log, once"
    return {
        "events_per_s": round(totals["accepted"] / spent),
        "requests": len(times),
        "seconds": round(spent, 2),
        **totals,
        **harness.percentiles(times),
        "server_cpu_us_per_event": round(used / max(1, totals["accepted"]) * 1e6, 1),
        "logged": row[0],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--viewers", type=int, default=400)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--rate-max", type=int, default=60_000)
    parser.add_argument("--worker", action="store_true", help="fold at the same time")
    parser.add_argument("--data", type=Path, default=None)
    arguments = parser.parse_args()
    roles = ("web", "worker") if arguments.worker else ("web",)
    with (
        harness.database(arguments.data) as (url, directory),
        harness.serving(url, directory, *roles) as place,
    ):
        figures = asyncio.run(measure(place, arguments))
    harness.publish("events", {"batch": BATCH, "with_worker": arguments.worker, **figures})


if __name__ == "__main__":
    main()
