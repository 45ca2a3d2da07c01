"""News on the live socket: how soon a line reaches every open page, and how many a second.

    python -m bench.realtime [--pages 2000] [--lines 20]

A process of the product, a database, and this client share the machine. Every page hears one
video's comments; lines are published one transaction each, then as fast as they go.
"""

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect
from typing_extensions import override

from bench import harness
from nightmarket.domains.notifications.actions.tickets import make_ticket
from nightmarket.domains.videos.values import Audience
from nightmarket.entry import wiring
from nightmarket.infra.db import Database
from nightmarket.infra.http import Subject
from nightmarket.infra.realtime import tell, topic
from nightmarket.infra.services import Services
from nightmarket.infra.settings import Settings
from nightmarket.kernel.ids import GuestId, VideoId, ViewerId, to_text
from tests.builders.accounts import account
from tests.builders.videos import Clip, video

KEY = b"benchmarks sign with this"
WAIT_S = 60
OPENED_AT_ONCE = 50


@dataclass
class Tally:
    """What all pages heard together."""

    sent_s: dict[int, float] = field(default_factory=dict)
    delays_s: list[float] = field(default_factory=list)
    frames: int = 0
    lines: int = 0
    subscribed: int = 0


class Page(WSListener):
    """One open page."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally

    @override
    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        del transport
        if frame.msg_type != WSMsgType.TEXT:
            return
        now_s = time.perf_counter()
        self.tally.frames += 1
        for line in msgspec.json.decode(frame.get_payload_as_bytes()):
            if line["kind"] == "subscribed":
                self.tally.subscribed += 1
            else:
                self.tally.lines += 1
                self.tally.delays_s.append(now_s - self.tally.sent_s[line["data"]])


async def measure(services: Services, place: str, pages: int, lines: int) -> dict[str, Any]:
    """Open pages, publish, and return the figures."""
    async with services.database.transaction() as tx:
        creator = await account(tx, services)
        video_id = await video(tx, services, creator, Clip(audience=Audience.EVERYONE))
    tally = Tally()
    opened = time.perf_counter()
    for start in range(0, pages, OPENED_AT_ONCE):
        await asyncio.gather(
            *(
                _open(services, place, tally, video_id, number)
                for number in range(start, min(start + OPENED_AT_ONCE, pages))
            )
        )
    await _until(lambda: tally.subscribed == pages)
    opening_s = time.perf_counter() - opened
    for number in range(lines):
        await _publish(services, video_id, tally, number)
        await asyncio.sleep(0.25)
    await _until(lambda: tally.lines == pages * lines)
    spread = harness.percentiles(tally.delays_s)
    tally.delays_s.clear()
    before_lines, before_frames, began = tally.lines, tally.frames, time.perf_counter()
    for number in range(lines, lines * 6):
        await _publish(services, video_id, tally, number)
    await _until(lambda: tally.lines == before_lines + pages * lines * 5)
    took_s = time.perf_counter() - began
    return {
        "pages": pages,
        "pages_opened_per_s": round(pages / opening_s),
        "line_to_every_page": spread,
        "lines_delivered_per_s": round(pages * lines * 5 / took_s),
        "lines_per_frame": round((tally.lines - before_lines) / (tally.frames - before_frames), 1),
        "burst": harness.percentiles(tally.delays_s),
    }


async def _open(
    services: Services, place: str, tally: Tally, video_id: VideoId, number: int
) -> None:
    guest = GuestId(1000 + number)
    subject = Subject(viewer_id=ViewerId(guest), guest_id=guest)
    ticket, _ = make_ticket(services.secret, services.ids(), subject, datetime.now(UTC))
    transport, _ = await ws_connect(lambda: Page(tally), f"ws://{place}/realtime?ticket={ticket}")
    words = {"subscribe": [f"comments:{to_text(video_id)}"]}
    transport.send(WSMsgType.TEXT, msgspec.json.encode(words))


async def _publish(services: Services, video_id: VideoId, tally: Tally, number: int) -> None:
    async with services.database.transaction() as tx:
        await tell(tx, topic("comments", video_id), "comment", number)
        tally.sent_s[number] = time.perf_counter()


async def _until(is_done: Any) -> None:
    for _ in range(WAIT_S * 100):
        if is_done():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


def _memory_mb(process: int) -> float:
    with open(f"/proc/{process}/smaps_rollup", encoding="ascii") as file:  # noqa: PTH123
        lines = [line for line in file if line.startswith("Pss:")]
    return round(int(lines[0].split()[1]) / 1024, 1)


async def run(url: str, directory: Any, pages: int, lines: int) -> dict[str, Any]:
    """Start the process, measure, stop it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = dict(
        os.environ,
        DATABASE_URL=url,
        NIGHTMARKET_DATA_DIRECTORY=str(directory),
        NIGHTMARKET_REALTIME_PORT=str(port),
        NIGHTMARKET_SECRET=KEY.decode(),
        NIGHTMARKET_LOG_LEVEL="error",
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "nightmarket.entry.realtime",
        env=environment,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    await process.stdout.readline()
    database = Database(url, connections_max=2)
    await database.open()
    settings = Settings(data_directory=directory, database_url=url, secret=KEY.decode())
    try:
        services = wiring.services(settings, database)
        idle_mb = _memory_mb(process.pid)
        figures = await measure(services, f"127.0.0.1:{port}", pages, lines)
        return figures | {"idle_pss_mb": idle_mb, "full_pss_mb": _memory_mb(process.pid)}
    finally:
        await database.close()
        process.terminate()
        await process.wait()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--lines", type=int, default=20)
    options = parser.parse_args()
    with harness.database(None) as (url, directory):
        figures = asyncio.run(run(url, directory, options.pages, options.lines))
    harness.publish("realtime", figures)


if __name__ == "__main__":
    main()
