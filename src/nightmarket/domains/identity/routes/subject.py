"""The caller of a request: from the bearer token, the session cookie, or a guest's cookie."""

from typing import Any

from litestar import Request

from nightmarket.domains.identity.actions import know_caller
from nightmarket.domains.identity.errors import BrowserNeeded, TokenRejected
from nightmarket.domains.identity.values import Arrival, Guest
from nightmarket.domains.markets import face as markets
from nightmarket.infra import edge, network
from nightmarket.infra.db import Tx
from nightmarket.infra.http import LANGUAGE, Subject
from nightmarket.infra.services import Services
from nightmarket.infra.settings import Settings
from nightmarket.kernel.ids import AccountId, GuestId
from nightmarket.kernel.words import TAGS_LOOKED_AT, asked_for

SESSION_COOKIE = "nm_session"
GUEST_COOKIE = "nm_guest"
COOKIE_AGE_S = 400 * 24 * 3600
"""The longest browsers keep a cookie; the server ends sessions long before."""


async def provide_subject(request: Request[Any, Any, Any], services: Services, tx: Tx) -> Subject:
    """Return who is calling; somebody new becomes a guest and is given a cookie.

    Raises:
        TokenRejected: a bearer token that is not (or no longer) good.
    """
    caller = await _caller(request, services, tx)
    request.scope["state"][LANGUAGE] = caller.language
    return caller


async def provide_spoken(request: Request[Any, Any, Any], subject: Subject) -> str:
    """Return the language to answer in: what the client asks for, else the caller's own."""
    accepted = request.headers.get("accept-language", "")
    return asked_for(accepted, markets.LANGUAGES) or subject.language


async def _caller(request: Request[Any, Any, Any], services: Services, tx: Tx) -> Subject:
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        caller = await know_caller.know_caller(tx, services.clock(), bearer.strip(), is_bearer=True)
        if caller is None:
            raise TokenRejected("this token is unknown, revoked or expired")
        return caller
    token = request.cookies.get(SESSION_COOKIE)
    if token:
        caller = await know_caller.know_caller(tx, services.clock(), token, is_bearer=False)
        if caller is not None:
            return caller
        edge.set_cookie(request, cookie(services.settings, SESSION_COOKIE, "", age_s=0))
    return know_caller.guest_subject(_guest(request, services))


def browser(subject: Subject) -> AccountId:
    """Return the signed-in account; API tokens are turned away.

    Raises:
        SignInNeeded: a guest.
        BrowserNeeded: an API token, whatever its scopes.
    """
    account_id = subject.account()
    if subject.scopes is not None:
        raise BrowserNeeded("sign in with a browser to do this")
    return account_id


def arrival(request: Request[Any, Any, Any], services: Services) -> Arrival:
    """Return from where, on what and as which guest somebody comes."""
    guest = know_caller.read_guest(services.secret, request.cookies.get(GUEST_COOKIE, ""))
    return Arrival(
        address=network.address_of(request.scope, services.settings.trusted_proxies),
        device=request.headers.get("user-agent", "unknown"),
        guest_id=guest.guest_id if guest else None,
    )


def cookie(settings: Settings, name: str, value: str, *, age_s: int = COOKIE_AGE_S) -> str:
    """Write a `Set-Cookie` line: not for scripts, not for other sites, and only over https."""
    secure = "; Secure" if settings.public_url.startswith("https://") else ""
    return f"{name}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Lax{secure}"


def remember_guest(request: Request[Any, Any, Any], services: Services, guest: Guest) -> None:
    """Give the browser a guest's cookie."""
    value = know_caller.guest_cookie(services.secret, guest)
    edge.set_cookie(request, cookie(services.settings, GUEST_COOKIE, value))


def _guest(request: Request[Any, Any, Any], services: Services) -> Guest:
    known = know_caller.read_guest(services.secret, request.cookies.get(GUEST_COOKIE, ""))
    if known is not None:
        return known
    market, language = _spoken(
        request.headers.get("accept-language", ""), services.settings.default_market
    )
    guest = Guest(guest_id=GuestId(services.ids()), market=market, language=language)
    remember_guest(request, services, guest)
    return guest


def _spoken(accepted: str, default_market: str) -> tuple[str, str]:
    """Return (market, language) a browser asks for: `de-AT` gives the language, `en-GB` both."""
    codes = {market.code for market in markets.markets()}
    tags = [part.partition(";")[0].strip().lower() for part in accepted.split(",")]
    regions = (part for tag in tags[:TAGS_LOOKED_AT] for part in tag.split("-")[1:])
    market = next((part for part in regions if part in codes), default_market)
    language = asked_for(accepted, markets.LANGUAGES)
    return market, language or markets.market(market).languages[0]
