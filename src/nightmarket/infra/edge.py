"""The edge of a request: its id, its one transaction, its commit, and answers remembered by key."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from psycopg import DataError, OperationalError

from nightmarket.infra import http, sql, telemetry
from nightmarket.infra.db import Database, DatabaseUnavailable, Tx
from nightmarket.infra.http import Problem
from nightmarket.kernel.clock import Now, microseconds
from nightmarket.kernel.errors import Conflict, Invalid

QUERIES = sql.load("nightmarket.infra")
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")
ANSWER_BYTES_MAX = 256 * 1024
BODIES = {"http.response.body", "http.response.pathsend"}


class KeyReused(Conflict):
    """The idempotency key was used for a different request."""

    code = "http.key_reused"


class Unkeepable(Invalid):
    """A value that the database cannot hold: a zero byte in a text, a number beyond its kind."""

    code = "http.unkeepable"


class Replayed(Exception):  # Control flow, not an error.
    """The request was answered before; the edge repeats that answer."""

    def __init__(self, status: int, content_type: str, body: bytes) -> None:
        super().__init__(status)
        self.status, self.content_type, self.body = status, content_type, body


class _Work:
    """The transaction of one request, begun on first use."""

    def __init__(self, database: Database, clock: Now) -> None:
        self._database = database
        self._clock = clock
        self._manager: Any = None
        self.tx: Tx | None = None
        self.claimed: tuple[str, str] | None = None
        self.cookies: list[bytes] = []
        self.is_kept_on_refusal = False

    async def begin(self, *, is_reading: bool = False) -> Tx:
        if self.tx is None:
            manager = self._database.reading() if is_reading else self._database.transaction()
            self.tx = await manager.__aenter__()
            self._manager = manager
        return self.tx

    async def claim(self, subject: str, key: str, fingerprint: bytes) -> None:
        """Take the key, or raise `Replayed` with the first answer."""
        tx = await self.begin()
        taken = await tx.run(
            QUERIES["idempotency_claim"],
            subject=subject,
            key=key,
            fingerprint=fingerprint,
            created_at_us=microseconds(self._clock()),
        )
        if taken:
            self.claimed = (subject, key)
            return
        first = await tx.one(_Answer, QUERIES["idempotency_read"], subject=subject, key=key)
        if first.fingerprint != fingerprint:
            raise KeyReused("this key was used for another request")
        if first.status is None:
            raise KeyReused("this was done already; its answer is not kept")
        raise Replayed(first.status, first.content_type or "", first.body or b"")

    async def answer(self, status: int, content_type: str, body: bytes) -> None:
        if self.claimed is not None and self.tx is not None and len(body) <= ANSWER_BYTES_MAX:
            subject, key = self.claimed
            await self.tx.run(
                QUERIES["idempotency_answer"],
                subject=subject,
                key=key,
                status=status,
                content_type=content_type,
                body=body,
            )

    async def end(self, error: BaseException | None = None) -> None:
        if self._manager is None:
            return
        manager, self._manager, self.tx = self._manager, None, None
        if error is None:
            await manager.__aexit__(None, None, None)
            return
        try:
            await manager.__aexit__(type(error), error, error.__traceback__)
        except type(error):
            return
        except Exception as second:  # noqa: BLE001  # The first error is the one to answer.
            telemetry.log("rollback_failed", error=repr(second))


@dataclass(frozen=True, slots=True)
class _Answer:
    fingerprint: bytes
    status: int | None
    content_type: str | None
    body: bytes | None


class _RolledBack(Exception):
    """Tells the transaction that the answer was a refusal."""


class Edge:
    """ASGI wrapper: nothing is sent before the transaction ends; a refusal rolls it back."""

    def __init__(
        self, app: ASGIApp, database: Database, clock: Now, make_id: Callable[[], str]
    ) -> None:
        self._app = app
        self._database = database
        self._clock = clock
        self._make_id = make_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        work = _Work(self._database, self._clock)
        request_id = _sent_id(scope) or self._make_id()
        telemetry.REQUEST_ID.set(request_id)
        telemetry.note(request_id=request_id)
        scope["state"]["work"] = work
        held = _Held(send, work, request_id)
        began = perf_counter()
        try:
            await self._app(scope, receive, held)
        except BaseException as error:
            await work.end(error)
            raise
        finally:
            telemetry.REQUEST_SECONDS.labels(
                scope["method"], scope.get("path_template", ""), f"{held.status // 100}xx"
            ).observe(perf_counter() - began)
        await work.end()


class _Held:
    """Holds the first bytes of an answer back until the transaction has ended."""

    def __init__(self, send: Send, work: _Work, request_id: str) -> None:
        self._send = send
        self._work = work
        self._request_id = request_id.encode()
        self._start: Any = None
        self.status = 500

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], (b"x-request-id", self._request_id)]
            self._start = message
            return
        if self._start is not None and message["type"] in BODIES:
            start, self._start = self._start, None
            try:
                await self._settle(start, message)
            except Exception as error:  # noqa: BLE001  # A failed commit is answered, not leaked.
                await self._work.end(error)
                start, message = _failed(error)
            start["headers"] = [
                *start["headers"],
                *((b"set-cookie", cookie) for cookie in self._work.cookies),
            ]
            await self._send(start)
        await self._send(message)

    async def _settle(self, start: Any, message: Any) -> None:
        status = start["status"]
        is_kept = self._work.is_kept_on_refusal and status < 500  # noqa: PLR2004
        if status >= 400 and not is_kept:  # noqa: PLR2004
            await self._work.end(_RolledBack())
            return
        if not message.get("more_body", False):
            headers = dict(start["headers"])
            content_type = headers.get(b"content-type", b"").decode()
            is_secret = b"set-cookie" in headers or b"no-store" in headers.get(
                b"cache-control", b""
            )
            if not is_secret:
                await self._work.answer(status, content_type, message.get("body", b""))
        await self._work.end()


def _failed(error: Exception) -> tuple[Any, Any]:
    telemetry.log("commit_failed", error=repr(error))
    body = msgspec.json.encode(
        Problem(
            type="/problems/http.failed",
            title="InternalError",
            status=503,
            code="http.failed",
            detail="the change could not be saved; nothing was changed",
        )
    )
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
    ]
    start = {"type": "http.response.start", "status": 503, "headers": headers}
    return start, {"type": "http.response.body", "body": body, "more_body": False}


def _sent_id(scope: Any) -> str | None:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text = value.decode("latin-1")
            return text if REQUEST_ID.fullmatch(text) else None
    return None


async def provide_tx(request: Request[Any, Any, Any]) -> Tx:
    """Give a route the request's transaction, and answer repeated calls from memory.

    A route that says `is_reading` gets none: each of its statements stands alone.

    Raises:
        Replayed: the same key and request were answered before.
        KeyReused: the key came with another request.
    """
    work: _Work = request.scope["state"]["work"]
    key = request.headers.get("idempotency-key")
    is_streamed = request.route_handler.opt.get("is_streamed", False)  # Never in memory.
    if key and request.method not in SAFE_METHODS and work.claimed is None and not is_streamed:
        body = await request.body()
        fingerprint = hashlib.sha256(
            b"\n".join([request.method.encode(), str(request.url.path).encode(), body])
        ).digest()
        who = request.headers.get("authorization") or request.headers.get("cookie") or ""
        subject = hashlib.sha256(who.encode()).hexdigest()[:32]
        await work.claim(subject, key[:100], fingerprint)
    return await work.begin(is_reading=request.route_handler.opt.get("is_reading", False))


def set_cookie(request: Request[Any, Any, Any], cookie: str) -> None:
    """Add a `Set-Cookie` line to whatever this request is answered, refusals too."""
    work: _Work = request.scope["state"]["work"]
    work.cookies.append(cookie.encode("latin-1"))


def keep_on_refusal(request: Request[Any, Any, Any]) -> None:
    """Commit what this request wrote even when it is refused: attempts that must be counted."""
    work: _Work = request.scope["state"]["work"]
    work.is_kept_on_refusal = True


async def release(request: Request[Any, Any, Any]) -> None:
    """End the request's transaction now, so that a long body holds no connection."""
    work: _Work = request.scope["state"]["work"]
    await work.end()


def lose(request: Request[Any, Any, Any], error: OperationalError) -> Response[bytes]:
    """Answer that the database went away, or would not wait longer, in the middle of a request."""
    telemetry.log("database_lost", error=repr(error))
    return http.refuse(request, DatabaseUnavailable("the database went away; nothing was changed"))


def turn_down(request: Request[Any, Any, Any], error: DataError) -> Response[bytes]:
    """Answer that the database cannot hold something that was sent."""
    telemetry.log("value_turned_down", error=repr(error))
    return http.refuse(request, Unkeepable("something in this cannot be kept; nothing was changed"))


def replay(_: Request[Any, Any, Any], first: Replayed) -> Response[bytes]:
    """Answer what the first call was answered."""
    return Response(
        first.body,
        status_code=first.status,
        media_type=first.content_type or "application/json",
        headers={"Idempotent-Replay": "true"},
    )
