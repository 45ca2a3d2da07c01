"""Rate limits: token buckets, one per caller and class of calls, told in headers.

All web processes of a machine count together. What must not be guessed (passwords, codes) is
counted in the database besides; these buckets only keep one caller from taking everybody's turn.
"""

import asyncio
import hashlib
import hmac
import ipaddress
from http.cookies import CookieError, SimpleCookie
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from nightmarket.infra import http, network
from nightmarket.infra.buckets import Buckets, CallClass, Verdict
from nightmarket.kernel.errors import LimitReached, Unavailable

SHARED_BY = 5
"""How many callers one network is taken for: households, schools and offices share an address."""
AT_ONCE_MAX = 3
WAITING_MAX = 100
COOKIES = ("nm_session", "nm_guest")
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class TooManyAtOnce(Unavailable):
    """More sign-ins at once than the machine can check."""

    code = "http.too_many_at_once"


class AskedTooOften(LimitReached):
    """The bucket is empty; `retry_after_s` says when the next call passes."""

    code = "http.asked_too_often"


SIGN_IN = CallClass("sign_in", 20, 0.5)
EVENTS = CallClass("events", 120, 4.0)
UPLOAD = CallClass("upload", 600, 30.0)
WRITE = CallClass("write", 200, 5.0)
READ = CallClass("read", 600, 20.0)
INSPECT = CallClass("inspect", 30, 0.2)
"""Counting a whole market takes seconds of the database."""
INSPECT_ROOT, INSPECT_ENDS = "/api/v1/console/inspections/", ("/figures", "/records", "/records.gz")
SIGN_IN_PATHS = (
    "/api/v1/accounts",
    "/api/v1/session",
    "/api/v1/password",
    "/api/v1/passkeys",
    "/api/v1/totp",
    "/api/v1/email",
)


def class_of(method: str, path: str) -> CallClass | None:
    """Return the class of a call; None: not limited (media, probes, the client's files)."""
    if not path.startswith("/api/"):
        return None
    if method in SAFE_METHODS:
        is_heavy = path.startswith(INSPECT_ROOT) and path.endswith(INSPECT_ENDS)
        return INSPECT if is_heavy else READ
    if path.startswith("/api/v1/uploads"):
        return UPLOAD
    if path == "/api/v1/events":
        return EVENTS
    return SIGN_IN if path.startswith(SIGN_IN_PATHS) else WRITE


BULK_HEADER = b"x-nightmarket-bulk"


class RateLimit:
    """ASGI wrapper: asks the caller's bucket and its network's, and tells the tighter one."""

    def __init__(
        self, app: ASGIApp, buckets: Buckets, trusted_proxies: str, bulk_key: str = ""
    ) -> None:
        self._app = app
        self._buckets = buckets
        self._trusted_proxies = trusted_proxies
        self._bulk_key = bulk_key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call, or answer 429."""
        method = scope["method"] if scope["type"] == ScopeType.HTTP else None
        kind = None if self._is_bulk(scope) else class_of(method, scope["path"]) if method else None
        if kind is None:
            await self._app(scope, receive, send)
            return
        verdicts = self._verdicts(scope, kind)
        verdict = min(verdicts, key=lambda one: (one.is_allowed, one.remaining), default=None)
        if verdict is None:
            await self._app(scope, receive, send)
            return
        told = _Told(send, verdict)
        if verdict.is_allowed:
            await self._app(scope, receive, told)
            return
        error = AskedTooOften("asked too often; slow down", retry_after_s=verdict.retry_after_s)
        await http.send_refusal(told, error)

    def _is_bulk(self, scope: Scope) -> bool:
        if not self._bulk_key or scope["type"] != ScopeType.HTTP:
            return False
        sent = dict(scope["headers"]).get(BULK_HEADER, b"")
        return hmac.compare_digest(sent, self._bulk_key)

    def _verdicts(self, scope: Scope, kind: CallClass) -> list[Verdict]:
        found = []
        credential = credential_of(scope)
        if credential:
            found.append(self._buckets.take(credential, kind))
        address = network.address_of(scope, self._trusted_proxies)
        # Behind a proxy that hides addresses everybody would be loopback and share one bucket.
        if not ipaddress.ip_address(address).is_loopback:
            near = network.neighbourhood(address)
            found.append(self._buckets.take(near, kind, times=SHARED_BY))
        return found


class FewAtOnce:
    """ASGI wrapper: few sign-ins run side by side, so that slow hashing never holds the whole pool.

    The others wait before they take a database connection; beyond `WAITING_MAX` they are refused.
    """

    def __init__(self, app: ASGIApp, gate: "Gate") -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call, or answer 503."""
        is_slow = (
            scope["type"] == ScopeType.HTTP and class_of(scope["method"], scope["path"]) is SIGN_IN
        )
        if not is_slow:
            await self._app(scope, receive, send)
            return
        if self._gate.waiting >= WAITING_MAX:
            error = TooManyAtOnce("too many people sign in at this moment", retry_after_s=2)
            await http.send_refusal(send, error)
            return
        async with self._gate:
            await self._app(scope, receive, send)


class Gate:
    """Lets `AT_ONCE_MAX` through and counts who waits."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(AT_ONCE_MAX)
        self.waiting = 0

    async def __aenter__(self) -> None:
        """Wait for a slot."""
        self.waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self.waiting -= 1

    async def __aexit__(self, *_: object) -> None:
        """Give the slot back."""
        self._slots.release()


class _Told:
    def __init__(self, send: Send, verdict: Verdict) -> None:
        self._send = send
        self._verdict = verdict

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *self._verdict.headers()]
        await self._send(message)


def credential_of(scope: Any) -> str:
    """Return a digest of the bearer token or cookie a call carries; empty: a stranger.

    Made-up ones get a full bucket of their own, and share their network's with all others.
    """
    headers = dict(scope["headers"])
    bearer = headers.get(b"authorization", b"").decode("latin-1")
    if not bearer:
        try:
            cookies = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
        except CookieError:
            return ""
        bearer = next((cookies[name].value for name in COOKIES if name in cookies), "")
    return hashlib.sha256(bearer.encode()).hexdigest()[:24] if bearer else ""
