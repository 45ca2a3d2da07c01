"""Serves media bytes: whole files and single ranges, immutable but for what still grows.

`/media/{key}/{file}`: the key is a random name that nobody can guess; whoever has it may watch.
When a video is made private its folder gets a new key, and the addresses known so far are gone.
"""

import re
from email.utils import formatdate
from typing import Any

from litestar import asgi
from litestar.types import Receive, Scope, Send

from nightmarket.infra.services import Services
from nightmarket.infra.storage import KEY, NoSuchObject, ObjectInfo, StorageUnavailable

PREFIX = "/media"
CONTENT_TYPES = {
    "mp4": "video/mp4",
    "m4a": "audio/mp4",
    "m3u8": "application/vnd.apple.mpegurl",
    "vtt": "text/vtt; charset=utf-8",
    "webp": "image/webp",
    "jpg": "image/jpeg",
    "png": "image/png",
}
FOREVER = "public, max-age=31536000, immutable"
STILL_GROWING = "no-cache"
GROWING = ".growing."
METHODS = {"GET", "HEAD"}
DOWNLOAD = b"download=1"
"""Asks the browser to keep the file instead of showing it."""
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")

Headers = list[tuple[bytes, bytes]]


@asgi(PREFIX, is_mount=True, copy_scope=True)
async def serve_media(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request for a file; nothing is ever listed."""
    del receive
    services: Services = scope["app"].state.services
    await _serve(dict(scope), send, services)


MEDIA_ROUTE = serve_media


async def _serve(scope: dict[str, Any], send: Send, services: Services) -> None:
    if scope["method"] not in METHODS:
        await _refuse(send, 405, [(b"allow", b"GET, HEAD")])
        return
    key = scope["path"].removeprefix(PREFIX).strip("/")
    kind = CONTENT_TYPES.get(key.rpartition(".")[2])
    if kind is None or key.count("/") != 1 or not KEY.fullmatch(key):
        await _refuse(send, 404)
        return
    try:
        info = await services.storage.info(key)
    except NoSuchObject:
        await _refuse(send, 404)
        return
    except StorageUnavailable:
        await _refuse(send, 503, [(b"retry-after", b"5")])
        return
    await _answer(scope, send, services, key, info)


async def _answer(
    scope: dict[str, Any], send: Send, services: Services, key: str, info: ObjectInfo
) -> None:
    asked = {name: value.decode("latin-1") for name, value in scope["headers"]}
    lines = _lines(key, info)
    if scope["query_string"] == DOWNLOAD:
        name = key.rpartition("/")[2]
        lines.append((b"content-disposition", f'attachment; filename="{name}"'.encode()))
    etag = f'"{info.size_bytes:x}-{info.modified_s:x}"'
    lines.append((b"etag", etag.encode()))
    if _is_known(asked, etag):
        await _start(send, 304, lines)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return
    span = _span(asked, etag, info)
    if span == (-1, -1):
        await _refuse(send, 416, [(b"content-range", f"bytes */{info.size_bytes}".encode())])
        return
    start, end = span or (0, info.size_bytes)
    lines.append((b"content-length", str(end - start).encode()))
    if span is not None:
        place = f"bytes {start}-{end - 1}/{info.size_bytes}"
        lines.append((b"content-range", place.encode()))
    await _start(send, 200 if span is None else 206, lines)
    if scope["method"] == "HEAD":
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return
    path = services.storage.local_path(key)
    is_whole = (start, end) == (0, info.size_bytes) and GROWING not in key
    if path is not None and is_whole and "http.response.pathsend" in scope.get("extensions", {}):
        extension: Any = {"type": "http.response.pathsend", "path": str(path)}
        await send(extension)
        return
    async for chunk in services.storage.read(key, start, end):
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _lines(key: str, info: ObjectInfo) -> Headers:
    is_fixed = not key.endswith(".m3u8") and GROWING not in key
    return [
        (b"content-type", CONTENT_TYPES[key.rpartition(".")[2]].encode()),
        (b"accept-ranges", b"bytes"),
        (b"cache-control", (FOREVER if is_fixed else STILL_GROWING).encode()),
        (b"last-modified", formatdate(info.modified_s, usegmt=True).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; sandbox"),
        (b"cross-origin-resource-policy", b"cross-origin"),
    ]


def _is_known(asked: dict[Any, str], etag: str) -> bool:
    known = asked.get(b"if-none-match", "")
    return known.strip() == "*" or etag in (one.strip() for one in known.split(","))


def _span(asked: dict[Any, str], etag: str, info: ObjectInfo) -> tuple[int, int] | None:
    """Return start and end (exclusive) of the one range asked for.

    None: everything, because no range was asked, or several, or of another version. (-1, -1): a
    range that lies outside.
    """
    text = asked.get(b"range", "")
    match = _RANGE.fullmatch(text.strip())
    if match is None or match[0] == "bytes=-":
        return None
    condition = asked.get(b"if-range")
    if condition is not None and condition not in {etag, formatdate(info.modified_s, usegmt=True)}:
        return None
    first, last = match[1], match[2]
    size = info.size_bytes
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start = int(first)
        end = min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    return (start, end) if start < end else (-1, -1)


async def _start(send: Send, status: int, lines: Headers) -> None:
    await send({"type": "http.response.start", "status": status, "headers": lines})


async def _refuse(send: Send, status: int, lines: Headers | None = None) -> None:
    fixed = [(b"content-length", b"0"), (b"cache-control", b"no-store")]
    await _start(send, status, [*fixed, *(lines or [])])
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def content_type(file: str) -> str:
    """Return what a media file is served as."""
    return CONTENT_TYPES.get(file.rpartition(".")[2], "application/octet-stream")
