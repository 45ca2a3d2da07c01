"""Routes: signing up, in and out, and what a browser starts with."""

from datetime import date, datetime
from typing import Any

import msgspec
from litestar import Request, Response, delete, get, patch, post
from litestar.openapi.datastructures import ResponseSpec

from nightmarket.domains.identity.actions.ask_parent import ask_parent
from nightmarket.domains.identity.actions.begin_session import begin_session, merge_guest
from nightmarket.domains.identity.actions.end_sessions import end_session
from nightmarket.domains.identity.actions.read_people import settings_of
from nightmarket.domains.identity.actions.sign_in import check_password
from nightmarket.domains.identity.actions.sign_up import Wish, sign_up
from nightmarket.domains.identity.actions.use_totp import require_code
from nightmarket.domains.identity.routes.payloads import (
    NO_STORE,
    MePayload,
    Secret,
    Text,
    me_payload,
)
from nightmarket.domains.identity.routes.subject import (
    GUEST_COOKIE,
    SESSION_COOKIE,
    arrival,
    browser,
    cookie,
    remember_guest,
)
from nightmarket.domains.identity.store import people
from nightmarket.domains.identity.store.parents import Awaiting
from nightmarket.domains.identity.values import Guest, NewSession
from nightmarket.domains.markets import face as markets
from nightmarket.infra import edge
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import GuestId, to_text


class GuestPayload(msgspec.Struct, kw_only=True):
    """Somebody without an account."""

    guest_id: str


class SessionPayload(msgspec.Struct, kw_only=True):
    """What a browser starts with. `shows_mature`: videos for adults are not covered."""

    account: MePayload | None
    guest: GuestPayload | None
    market: str
    language: str
    is_personalised: bool
    shows_mature: bool = False


class SignUp(msgspec.Struct, kw_only=True):
    """A new account. `parent_email`: where the market wants a parent's consent at this age."""

    handle: Text
    email: Text
    password: Secret
    birth_date: date
    market: Text
    language: Text
    name: Text = ""
    parent_email: Text = ""


class WaitingPayload(msgspec.Struct, kw_only=True):
    """A sign-up that waits for a parent: nothing can be used until they agree."""

    handle: str
    waits_for: str
    rule: str
    authority: str
    expires_at: str | None


class SignIn(msgspec.Struct, kw_only=True):
    """Handle or address, password, and the authenticator's or a recovery code."""

    login: Text
    password: Secret
    totp_code: Text | None = None


class GuestChange(msgspec.Struct, kw_only=True):
    """What a guest may choose."""

    market: Text | None = None
    language: Text | None = None
    is_personalised: bool | None = None


@get("/api/v1/session")
async def read_session(tx: Tx, subject: Subject, now: datetime) -> Response[SessionPayload]:
    """Tell a browser who it is; a new one becomes a guest."""
    subject.viewer("profile:read")
    return Response(await _session(tx, subject, now), headers=NO_STORE)


@post(
    "/api/v1/accounts",
    responses={202: ResponseSpec(WaitingPayload, description="A parent was asked.")},
)
async def make_account(
    tx: Tx, services: Services, now: datetime, data: SignUp, request: Request[Any, Any, Any]
) -> Response[MePayload]:
    """Sign up, and be signed in; or wait for a parent where the market wants their consent."""
    came = arrival(request, services)
    wish = Wish(**msgspec.structs.asdict(data))
    waiting = await ask_parent(tx, services, now, wish, came)
    if waiting is not None:
        return _waiting(waiting)
    account_id = await sign_up(tx, services, now, wish, came)
    session = await begin_session(tx, services.ids, now, (account_id, wish.market), came)
    return await signed_in(tx, request, services, now, session)


@post("/api/v1/session")
async def make_session(
    tx: Tx, services: Services, now: datetime, data: SignIn, request: Request[Any, Any, Any]
) -> Response[MePayload]:
    """Sign in by password, and by code where the account wants one."""
    edge.keep_on_refusal(request)
    came = arrival(request, services)
    login = await check_password(tx, services, now, (data.login, data.password), came)
    owner = (login.account_id, login.market)
    await require_code(tx, services, now, login.account_id, data.totp_code)
    session = await begin_session(tx, services.ids, now, owner, came)
    await merge_guest(tx, services.ids, now, owner, came)
    return await signed_in(tx, request, services, now, session)


@delete("/api/v1/session", status_code=204)
async def drop_session(
    tx: Tx, services: Services, subject: Subject, request: Request[Any, Any, Any]
) -> None:
    """Sign out."""
    account_id = browser(subject)
    assert subject.session_id is not None
    await end_session(tx, account_id, subject.session_id)
    edge.set_cookie(request, cookie(services.settings, SESSION_COOKIE, "", age_s=0))


@patch("/api/v1/session")
async def change_guest(
    tx: Tx,
    services: Services,
    subject: Subject,
    now: datetime,
    data: GuestChange,
    request: Request[Any, Any, Any],
) -> Response[SessionPayload]:
    """Let a guest choose market, language and whether the feed learns; accounts use PATCH /me."""
    subject.viewer("profile:read")
    if subject.guest_id is None or subject.account_id is not None:
        return Response(await _session(tx, subject, now), headers=NO_STORE)
    guest = Guest(
        guest_id=GuestId(subject.guest_id),
        market=markets.market(data.market or subject.market).code,
        language=markets.language(data.language or subject.language),
        is_personalised=(
            subject.is_personalised if data.is_personalised is None else data.is_personalised
        ),
    )
    remember_guest(request, services, guest)
    payload = SessionPayload(
        account=None,
        guest=GuestPayload(guest_id=to_text(guest.guest_id)),
        market=guest.market,
        language=guest.language,
        is_personalised=guest.is_personalised,
    )
    return Response(payload, headers=NO_STORE)


async def signed_in(
    tx: Tx, request: Request[Any, Any, Any], services: Services, now: datetime, session: NewSession
) -> Response[MePayload]:
    """Answer somebody who just signed in: who they are, the session, and no guest any more."""
    me = await people.me(tx, session.account_id)
    assert me is not None
    edge.set_cookie(request, cookie(services.settings, SESSION_COOKIE, session.token))
    edge.set_cookie(request, cookie(services.settings, GUEST_COOKIE, "", age_s=0))
    return Response(me_payload(me, microseconds(now)), headers=NO_STORE, status_code=201)


def _waiting(waiting: Awaiting) -> Response[Any]:
    payload = WaitingPayload(
        handle=waiting.handle,
        waits_for="parent",
        rule=waiting.rule,
        authority=waiting.authority,
        expires_at=moment(waiting.expires_at_us),
    )
    return Response(payload, status_code=202, headers=NO_STORE)


async def _session(tx: Tx, subject: Subject, now: datetime) -> SessionPayload:
    me = None if subject.account_id is None else await people.me(tx, subject.account_id)
    guest_id = subject.guest_id if me is None else None
    wishes = {} if me is None else await settings_of(tx, me.account_id)
    return SessionPayload(
        account=None if me is None else me_payload(me, microseconds(now)),
        guest=None if guest_id is None else GuestPayload(guest_id=to_text(guest_id)),
        market=subject.market,
        language=subject.language,
        is_personalised=subject.is_personalised,
        shows_mature=bool(wishes.get("show_mature")) and not subject.is_minor,
    )


ROUTES = (read_session, make_account, make_session, drop_session, change_guest)
