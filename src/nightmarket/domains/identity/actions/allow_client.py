"""OAuth 2: programs act for people by authorisation code with PKCE (RFC 6749, 7636, 9700)."""

import base64
import hashlib
import hmac
import ipaddress
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from nightmarket.domains.identity import rules
from nightmarket.domains.identity.actions.begin_session import digest
from nightmarket.domains.identity.actions.know_caller import forget_caller
from nightmarket.domains.identity.actions.read_people import account
from nightmarket.domains.identity.errors import NoSuchClient, NoSuchGrant, OauthRefused, TooMany
from nightmarket.domains.identity.store import oauth
from nightmarket.domains.identity.values import SCOPES
from nightmarket.infra import telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId

CODE_LIFE = timedelta(minutes=1)
ACCESS_LIFE = timedelta(hours=1)
CLIENTS_MAX = 20
REDIRECTS_MAX = 5
URI_LENGTH_MAX = 300
TOKEN_BYTES = 32
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a program asks a person for."""

    client_id: str
    redirect_uri: str
    scopes: list[str]
    challenge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a program is given."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    scopes: list[str]
    expires_in_s: int = ACCESS_LIFE // timedelta(seconds=1)


async def register(
    tx: Tx, now: datetime, account_id: AccountId, name: str, redirect_uris: list[str]
) -> oauth.Client:
    """Register a program.

    Raises:
        OauthRefused: a redirect address that could be listened to.
        ProfileMalformed: the name.
        TooMany: the account has 20.
    """
    if not 1 <= len(redirect_uris) <= REDIRECTS_MAX or not all(map(is_redirect, redirect_uris)):
        raise OauthRefused(
            "redirect to https, to this machine, or to an app's own scheme",
            error="invalid_redirect_uri",
        )
    if len(await oauth.clients_of(tx, account_id)) >= CLIENTS_MAX:
        raise TooMany("an account registers up to 20 programs", count_max=CLIENTS_MAX)
    client = oauth.Client(
        client_id=f"nmc_{secrets.token_hex(12)}",
        account_id=account_id,
        name=rules.display_name(name),
        redirect_uris=redirect_uris,
        created_at_us=microseconds(now),
    )
    await oauth.make_client(tx, client, (await account(tx, account_id)).market)
    return client


async def unregister(tx: Tx, account_id: AccountId, client_id: str) -> None:
    """Delete a program with everything anybody allowed it.

    Raises:
        NoSuchClient: not this account's.
    """
    if not await oauth.end_client(tx, account_id, client_id):
        raise NoSuchClient("no such program")


async def known(tx: Tx, client_id: str, redirect_uri: str) -> oauth.Client:
    """Return the program, when the address is one it registered: only then may it hear anything.

    Raises:
        NoSuchClient: unknown, or the address is not its own.
    """
    client = await oauth.client(tx, client_id)
    if client is None or not any(same_redirect(one, redirect_uri) for one in client.redirect_uris):
        raise NoSuchClient("no such program, or it does not live at this address")
    return client


def require_askable(ask: Ask) -> None:
    """Refuse what a known program must not ask for.

    Raises:
        OauthRefused: `error` says which part.
    """
    if not ask.scopes or any(scope not in SCOPES for scope in ask.scopes):
        raise OauthRefused("ask for known scopes", error="invalid_scope")
    if not CHALLENGE.fullmatch(ask.challenge):
        raise OauthRefused(
            "response_type=code and PKCE with S256 are needed", error="invalid_request"
        )


async def allow(tx: Tx, now: datetime, account_id: AccountId, ask: Ask) -> str:
    """Say yes; returns the code for the program, good for one minute and once.

    Raises:
        NoSuchClient, OauthRefused: as in `known` and `require_askable`.
    """
    await known(tx, ask.client_id, ask.redirect_uri)
    require_askable(ask)
    code = secrets.token_urlsafe(TOKEN_BYTES)
    made = oauth.Code(
        client_id=ask.client_id,
        account_id=account_id,
        market=(await account(tx, account_id)).market,
        scopes=sorted(set(ask.scopes)),
        redirect_uri=ask.redirect_uri,
        challenge=ask.challenge,
        expires_at_us=microseconds(now + CODE_LIFE),
    )
    await oauth.make_code(tx, digest(code), made)
    telemetry.happened("oauth_allowed", account_id=account_id, client_id=ask.client_id)
    return code


async def change_code(
    tx: Tx, services: Services, now: datetime, code: str, given: tuple[str, str, str]
) -> Tokens:
    """Change a code for tokens; `given` is (client id, redirect address, verifier).

    A code that comes twice takes back what it gave the first time; the route asks the edge to
    keep that.

    Raises:
        OauthRefused: `invalid_grant`, whatever was wrong.
    """
    client_id, redirect_uri, verifier = given
    code_hash = digest(code)
    found = await oauth.take_code(tx, code_hash)
    refusal = OauthRefused("this code is not good", error="invalid_grant")
    if found is None:
        owner_id = await oauth.end_by_code(tx, code_hash)
        if owner_id is not None:
            forget_caller(tx, owner_id)
        raise refusal
    is_ours = (found.client_id, found.redirect_uri) == (client_id, redirect_uri)
    if not is_ours or found.expires_at_us <= microseconds(now):
        raise refusal
    if not VERIFIER.fullmatch(verifier) or not _answers(verifier, found.challenge):
        raise refusal
    refresh = secrets.token_urlsafe(TOKEN_BYTES)
    grant = oauth.Grant(
        grant_id=services.ids(),
        client_id=client_id,
        account_id=found.account_id,
        market=found.market,
        scopes=found.scopes,
        refresh_hash=digest(refresh),
    )
    await oauth.make_grant(tx, grant, code_hash, microseconds(now))
    return await _tokens(tx, services, now, grant, refresh)


async def refresh(tx: Tx, services: Services, now: datetime, token: str, client_id: str) -> Tokens:
    """Change a refresh token for new tokens; an old one that comes back ends the grant.

    Raises:
        OauthRefused: `invalid_grant`.
    """
    refusal = OauthRefused("this token is not good", error="invalid_grant")
    grant = await oauth.grant_by_refresh(tx, digest(token))
    if grant is None or grant.client_id != client_id:
        raise refusal
    if not hmac.compare_digest(grant.refresh_hash, digest(token)):
        await oauth.end_grant(tx, grant.account_id, grant.grant_id)
        forget_caller(tx, grant.account_id)
        telemetry.happened("oauth_token_reused", account_id=grant.account_id)
        raise refusal
    fresh = secrets.token_urlsafe(TOKEN_BYTES)
    await oauth.turn(tx, grant.grant_id, digest(fresh), microseconds(now))
    return await _tokens(tx, services, now, grant, fresh)


async def revoke(tx: Tx, token: str) -> None:
    """End the grant behind an access or refresh token; an unknown one is fine (RFC 7009)."""
    owner_id = await oauth.end_by_token(tx, digest(token))
    if owner_id is not None:
        forget_caller(tx, owner_id)


async def take_back(tx: Tx, account_id: AccountId, grant_id: int) -> None:
    """Take back what a person allowed a program: its tokens are worthless at once.

    Raises:
        NoSuchGrant: the account allowed no such program.
    """
    if not await oauth.end_grant(tx, account_id, grant_id):
        raise NoSuchGrant("no such permission")
    forget_caller(tx, account_id)


def is_redirect(uri: str) -> bool:
    """Whether a code may be sent there: https, this machine, or an app's reversed-name scheme."""
    if len(uri) > URI_LENGTH_MAX or not uri.isascii() or any(c.isspace() for c in uri):
        return False
    try:
        parts = urlsplit(uri)
        host = parts.hostname or ""
        is_plain = parts.port != 0 and not parts.fragment and not parts.username
    except ValueError:
        return False
    if not is_plain:
        return False
    if parts.scheme == "https":
        return bool(host)
    if parts.scheme == "http":
        return _is_loopback(host)
    return bool(PRIVATE_SCHEME.fullmatch(parts.scheme))


def same_redirect(registered: str, given: str) -> bool:
    """Whether the address is the registered one; on this machine any port is (RFC 8252, 7.3)."""
    if registered == given:
        return True
    try:
        one, two = urlsplit(registered), urlsplit(given)
        is_near = one.scheme == two.scheme == "http" and _is_loopback(one.hostname or "")
        same = (one.hostname, one.path, one.query) == (two.hostname, two.path, two.query)
    except ValueError:
        return False
    return is_near and same and not two.fragment and not two.username


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _tokens(
    tx: Tx, services: Services, now: datetime, grant: oauth.Grant, refresh_token: str
) -> Tokens:
    access = f"nm_{secrets.token_urlsafe(TOKEN_BYTES)}"
    await oauth.make_access(
        tx,
        grant,
        (services.ids(), digest(access)),
        now_us=microseconds(now),
        expires_at_us=microseconds(now + ACCESS_LIFE),
    )
    return Tokens(access=access, refresh=refresh_token, scopes=grant.scopes)


def _answers(verifier: str, challenge: str) -> bool:
    hashed = hashlib.sha256(verifier.encode()).digest()
    expected = base64.urlsafe_b64encode(hashed).decode().rstrip("=")
    return hmac.compare_digest(expected, challenge)
