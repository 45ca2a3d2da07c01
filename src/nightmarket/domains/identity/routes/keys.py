"""Routes: authenticators, passkeys and API tokens."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, delete, get, post

from nightmarket.domains.identity.actions import use_passkey, use_totp
from nightmarket.domains.identity.actions.begin_session import begin_session, merge_guest
from nightmarket.domains.identity.actions.make_token import TokenWish, end_token, make_token
from nightmarket.domains.identity.routes.payloads import NO_STORE, InPath, MePayload, Text
from nightmarket.domains.identity.routes.session import signed_in
from nightmarket.domains.identity.routes.subject import arrival, browser
from nightmarket.domains.identity.store import keys
from nightmarket.domains.identity.values import SCOPES
from nightmarket.infra import edge
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import from_text, to_text


class TotpSetup(msgspec.Struct, kw_only=True):
    """What the authenticator app needs."""

    secret: str
    uri: str
    qr_svg: str


class Code(msgspec.Struct, kw_only=True):
    """A code of the authenticator, or a recovery code."""

    code: Text


class RecoveryCodes(msgspec.Struct, kw_only=True):
    """Codes for the day the phone is lost; each works once."""

    recovery_codes: list[str]


class Options(msgspec.Struct, kw_only=True):
    """What the browser's WebAuthn call is given."""

    options: dict[str, Any]


class NewPasskey(msgspec.Struct, kw_only=True):
    """What the browser made."""

    credential: dict[str, Any]
    name: Text = "Passkey"


class PasskeyAnswer(msgspec.Struct, kw_only=True):
    """What the browser signed."""

    credential: dict[str, Any]


class PasskeyLine(msgspec.Struct, kw_only=True):
    """One passkey."""

    passkey_id: str
    name: str
    created_at: str | None
    last_used_at: str | None


class PasskeyList(msgspec.Struct, kw_only=True):
    """Every passkey of the account."""

    items: list[PasskeyLine]


class NewToken(msgspec.Struct, kw_only=True):
    """A token to be made."""

    name: Text
    scopes: list[Text]
    expires_at: datetime | None = None


class MadeToken(msgspec.Struct, kw_only=True):
    """A token, shown this once."""

    token_id: str
    token: str


class TokenLine(msgspec.Struct, kw_only=True):
    """One token, without its text."""

    token_id: str
    name: str
    scopes: list[str]
    created_at: str | None
    last_used_at: str | None
    expires_at: str | None


class TokenList(msgspec.Struct, kw_only=True):
    """Every token of the account, and what scopes there are."""

    items: list[TokenLine]
    scopes: dict[str, str]


@post("/api/v1/totp")
async def begin_totp(tx: Tx, services: Services, subject: Subject) -> Response[TotpSetup]:
    """Begin to set an authenticator up."""
    setup = await use_totp.begin(tx, services, browser(subject))
    payload = TotpSetup(secret=setup.secret, uri=setup.uri, qr_svg=setup.qr_svg)
    return Response(payload, headers=NO_STORE)


@post("/api/v1/totp/confirm")
async def confirm_totp(
    tx: Tx,
    services: Services,
    subject: Subject,
    now: datetime,
    data: Code,
    request: Request[Any, Any, Any],
) -> Response[RecoveryCodes]:
    """Put the authenticator to use."""
    edge.keep_on_refusal(request)
    codes = await use_totp.confirm(tx, services, now, browser(subject), data.code)
    return Response(RecoveryCodes(recovery_codes=codes), headers=NO_STORE)


@delete("/api/v1/totp", status_code=204)
async def drop_totp(
    tx: Tx,
    services: Services,
    subject: Subject,
    now: datetime,
    data: Code,
    request: Request[Any, Any, Any],
) -> None:
    """Take the authenticator away, by one of its codes."""
    edge.keep_on_refusal(request)
    await use_totp.end(tx, services, now, browser(subject), data.code)


@post("/api/v1/passkeys/registration")
async def begin_passkey(
    tx: Tx, services: Services, subject: Subject, now: datetime
) -> Response[Options]:
    """Begin to make a passkey."""
    options = await use_passkey.begin_registration(tx, services, now, browser(subject))
    return Response(Options(options=options), headers=NO_STORE)


@post("/api/v1/passkeys")
async def make_passkey(
    tx: Tx, services: Services, subject: Subject, now: datetime, data: NewPasskey
) -> PasskeyLine:
    """Keep a passkey the browser made."""
    given = (data.credential, data.name)
    made = await use_passkey.finish_registration(tx, services, now, browser(subject), given)
    return _line(made)


@get("/api/v1/passkeys")
async def list_passkeys(tx: Tx, subject: Subject) -> PasskeyList:
    """The account's passkeys, the oldest first."""
    found = await keys.passkeys(tx, browser(subject))
    return PasskeyList(items=[_line(one) for one in found])


@delete("/api/v1/passkeys/{passkey_id:str}", status_code=204)
async def drop_passkey(tx: Tx, subject: Subject, passkey_id: InPath) -> None:
    """Delete a passkey."""
    await use_passkey.end_passkey(tx, browser(subject), from_text(passkey_id))


@post("/api/v1/passkeys/challenge")
async def begin_passkey_session(tx: Tx, services: Services, now: datetime) -> Response[Options]:
    """Begin to sign in with whatever passkey the browser offers."""
    options = await use_passkey.begin_sign_in(tx, services, now)
    return Response(Options(options=options), headers=NO_STORE)


@post("/api/v1/session/passkey")
async def make_passkey_session(
    tx: Tx, services: Services, now: datetime, data: PasskeyAnswer, request: Request[Any, Any, Any]
) -> Response[MePayload]:
    """Sign in with a passkey: it stands for password and code."""
    edge.keep_on_refusal(request)
    came = arrival(request, services)
    owner = await use_passkey.check_passkey(tx, services, now, data.credential)
    session = await begin_session(tx, services.ids, now, owner, came)
    await merge_guest(tx, services.ids, now, owner, came)
    return await signed_in(tx, request, services, now, session)


@post("/api/v1/tokens")
async def make_api_token(
    tx: Tx, services: Services, subject: Subject, now: datetime, data: NewToken
) -> Response[MadeToken]:
    """Make an API token."""
    wish = TokenWish(name=data.name, scopes=data.scopes, expires_at=data.expires_at)
    made = await make_token(tx, services, now, browser(subject), wish)
    payload = MadeToken(token_id=to_text(made.token_id), token=made.text)
    return Response(payload, headers=NO_STORE)


@get("/api/v1/tokens")
async def list_api_tokens(tx: Tx, subject: Subject) -> TokenList:
    """The account's API tokens, the latest made first."""
    found = await keys.api_tokens(tx, browser(subject))
    return TokenList(
        items=[
            TokenLine(
                token_id=to_text(one.token_id),
                name=one.name,
                scopes=one.scopes,
                created_at=moment(one.created_at_us),
                last_used_at=moment(one.last_used_at_us),
                expires_at=moment(one.expires_at_us),
            )
            for one in found
        ],
        scopes=SCOPES,
    )


@delete("/api/v1/tokens/{token_id:str}", status_code=204)
async def drop_api_token(tx: Tx, subject: Subject, token_id: InPath) -> None:
    """Revoke an API token."""
    await end_token(tx, browser(subject), from_text(token_id))


def _line(passkey: keys.Passkey) -> PasskeyLine:
    return PasskeyLine(
        passkey_id=to_text(passkey.passkey_id),
        name=passkey.name,
        created_at=moment(passkey.created_at_us),
        last_used_at=moment(passkey.last_used_at_us),
    )


ROUTES: tuple[Any, ...] = (
    begin_totp,
    confirm_totp,
    drop_totp,
    begin_passkey,
    make_passkey,
    list_passkeys,
    drop_passkey,
    begin_passkey_session,
    make_passkey_session,
    make_api_token,
    list_api_tokens,
    drop_api_token,
)
