"""Upload end to playable: how long after the last byte its creator can watch a film.

    .venv/bin/python -m bench.publish http://localhost:8000 film.mp4 [times]

Uploads the film by tus as a fresh account, hands it in, asks for progress every 20 ms, and prints
milliseconds from the answer to the last PATCH to the first byte of something that plays, and to
everything being made.
"""

import json
import secrets
import sys
import time
from pathlib import Path
from typing import Any

import httpx

CHUNK_BYTES = 8 * 1024 * 1024
ASK_EVERY_S = 0.02
WAIT_S_MAX = 1800
PAUSE_S = 3.0
"""People do not upload back to back; a pause lets the spare process be there again."""
TUS = {"Tus-Resumable": "1.0.0"}


def sign_up(client: httpx.Client) -> None:
    """Make a throw-away account; the client is signed in from then on."""
    name = f"bench{secrets.token_hex(5)}"
    wish = {
        "handle": name,
        "email": f"{name}@example.org",
        "password": secrets.token_urlsafe(16),
        "birth_date": "1990-01-01",
        "market": "us",
        "language": "en",
    }
    client.post("/api/v1/accounts", json=wish).raise_for_status()


def send(client: httpx.Client, film: Path) -> str:
    """Upload a file in chunks; returns the upload's id."""
    size = film.stat().st_size
    answer = client.post("/api/v1/uploads", headers={**TUS, "Upload-Length": str(size)})
    answer.raise_for_status()
    place, offset = answer.headers["Location"], 0
    with film.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            lines = {
                "Content-Type": "application/offset+octet-stream",
                "Upload-Offset": str(offset),
            }
            client.patch(place, content=chunk, headers={**TUS, **lines}).raise_for_status()
            offset += len(chunk)
    return str(place.rsplit("/", 1)[1])


def once(client: httpx.Client, film: Path) -> dict[str, Any]:
    """Publish the film once and return the figures."""
    started = time.perf_counter()
    upload_id = send(client, film)
    ended = time.perf_counter()
    answer = client.post("/api/v1/videos", json={"upload_id": upload_id, "audience": "only_me"})
    answer.raise_for_status()
    place = f"/api/v1/videos/{answer.json()['video_id']}"
    playable_s: float | None = None
    playable = ""
    progress: dict[str, Any] = {}
    while time.perf_counter() - ended < WAIT_S_MAX:
        answer = client.get(f"{place}/progress")
        answer.raise_for_status()
        progress = answer.json()
        if playable_s is None and progress["first_playable"]:
            first = client.get(progress["first_playable"], headers={"Range": "bytes=0-65535"})
            first.raise_for_status()
            playable_s = time.perf_counter() - ended
            playable = progress["first_playable"].rsplit("/", 1)[1]
        if progress["state"] in {"done", "refused"}:
            break
        time.sleep(ASK_EVERY_S if playable_s is None else 1.0)
    assert playable_s is not None, progress
    done_s = time.perf_counter() - ended
    client.delete(place).raise_for_status()
    return {
        "upload_ms": round(1000 * (ended - started)),
        "playable_ms": round(1000 * playable_s),
        "playable": playable,
        "done_ms": round(1000 * done_s),
    }


def main() -> None:
    """Print one JSON line with every run."""
    address, film = sys.argv[1], Path(sys.argv[2])
    times = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    with httpx.Client(base_url=address, timeout=120, headers={"Origin": address}) as client:
        sign_up(client)
        runs = []
        for _ in range(times):
            time.sleep(PAUSE_S)
            runs.append(once(client, film))
    print(json.dumps({"film": film.name, "bytes": film.stat().st_size, "runs": runs}))


if __name__ == "__main__":
    main()
