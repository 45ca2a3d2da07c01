"""The head of a page, made by the server: what link previews read, and what spares round trips."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any

import msgspec

from nightmarket.domains.identity import face as identity
from nightmarket.domains.videos import face as videos
from nightmarket.infra.services import Services
from nightmarket.kernel.errors import Invalid, NotFound
from nightmarket.kernel.ids import VideoId, from_text

TITLE = "Nightmarket"
DESCRIPTION = "Short videos and live rooms from people you come to like."
VIDEO = re.compile(r"/@([A-Za-z0-9._]{1,40})/video/([0-9a-zA-Z]{1,13})")
PROFILE = re.compile(r"/@([A-Za-z0-9._]{1,40})")
FEED_ITEMS = 6
BOOT_BYTES_MAX = 256 * 1024

Call = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Head:
    """Tags for the page's head, escaped; the status the page is sent with; cookies to set."""

    html: str
    status: int = 200
    cookies: tuple[bytes, ...] = ()


@dataclass(slots=True)
class _Answer:
    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    def cookies(self) -> tuple[bytes, ...]:
        return tuple(value for name, value in self.headers if name == b"set-cookie")


async def head_of(services: Services, api: Call, scope: Any) -> Head:
    """Return the head of one page; unknown things keep the plain head.

    The session, and on the front page the first films, are asked of the API in this process and
    written into the page, so the first picture needs no further round trip.
    """
    path: str = scope["path"]
    tags, status = await _tags(services, path)
    session = await _ask(api, scope, "/api/v1/session", b"")
    cookies = session.cookies()
    boot = b'{"session":' + session.body
    if path == "/":
        known = scope if not cookies else _with_cookies(scope, cookies)
        feed = await _ask(api, known, "/api/v1/feed", f"limit={FEED_ITEMS}".encode())
        if feed.status == 200:  # noqa: PLR2004
            boot += b',"feed":' + feed.body
            tags += _preload(feed.body)
    boot += b"}"
    if session.status == 200 and len(boot) <= BOOT_BYTES_MAX:  # noqa: PLR2004
        safe = boot.decode().replace("<", "\\u003c")  # Nothing in it can end the script.
        tags += f'<script type="application/json" id="nm-boot">{safe}</script>'
    return Head(tags, status, cookies)


async def _tags(services: Services, path: str) -> tuple[str, int]:
    try:
        if found := VIDEO.fullmatch(path):
            async with services.database.transaction() as tx:
                return await videos.head_tags(tx, services, VideoId(from_text(found[2]))), 200
        if found := PROFILE.fullmatch(path):
            return await _profile(services, found[1])
    except (NotFound, Invalid):
        return plain(), 404
    return plain(), 200


async def _profile(services: Services, handle: str) -> tuple[str, int]:
    async with services.database.transaction() as tx:
        account = (await identity.by_handles(tx, [handle.lower()])).get(handle.lower())
    if account is None:
        return plain(), 404
    name = escape(f"{account.name} (@{account.handle})", quote=True)
    url = escape(f"{services.settings.public_url}/@{account.handle}", quote=True)
    return (
        f"<title>{name}</title>"
        f'<link rel="canonical" href="{url}">'
        f'<meta property="og:type" content="profile"><meta property="og:title" content="{name}">'
        f'<meta property="og:url" content="{url}">'
    ), 200


def plain() -> str:
    """Return the head of a page that is about nothing in particular."""
    words = escape(DESCRIPTION, quote=True)
    return (
        f'<title>{TITLE}</title><meta name="description" content="{words}">'
        f'<meta property="og:title" content="{TITLE}">'
        f'<meta property="og:description" content="{words}">'
    )


def _preload(feed: bytes) -> str:
    items = msgspec.json.decode(feed)["items"]
    poster = items[0]["video"]["poster_url"] if items else None
    if not poster:
        return ""
    address = escape(poster, quote=True)
    return f'<link rel="preload" as="image" fetchpriority="high" href="{address}">'


def _with_cookies(scope: Any, cookies: tuple[bytes, ...]) -> Any:
    pairs = [one.split(b";", 1)[0] for one in cookies]
    sent = dict(scope["headers"]).get(b"cookie")
    headers = [pair for pair in scope["headers"] if pair[0] != b"cookie"]
    return {
        **scope,
        "headers": [*headers, (b"cookie", b"; ".join([*([sent] if sent else []), *pairs]))],
    }


async def _ask(api: Call, scope: Any, path: str, query: bytes) -> _Answer:
    """Call the API in this process as the same caller would."""
    inner = {
        **scope,
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "state": dict(scope.get("state") or {}),
    }
    answer = _Answer()

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status, answer.headers = message["status"], message["headers"]
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")

    await api(inner, receive, send)
    return answer
