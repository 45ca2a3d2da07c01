"""The client's files on the web port, with the head of public pages filled in."""

import gzip
import mimetypes
import re
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import Any

import msgspec

from nightmarket.entry.head import Call, head_of
from nightmarket.infra.services import Services

CHECKOUT = Path(__file__).parents[3] / "web" / "build"
PACKAGED = Path(__file__).parents[1] / "client"
MARKER = b"<!-- nightmarket:head -->"
IMMUTABLE = "/_app/immutable/"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
EXTRA_TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json"}
POLICY = (
    "default-src 'self'; img-src 'self' data: blob: https:; media-src 'self' blob: https:; "
    "style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; "
    "connect-src 'self' ws: wss:; base-uri 'self'; form-action 'self'; object-src 'none'"
)
NO_CLIENT = b"""<!doctype html><meta charset="utf-8"><title>Nightmarket</title>
<p>The web client is not built: run <code>make web</code>. <a href="/api/">The API</a> works."""


@dataclass(frozen=True, slots=True)
class _File:
    content_type: str
    etag: str
    bodies: dict[str, bytes]
    """Encoding ("" for none) to bytes."""


class Site:
    """Serves the built client from memory: a few hundred kilobytes, compressed once at build."""

    def __init__(self, services: Services, api: Call) -> None:
        self._services = services
        self._api = api
        folder = folder_of_client()
        self._files = _read(folder) if folder else {}
        shell = self._files.get("/index.html")
        self._shell = shell.bodies[""] if shell else NO_CLIENT
        self._pages = _pages(self._files.get("/_app/pages.json"))
        facade = self._files.get("/embed.html")
        self._facade = facade.bodies[""] if facade else self._shell

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request: a file, or the shell for every other path."""
        del receive
        if scope["method"] not in {"GET", "HEAD"}:
            await _send(send, 405, [(b"allow", b"GET, HEAD")], b"")
            return
        path: str = scope["path"]
        file = self._files.get(path)
        if file is not None and path != "/index.html":
            await self._send_file(scope, send, path, file)
        elif path.startswith("/_app/"):
            await _send(send, 404, [], b"")  # An old page's chunk: the client then reloads.
        else:
            await self._send_shell(scope, send, path)

    async def _send_file(self, scope: Any, send: Any, path: str, file: _File) -> None:
        headers = dict(scope["headers"])
        forever = path.startswith(IMMUTABLE)
        caching = "public, max-age=31536000, immutable" if forever else "no-cache"
        answer = [
            (b"content-type", file.content_type.encode()),
            (b"cache-control", caching.encode()),
            (b"etag", file.etag.encode()),
            (b"vary", b"accept-encoding"),
            (b"x-content-type-options", b"nosniff"),
        ]
        if headers.get(b"if-none-match") == file.etag.encode():
            await _send(send, 304, answer, b"")
            return
        accepted = headers.get(b"accept-encoding", b"").decode("latin-1")
        encoding = next((one for one, _ in ENCODINGS if one in accepted and one in file.bodies), "")
        if encoding:
            answer.append((b"content-encoding", encoding.encode()))
        await _send(send, 200, answer, file.bodies[encoding], bodyless=scope["method"] == "HEAD")

    async def _send_shell(self, scope: Any, send: Any, path: str) -> None:
        head = await head_of(self._services, self._api, scope)
        page = self._facade if path.startswith("/embed/") else self._shell
        body = page.replace(MARKER, head.html.encode())
        known = path.startswith("/embed/") or self._pages.fullmatch(path)
        answer = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"cache-control", b"no-cache"),
            (b"content-security-policy", POLICY.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"strict-origin-when-cross-origin"),
            (b"vary", b"accept-encoding, cookie"),
            *((b"set-cookie", cookie) for cookie in head.cookies),
        ]
        if not path.startswith("/embed/"):
            answer.append((b"x-frame-options", b"SAMEORIGIN"))
        if b"gzip" in dict(scope["headers"]).get(b"accept-encoding", b""):
            body = gzip.compress(body, compresslevel=5)
            answer.append((b"content-encoding", b"gzip"))
        await _send(
            send, head.status if known else 404, answer, body, bodyless=scope["method"] == "HEAD"
        )


def folder_of_client() -> Path | None:
    """Return where the built client lies: the checkout, else the package; None: not built."""
    return next((one for one in (CHECKOUT, PACKAGED) if (one / "index.html").exists()), None)


def _pages(listed: _File | None) -> re.Pattern[str]:
    """Return what fits the addresses the client has a page for, as its build lists them."""
    if listed is None:
        return re.compile(".*")
    pages: list[str] = msgspec.json.decode(listed.bodies[""], type=list[str])
    fits = (re.sub(r"\\\[\w+\\\]", "[^/]+", re.escape(page)) for page in pages)
    return re.compile(f"(?:{'|'.join(fits)})/?")


def _read(folder: Path) -> dict[str, _File]:
    files = {}
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix not in {".br", ".gz"}:
            bodies = {"": path.read_bytes()}
            for encoding, suffix in ENCODINGS:
                packed = path.with_name(path.name + suffix)
                if packed.exists():
                    bodies[encoding] = packed.read_bytes()
            status = path.stat()
            kind = EXTRA_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
            etag = f'"{status.st_size:x}-{status.st_mtime_ns:x}"'
            name = "/" + path.relative_to(folder).as_posix()
            files[name] = _File(kind or "application/octet-stream", etag, bodies)
    return files


async def _send(
    send: Any,
    status: int,
    headers: list[tuple[bytes, bytes]],
    body: bytes,
    *,
    bodyless: bool = False,
) -> None:
    headers = [
        *headers,
        (b"content-length", str(len(body)).encode()),
        (b"date", formatdate(usegmt=True).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if bodyless else body})
