"""A small caller of the public API, as any outside program would write it."""

import asyncio
import base64
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

CHUNK_BYTES = 8 * 1024 * 1024
BUSY = 503
TRIES_MAX = 6
WAIT_S = 0.5
TIMEOUT_S = 120
TUS = {"Tus-Resumable": "1.0.0"}


class CallRefused(Exception):
    """The API said no; the words are its own."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status, self.code, self.detail = status, code, detail


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What signing up needs."""

    handle: str
    name: str
    market: str
    language: str
    birth_date: str = "1994-05-17"


class Caller:
    """One person with a cookie jar; `http` instead of a connection of its own."""

    def __init__(
        self, base_url: str, bulk_key: str = "", http: httpx.AsyncClient | None = None
    ) -> None:
        headers = {"Origin": base_url, "X-Nightmarket-Bulk": bulk_key}
        self._http = http or httpx.AsyncClient(
            base_url=base_url, timeout=TIMEOUT_S, headers=headers
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def call(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """Send JSON, return JSON (None: an empty answer).

        Raises:
            CallRefused: any status of 400 and above.
        """
        return _read(await self._send(method, f"/api/v1{path}", json=body, **more))

    async def _send(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Send once more, after a while, as long as the market says that it is busy."""
        for tried in range(TRIES_MAX):
            answer = await self._http.request(method, path, **given)
            if answer.status_code != BUSY:
                return answer
            await asyncio.sleep(WAIT_S * 2**tried)
        return await self._http.request(method, path, **given)

    async def sign_up(self, person: Newcomer, password: str) -> Any:
        """Make the account and stay signed in; a taken handle means it exists: sign in instead."""
        try:
            return await self.call(
                "POST",
                "/accounts",
                {
                    "handle": person.handle,
                    "name": person.name,
                    "email": f"{person.handle}@demo.example",
                    "password": password,
                    "birth_date": person.birth_date,
                    "market": person.market,
                    "language": person.language,
                },
            )
        except CallRefused as refusal:
            if refusal.status not in {409, 422}:
                raise
            return await self.call(
                "POST", "/session", {"login": person.handle, "password": password}
            )

    async def set_avatar(self, picture: bytes, content_type: str) -> None:
        """Replace the profile picture."""
        answer = await self._send(
            "PUT", "/api/v1/me/avatar", content=picture, headers={"Content-Type": content_type}
        )
        _read(answer)

    async def upload(self, path: Path) -> str:
        """Send a file by tus and return its upload id."""
        kind = mimetypes.guess_type(path.name)[0] or "video/mp4"
        metadata = f"filename {_base64(path.name)},filetype {_base64(kind)}"
        size_bytes = path.stat().st_size
        made = await self._send(
            "POST",
            "/api/v1/uploads",
            headers={**TUS, "Upload-Length": str(size_bytes), "Upload-Metadata": metadata},
        )
        _read(made)
        location = made.headers["location"]
        offset = 0
        with path.open("rb") as file:
            while offset < size_bytes:
                chunk = file.read(CHUNK_BYTES)
                headers = {
                    **TUS,
                    "Upload-Offset": str(offset),
                    "Content-Type": "application/offset+octet-stream",
                }
                _read(await self._send("PATCH", location, content=chunk, headers=headers))
                offset += len(chunk)
        return str(location).rstrip("/").rsplit("/", 1)[-1]

    async def publish(self, path: Path, **fields: Any) -> Any:
        """Upload a file and publish it at once; returns the video."""
        upload_id = await self.upload(path)
        body = {"upload_id": upload_id, "publish": "now", **fields}
        return await self.call("POST", "/videos", body)

    async def add_captions(self, video_id: str, language: str, vtt: str) -> None:
        """Give a video captions in one language."""
        answer = await self._send(
            "PUT",
            f"/api/v1/videos/{video_id}/captions/{language}",
            content=vtt.encode(),
            headers={"Content-Type": "text/vtt"},
        )
        _read(answer)


def _read(answer: httpx.Response) -> Any:
    if answer.is_success:
        is_json = "json" in answer.headers.get("content-type", "")
        return answer.json() if is_json and answer.content else None
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    raise CallRefused(
        answer.status_code,
        str(problem.get("code", "http.failed")),
        str(problem.get("detail", answer.text[:200])),
    )


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
