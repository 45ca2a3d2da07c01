"""Routes: programs of others ask people, are given tokens, and lose them."""

from datetime import datetime
from html import escape
from typing import Annotated, Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromQuery

from nightmarket.domains.identity.actions import allow_client
from nightmarket.domains.identity.actions.read_people import account
from nightmarket.domains.identity.errors import OauthRefused
from nightmarket.domains.identity.routes.payloads import NO_STORE, InPath, Text
from nightmarket.domains.identity.routes.subject import browser
from nightmarket.domains.identity.store import oauth, words
from nightmarket.domains.identity.values import SCOPES
from nightmarket.infra import edge
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, from_text, to_text

PAGE_PATH = "/api/v1/oauth/authorize"
PAGE_HEADERS = NO_STORE | {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none';"
    " frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    # `no-referrer` would make browsers send the form with `Origin: null`.
    "Referrer-Policy": "same-origin",
}
STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:12vh auto;padding:0 1rem;"
    "background:#111;color:#eee}button{font:inherit;padding:.7rem 1.2rem;border:0;"
    "border-radius:2rem;margin-inline-end:.6rem}button[value=yes]{background:#ffd166}"
)
OPEN = {"Access-Control-Allow-Origin": "*"}
"""Programs in other sites' pages may read these answers: no cookie has a say in them."""


class NewClient(msgspec.Struct, kw_only=True):
    """A program to be registered."""

    name: Text
    redirect_uris: list[Text]


class ClientLine(msgspec.Struct, kw_only=True):
    """One program."""

    client_id: str
    name: str
    redirect_uris: list[str]
    created_at: str | None


class ClientList(msgspec.Struct, kw_only=True):
    """The programs an account registered."""

    items: list[ClientLine]


class GrantLine(msgspec.Struct, kw_only=True):
    """One program a person allowed something."""

    grant_id: str
    client_id: str
    name: str
    scopes: list[str]
    created_at: str | None
    last_used_at: str | None


class GrantList(msgspec.Struct, kw_only=True):
    """Every program a person allowed something."""

    items: list[GrantLine]


class Consent(msgspec.Struct, kw_only=True):
    """What the page sends back."""

    decision: Text
    client_id: Text
    redirect_uri: Text
    scope: Text
    code_challenge: Text
    state: Text = ""


class TokenAsk(msgspec.Struct, kw_only=True):
    """A code or a refresh token to be changed for tokens."""

    grant_type: Text
    client_id: Text
    code: Text = ""
    redirect_uri: Text = ""
    code_verifier: Text = ""
    refresh_token: Text = ""


class TokenEnd(msgspec.Struct, kw_only=True):
    """A token to be revoked."""

    token: Text


class TokenAnswer(msgspec.Struct, kw_only=True):
    """Tokens as RFC 6749 names them."""

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str
    scope: str


@post("/api/v1/oauth/clients")
async def make_client(tx: Tx, subject: Subject, now: datetime, data: NewClient) -> ClientLine:
    """Register a program; it has no secret, PKCE takes its place."""
    owner_id = browser(subject)
    return _client(await allow_client.register(tx, now, owner_id, data.name, data.redirect_uris))


@get("/api/v1/oauth/clients")
async def list_clients(tx: Tx, subject: Subject) -> ClientList:
    """The programs the account registered."""
    found = await oauth.clients_of(tx, browser(subject))
    return ClientList(items=[_client(one) for one in found])


@delete("/api/v1/oauth/clients/{client_id:str}", status_code=204)
async def drop_client(tx: Tx, subject: Subject, client_id: InPath) -> None:
    """Delete a program with everything anybody allowed it."""
    await allow_client.unregister(tx, browser(subject), client_id)


@get("/api/v1/oauth/grants")
async def list_grants(tx: Tx, subject: Subject) -> GrantList:
    """The programs the account allowed something."""
    found = await oauth.grants_of(tx, browser(subject))
    return GrantList(
        items=[
            GrantLine(
                grant_id=to_text(one.grant_id),
                client_id=one.client_id,
                name=one.name,
                scopes=one.scopes,
                created_at=moment(one.created_at_us),
                last_used_at=moment(one.last_used_at_us),
            )
            for one in found
        ]
    )


@delete("/api/v1/oauth/grants/{grant_id:str}", status_code=204)
async def drop_grant(tx: Tx, subject: Subject, grant_id: InPath) -> None:
    """Take back what the account allowed a program."""
    await allow_client.take_back(tx, browser(subject), from_text(grant_id))


@get(PAGE_PATH)
async def ask_person(
    tx: Tx,
    subject: Subject,
    client_id: FromQuery[str],
    redirect_uri: FromQuery[str],
    request: Request[Any, Any, Any],
) -> Response[str]:
    """Show the page that asks a person; whoever is not signed in signs in first."""
    client = await allow_client.known(tx, client_id, redirect_uri)
    query = request.query_params
    is_pkce = query.get("code_challenge_method") == "S256" and query.get("response_type") == "code"
    challenge = query.get("code_challenge", "") if is_pkce else ""
    ask = _ask(client_id, redirect_uri, query.get("scope", ""), challenge)
    state = query.get("state", "")
    try:
        allow_client.require_askable(ask)
    except OauthRefused as refusal:
        return _send_back(redirect_uri, {"error": str(refusal.facts["error"]), "state": state})
    if subject.account_id is None:
        here = quote(f"{PAGE_PATH}?{urlencode(list(query.multi_items()))}", safe="")
        return _to(f"/signin?next={here}")
    return await _page(tx, browser(subject), client, ask, state)


@post(PAGE_PATH, status_code=303)
async def answer_program(
    tx: Tx,
    subject: Subject,
    now: datetime,
    data: Annotated[Consent, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[str]:
    """Send the person's answer to the program."""
    account_id = browser(subject)
    await allow_client.known(tx, data.client_id, data.redirect_uri)
    ask = _ask(data.client_id, data.redirect_uri, data.scope, data.code_challenge)
    if data.decision != "yes":
        return _send_back(data.redirect_uri, {"error": "access_denied", "state": data.state})
    code = await allow_client.allow(tx, now, account_id, ask)
    return _send_back(data.redirect_uri, {"code": code, "state": data.state})


@post("/api/v1/oauth/token", status_code=200)
async def change_for_tokens(
    tx: Tx,
    services: Services,
    now: datetime,
    data: Annotated[TokenAsk, Body(media_type=RequestEncodingType.URL_ENCODED)],
    request: Request[Any, Any, Any],
) -> Response[Any]:
    """Change a code or a refresh token for tokens (RFC 6749, 4.1.3 and 6)."""
    edge.keep_on_refusal(request)
    try:
        tokens = await _tokens(tx, services, now, data)
    except OauthRefused as refusal:
        content = {"error": refusal.facts["error"], "error_description": refusal.detail}
        return Response(content, status_code=400, headers=NO_STORE | OPEN)
    answer = TokenAnswer(
        access_token=tokens.access,
        token_type="Bearer",  # noqa: S106  # The standard's word, no secret.
        expires_in=tokens.expires_in_s,
        refresh_token=tokens.refresh,
        scope=" ".join(tokens.scopes),
    )
    return Response(answer, headers=NO_STORE | OPEN)


@post("/api/v1/oauth/revocation", status_code=200)
async def revoke_token(
    tx: Tx, data: Annotated[TokenEnd, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Response[None]:
    """Revoke what stands behind a token (RFC 7009); an unknown one is answered alike."""
    await allow_client.revoke(tx, data.token)
    return Response(None, headers=NO_STORE | OPEN)


@get("/.well-known/oauth-authorization-server", sync_to_thread=False)
def describe_server(services: Services) -> Response[dict[str, Any]]:
    """Say where everything is (RFC 8414)."""
    site = services.settings.public_url
    content = {
        "issuer": site,
        "authorization_endpoint": site + PAGE_PATH,
        "token_endpoint": f"{site}/api/v1/oauth/token",
        "revocation_endpoint": f"{site}/api/v1/oauth/revocation",
        "scopes_supported": sorted(SCOPES),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "service_documentation": f"{site}/api",
    }
    return Response(content, headers=OPEN)


async def _tokens(tx: Tx, services: Services, now: datetime, data: TokenAsk) -> allow_client.Tokens:
    if data.grant_type == "authorization_code":
        given = (data.client_id, data.redirect_uri, data.code_verifier)
        return await allow_client.change_code(tx, services, now, data.code, given)
    if data.grant_type == "refresh_token":
        return await allow_client.refresh(tx, services, now, data.refresh_token, data.client_id)
    raise OauthRefused("this grant type is not known", error="unsupported_grant_type")


async def _page(
    tx: Tx, account_id: AccountId, client: oauth.Client, ask: allow_client.Ask, state: str
) -> Response[str]:
    person = await account(tx, account_id)
    said = words.consent()[person.language]
    fields = {"client": escape(client.name), "handle": escape(person.handle)}
    hidden = {
        "client_id": ask.client_id,
        "redirect_uri": ask.redirect_uri,
        "scope": " ".join(ask.scopes),
        "code_challenge": ask.challenge,
        "state": state,
    }
    inputs = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in hidden.items()
    )
    scopes = "".join(f"<li>{escape(SCOPES[scope])}</li>" for scope in ask.scopes)
    title, asks = said["title"].format_map(fields), said["asks"].format_map(fields)
    html = (
        f'<!doctype html><html lang="{person.language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<style>{STYLE}</style><main><h1>{title}</h1><p>{asks}</p><ul>{scopes}</ul>"
        f'<form method="post" action="{PAGE_PATH}">{inputs}'
        f'<button name="decision" value="yes">{said["allow"]}</button>'
        f'<button name="decision" value="no">{said["deny"]}</button></form>'
        f"<p>{said['back']}</p></main></html>"
    )
    return Response(html, media_type="text/html; charset=utf-8", headers=PAGE_HEADERS)


def _ask(client_id: str, redirect_uri: str, scope: str, challenge: str) -> allow_client.Ask:
    return allow_client.Ask(
        client_id=client_id,
        redirect_uri=redirect_uri,
        scopes=list(dict.fromkeys(scope.split())),
        challenge=challenge,
    )


def _send_back(redirect_uri: str, answer: dict[str, str]) -> Response[str]:
    parts = urlsplit(redirect_uri)
    kept = {name: value for name, value in answer.items() if value}
    query = "&".join(part for part in (parts.query, urlencode(kept)) if part)
    return _to(urlunsplit(parts._replace(query=query)))


def _to(address: str) -> Response[str]:
    headers = NO_STORE | {"Location": address, "Referrer-Policy": "no-referrer"}
    return Response("", status_code=303, media_type="text/plain", headers=headers)


def _client(client: oauth.Client) -> ClientLine:
    return ClientLine(
        client_id=client.client_id,
        name=client.name,
        redirect_uris=client.redirect_uris,
        created_at=moment(client.created_at_us),
    )


ROUTES: tuple[Any, ...] = (
    make_client,
    list_clients,
    drop_client,
    list_grants,
    drop_grant,
    ask_person,
    answer_program,
    change_for_tokens,
    revoke_token,
    describe_server,
)
