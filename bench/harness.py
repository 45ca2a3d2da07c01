"""What benchmarks share: a real server in a directory of its own, a lean HTTP client, figures."""

import asyncio
import http.client
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nightmarket.entry.supervise import compiler_settings
from nightmarket.infra import migrate, postgres

KEY = "benchmarks sign with this"
READY_S_MAX = 60.0


@dataclass(frozen=True)
class Place:
    """Where the server under test runs."""

    database_url: str
    port: int
    directory: Path
    processes: tuple[subprocess.Popen[bytes], ...]

    def cpu_s(self) -> float:
        """Processor time the server's processes used so far, without the database."""
        return sum(_cpu_s(process.pid) for process in self.processes)


@contextmanager
def database(directory: Path | None) -> Iterator[tuple[str, Path]]:
    """Start an embedded server with the product's own tuning, migrated; keeps a given directory."""
    root = directory or Path(tempfile.mkdtemp(prefix="nightmarket-bench-"))
    embedded = postgres.start(root)
    try:
        url = embedded.url()
        migrate.migrate(url)
        yield url, root
    finally:
        embedded.stop()
        if directory is None:
            shutil.rmtree(root, ignore_errors=True)


@contextmanager
def serving(database_url: str, directory: Path, *roles: str) -> Iterator[Place]:
    """Run processes of the product (`web`, `worker`) until the block ends."""
    port = free_port()
    environment = dict(
        os.environ,
        DATABASE_URL=database_url,
        NIGHTMARKET_DATA_DIRECTORY=str(directory),
        NIGHTMARKET_PORT=str(port),
        NIGHTMARKET_SECRET=KEY,
        NIGHTMARKET_IS_RATE_LIMITED="0",
        NIGHTMARKET_LOG_LEVEL="error",
    )
    processes = []
    for slot, role in enumerate(roles, 1):
        command = [sys.executable, "-m", f"nightmarket.entry.{role}"]
        own = compiler_settings(directory) if role == "ranker" else {}
        processes.append(
            subprocess.Popen(  # noqa: S603  # Our own interpreter and module.
                command,
                env=environment | own | {"NIGHTMARKET_SLOT": str(slot)},
                stdout=subprocess.DEVNULL,
            )
        )
    try:
        _wait(port)
        yield Place(database_url, port, directory, tuple(processes))
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


class Wire:
    """One kept-alive HTTP/1.1 connection; cheap, to leave the time to the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def call(self, head: bytes, body: bytes = b"") -> tuple[int, bytes]:
        """Send `head` (request line and headers, no blank line) and return status and body."""
        length = b"\r\ncontent-length: %d" % len(body) if body else b""
        self._writer.write(head + length + b"\r\n\r\n" + body)
        lines = (await self._reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        status = int(lines[0].split(b" ", 2)[1])
        sizes = [line[15:] for line in lines if line.lower().startswith(b"content-length:")]
        return status, await self._reader.readexactly(int(sizes[0]) if sizes else 0)

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


@asynccontextmanager
async def wires(port: int, count: int) -> AsyncIterator[asyncio.Queue[Wire]]:
    """Open connections, to be taken from and put back into the queue."""
    queue: asyncio.Queue[Wire] = asyncio.Queue()
    opened = [Wire(*await asyncio.open_connection("127.0.0.1", port)) for _ in range(count)]
    for wire in opened:
        queue.put_nowait(wire)
    try:
        yield queue
    finally:
        for wire in opened:
            wire.close()


def head(method: str, path: str, cookie: str) -> bytes:
    """Return request line and headers of one call by one browser."""
    return (
        f"{method} {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\n"
        "sec-fetch-site: same-origin\r\ncontent-type: application/json"
    ).encode()


def percentiles(times_s: list[float]) -> dict[str, float]:
    """Return p50, p95, p99 and the maximum in milliseconds."""
    ordered = sorted(times_s)
    places = {"p50_ms": 0.50, "p95_ms": 0.95, "p99_ms": 0.99, "max_ms": 1.0}
    return {
        name: round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 2)
        for name, share in places.items()
    }


def publish(name: str, figures: dict[str, Any]) -> None:
    """Print a benchmark's figures as JSON, with what they were measured on."""
    machine = {
        "cores": os.cpu_count(),
        "load_1m": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    sys.stdout.write(json.dumps({"bench": name, **machine, **figures}, indent=2) + "\n")


def free_port() -> int:
    """Return a port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _cpu_s(pid: int) -> float:
    parts = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def _wait(port: int) -> None:
    """Wait until the server answers that it is well."""
    until = time.monotonic() + READY_S_MAX
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise TimeoutError(port)
