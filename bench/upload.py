"""A large upload cut off in the middle, over and over: is it whole, and what was sent again?

    .venv/bin/python -m bench.upload [megabytes, 2048] [cuts, 5]

Starts a server of its own, sends random bytes in 8 MiB chunks, pulls the plug in the middle of a
chunk at evenly spread places (the socket is reset, not closed), asks for the offset and goes on.
Prints one JSON line: whether the bytes on the disk are identical, how many were sent in all, and
the server's memory.
"""

import hashlib
import json
import random
import socket
import struct
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from bench import harness
from bench.publish import TUS, sign_up

CHUNK_BYTES = 8 * 1024 * 1024
PIECE_BYTES = 64 * 1024
RESET = struct.pack("ii", 1, 0)


class Source:
    """Random bytes that can be made again from any offset: block i is seeded with i."""

    def __init__(self, size: int) -> None:
        self.size = size

    def chunk(self, offset: int, size: int) -> bytes:
        """Return bytes of the film."""
        first = offset // CHUNK_BYTES
        last = (offset + size - 1) // CHUNK_BYTES
        blocks = b"".join(random.Random(i).randbytes(CHUNK_BYTES) for i in range(first, last + 1))
        start = offset - first * CHUNK_BYTES
        return blocks[start : start + size]

    def digest(self) -> str:
        """Return the SHA-256 of everything."""
        running = hashlib.sha256()
        for offset in range(0, self.size, CHUNK_BYTES):
            running.update(self.chunk(offset, min(CHUNK_BYTES, self.size - offset)))
        return running.hexdigest()


def cut_off(client: httpx.Client, place: str, offset: int, body: bytes, sent_max: int) -> int:
    """Begin a PATCH and reset the connection after `sent_max` bytes; returns how many went out."""
    address = client.base_url
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    head = (
        f"PATCH {place} HTTP/1.1\r\nHost: {address.host}:{address.port}\r\nCookie: {cookies}\r\n"
        f"Origin: http://{address.host}:{address.port}\r\nTus-Resumable: 1.0.0\r\n"
        f"Content-Type: application/offset+octet-stream\r\nUpload-Offset: {offset}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((address.host, address.port or 80)) as line:
        line.sendall(head.encode())
        for start in range(0, sent_max, PIECE_BYTES):
            line.sendall(body[start : min(start + PIECE_BYTES, sent_max)])
        time.sleep(0.2)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    return sent_max


def offset_of(client: httpx.Client, place: str) -> int:
    """Ask how much has arrived."""
    answer = client.head(place, headers=TUS)
    answer.raise_for_status()
    return int(answer.headers["Upload-Offset"])


def run(client: httpx.Client, source: Source, cuts: int) -> dict[str, Any]:
    """Upload everything with cuts; returns the figures."""
    answer = client.post("/api/v1/uploads", headers={**TUS, "Upload-Length": str(source.size)})
    answer.raise_for_status()
    place = answer.headers["Location"]
    places = [source.size * (number + 1) // (cuts + 1) for number in range(cuts)]
    offset, sent, again, spent_s = 0, 0, [], 0.0
    while offset < source.size:
        body = source.chunk(offset, min(CHUNK_BYTES, source.size - offset))
        if places and offset + len(body) > places[0]:
            sent_now = cut_off(client, place, offset, body, max(1, places.pop(0) - offset))
            sent += sent_now
            time.sleep(0.5)
            arrived = offset_of(client, place)
            again.append(offset + sent_now - arrived)
            offset = arrived
            continue
        lines = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
        began = time.perf_counter()
        client.patch(place, content=body, headers={**TUS, **lines}).raise_for_status()
        spent_s += time.perf_counter() - began
        sent += len(body)
        offset += len(body)
    return {"place": place, "sent": sent, "again": again, "spent_s": spent_s}


def main() -> None:
    """Print one JSON line."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 2048
    cuts = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    source = Source(megabytes * 1024 * 1024)
    with harness.database(None) as (url, directory), harness.serving(url, directory, "web") as at:
        web = at.processes[0].pid
        address = f"http://127.0.0.1:{at.port}"
        with httpx.Client(base_url=address, timeout=120, headers={"Origin": address}) as client:
            sign_up(client)
            before = resident_bytes(web)
            found = run(client, source, cuts)
            after = resident_bytes(web)
        name = found["place"].rsplit("/", 1)[1]
        with (directory / "uploads" / f"{name}.part").open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    print(
        json.dumps(
            {
                "bytes": source.size,
                "cuts": cuts,
                "is_identical": digest == source.digest(),
                "sent_again_bytes": found["again"],
                "chunk_bytes": CHUNK_BYTES,
                "megabytes_per_s": round(megabytes / found["spent_s"]),
                "web_resident_mb": [before >> 20, after >> 20],
            }
        )
    )


def resident_bytes(pid: int) -> int:
    """Return the resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    main()
