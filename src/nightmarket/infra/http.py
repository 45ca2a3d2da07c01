"""HTTP for every domain: who is calling, what a refusal looks like, and what routes are given."""

import functools
from dataclasses import dataclass, field
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import Send

from nightmarket.infra import telemetry
from nightmarket.kernel import errors, ids
from nightmarket.kernel.clock import instant
from nightmarket.kernel.ids import AccountId, GuestId, SessionId, ViewerId
from nightmarket.kernel.words import SOURCE, Words, asked_for

PROBLEM = "application/problem+json"
LANGUAGE = "language"
"""Where a request's state keeps the language of the account or guest."""
STATUS: tuple[tuple[type[errors.NightmarketError], int], ...] = (
    (errors.Invalid, 422),
    (errors.NotFound, 404),
    (errors.Forbidden, 403),
    (errors.Conflict, 409),
    (errors.LimitReached, 429),
    (errors.Unavailable, 503),
    (errors.OutcomeUnknown, 503),
    (errors.Refused, 400),
)


class SignInNeeded(errors.Forbidden):
    """A guest asked for what needs an account."""

    code = "identity.sign_in_needed"


class RoleNeeded(errors.NotFound):
    """Same words as for something that does not exist."""

    code = "http.no_such_thing"


class ScopeNeeded(errors.Forbidden):
    """The API token was not given this scope."""

    code = "identity.scope_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Who is calling, as `identity` resolved it once at the edge.

    `account_id` None: a guest. `viewer_id` is the account or else the guest. `scopes` None: a
    signed-in browser, which may do everything its account may.
    """

    viewer_id: ViewerId
    guest_id: GuestId | None = None
    account_id: AccountId | None = None
    session_id: SessionId | None = None
    market: str = "us"
    language: str = "en"
    roles: frozenset[str] = field(default_factory=frozenset)
    scopes: frozenset[str] | None = None
    is_minor: bool = False
    is_personalised: bool = True
    is_email_verified: bool = False

    def account(self, scope: str = "") -> AccountId:
        """Return the account or refuse.

        Raises:
            SignInNeeded: a guest.
            ScopeNeeded: an API token without `scope`.
        """
        if self.account_id is None:
            raise SignInNeeded("sign in to do this")
        if scope:
            self.viewer(scope)
        return self.account_id

    def may(self, scope: str) -> bool:
        """Whether this caller may do what `scope` names: all but tokens that were not given it."""
        return self.scopes is None or scope in self.scopes

    def viewer(self, scope: str) -> ViewerId:
        """Return the viewer, guests too, or refuse.

        Raises:
            ScopeNeeded: an API token without `scope`.
        """
        if not self.may(scope):
            raise ScopeNeeded("this token may not do that", scope=scope)
        return self.viewer_id

    def require_role(self, *roles: str) -> AccountId:
        """Return the account when it has one of `roles`; anyone else learns nothing.

        Raises:
            RoleNeeded: guests and everyone without the role.
        """
        if self.account_id is None or not self.roles.intersection(roles):
            raise RoleNeeded("no such thing")
        return self.account_id


class Problem(msgspec.Struct, omit_defaults=True, kw_only=True):
    """RFC 9457 problem details with our stable code and the facts behind the words."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    facts: dict[str, str | int] = {}
    request_id: str = ""
    rule: str = ""
    authority: str = ""


def status_of(error: errors.NightmarketError) -> int:
    """Return the HTTP status of an error by its kind; `http_status` on the class wins."""
    own = getattr(error, "http_status", None)
    if own is not None:
        return int(own)
    return next(status for kind, status in STATUS if isinstance(error, kind))


def problem_response(problem: Problem, headers: dict[str, str] | None = None) -> Response[bytes]:
    """Return a problem as a response."""
    return Response(
        msgspec.json.encode(problem),
        status_code=problem.status,
        media_type=PROBLEM,
        headers=headers or {},
    )


def refuse(request: Request[Any, Any, Any], error: errors.NightmarketError) -> Response[bytes]:
    """Answer an error of ours, in the caller's language where it carries its words."""
    if error.words is not None:
        error.detail = error.words.said(_language(request, error.words))
        if "reason" in error.facts:
            error.facts["reason"] = error.detail
    return refuse_without_request(error)


def _language(request: Request[Any, Any, Any], words: Words) -> str:
    accepted = request.headers.get("accept-language", "")
    kept = request.scope["state"].get(LANGUAGE, SOURCE)
    return asked_for(accepted, words.texts) or str(kept)


def refuse_without_request(error: errors.NightmarketError) -> Response[bytes]:
    """Answer an error of ours; the same words wherever it was raised."""
    status = status_of(error)
    facts = dict(error.facts)
    rule, authority = str(facts.pop("rule", "")), str(facts.pop("authority", ""))
    headers = {"Retry-After": str(facts["retry_after_s"])} if "retry_after_s" in facts else {}
    return problem_response(
        Problem(
            type=f"/problems/{error.code}",
            title=type(error).__name__,
            status=status,
            code=error.code,
            detail=error.detail,
            facts=facts,
            request_id=telemetry.REQUEST_ID.get(),
            rule=rule,
            authority=authority,
        ),
        headers,
    )


def refuse_http(_: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Answer what the framework refused: unknown paths, wrong methods, malformed bodies."""
    facts: dict[str, str | int] = {}
    code = {404: "http.no_such_thing", 405: "http.method_not_allowed"}.get(
        error.status_code,
        "http.malformed" if error.status_code < 500 else "http.failed",  # noqa: PLR2004
    )
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        facts = {
            str(entry.get("key", index)): str(entry.get("message", ""))[:200]
            for index, entry in enumerate(error.extra[:20])
            if isinstance(entry, dict)
        }
    return problem_response(
        Problem(
            type=f"/problems/{code}",
            title=type(error).__name__,
            status=error.status_code,
            code=code,
            detail=str(error.detail)[:500],
            facts=facts,
            request_id=telemetry.REQUEST_ID.get(),
        ),
        dict(error.headers or {}),
    )


async def send_refusal(send: Send, error: errors.NightmarketError) -> None:
    """Answer an error of ours from outside of the routes, where there is no request yet."""
    answer = refuse_without_request(error)
    headers = [(b"content-type", PROBLEM.encode()), (b"cache-control", b"no-store")]
    headers += [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
    body = answer.content
    headers.append((b"content-length", str(len(body)).encode()))
    await send(
        {"type": "http.response.start", "status": answer.status_code or 500, "headers": headers}
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})


def refuse_unreadable(
    request: Request[Any, Any, Any], error: RecursionError | UnicodeDecodeError
) -> Response[bytes]:
    """Answer a body that breaks decoders: nested without end, or no text at all."""
    telemetry.log("body_unreadable", error=repr(error)[:500], exc_info=error)
    return refuse_http(request, HTTPException("this cannot be read", status_code=400))


def fail(_: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answer a bug: say nothing of it outside, everything in the log."""
    telemetry.log("request_failed", error=repr(error), exc_info=error)
    return problem_response(
        Problem(
            type="/problems/http.failed",
            title="InternalError",
            status=500,
            code="http.failed",
            detail="something went wrong on our side; nothing was changed",
            request_id=telemetry.REQUEST_ID.get(),
        )
    )


def moment(at_us: int | None) -> str | None:
    """Write a column `_at_us` as payloads do: ISO 8601, UTC, milliseconds."""
    if at_us is None:
        return None
    return _instant_text(at_us // 1000)


@functools.lru_cache(maxsize=4096)
def _instant_text(at_ms: int) -> str:
    return instant(at_ms * 1000).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at_ms % 1000:03d}Z"


def text_id(number: int | None) -> str | None:
    """Write an optional id as text."""
    return None if number is None else ids.to_text(number)
