"""Every route of the domain refuses who must not come in: guests, and tokens where a person must."""

from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.identity.routes import ROUTES
from tests.builders.accounts import sign_up

PERSON = "zz"
BODIES: dict[str, dict[str, Any]] = {
    "/api/v1/email": {"email": "a@example.org", "password": "x"},
    "/api/v1/password": {"old": "x", "new": "y"},
    "/api/v1/totp/confirm": {"code": "1"},
    "/api/v1/totp": {"code": "1"},
    "/api/v1/passkeys": {"credential": {}},
    "/api/v1/tokens": {"name": "x", "scopes": ["profile:read"]},
    "/api/v1/follow-requests/zz": {"accept": True},
    "/api/v1/oauth/clients": {"name": "x", "redirect_uris": ["https://x.example"]},
    "/api/v1/staff/zz/roles": {"roles": ["operator"]},
    "/api/v1/staff/zz/badge": {"is_verified": True},
}
FOR_ANYBODY = {
    ("GET", "/api/v1/session"),
    ("PATCH", "/api/v1/session"),
    ("POST", "/api/v1/accounts"),
    ("POST", "/api/v1/session"),
    ("POST", "/api/v1/session/passkey"),
    ("POST", "/api/v1/passkeys/challenge"),
    ("POST", "/api/v1/email/verification/confirm"),
    ("POST", "/api/v1/password/reset"),
    ("POST", "/api/v1/password/reset/confirm"),
    ("GET", "/api/v1/profiles/zz"),
    ("GET", "/api/v1/profiles/zz/followers"),
    ("GET", "/api/v1/profiles/zz/following"),
    ("GET", "/api/v1/oauth/authorize"),
    ("GET", "/api/v1/parental-consent"),
    ("POST", "/api/v1/parental-consent"),
    ("POST", "/api/v1/oauth/token"),
    ("POST", "/api/v1/oauth/revocation"),
    ("GET", "/.well-known/oauth-authorization-server"),
}
"""Open to guests; what they refuse is tested where they are."""
WITH_SCOPE = {
    ("PATCH", "/api/v1/me"),
    ("PUT", "/api/v1/me/avatar"),
    ("DELETE", "/api/v1/me/avatar"),
    ("GET", "/api/v1/me/settings"),
    ("PUT", "/api/v1/me/settings"),
    ("PUT", "/api/v1/follows/zz"),
    ("DELETE", "/api/v1/follows/zz"),
    ("DELETE", "/api/v1/followers/zz"),
    ("GET", "/api/v1/follow-requests"),
    ("POST", "/api/v1/follow-requests/zz"),
    ("PUT", "/api/v1/blocks/zz"),
    ("DELETE", "/api/v1/blocks/zz"),
    ("GET", "/api/v1/blocks"),
    ("PUT", "/api/v1/mutes/zz"),
    ("DELETE", "/api/v1/mutes/zz"),
    ("GET", "/api/v1/mutes"),
    ("PUT", "/api/v1/limits/zz"),
    ("DELETE", "/api/v1/limits/zz"),
    ("GET", "/api/v1/limits"),
}
"""A token may do these with the right scope; everything else needs a browser."""


HIDDEN = {("GET", "/api/v1/staff")}
"""Whoever may not read this is told that it is not there."""
FORMS = {("POST", "/api/v1/oauth/authorize")}
"""Sent as forms; refusals are tested where programs are."""


def calls() -> set[tuple[str, str]]:
    """Every (method, path) of the domain, `zz` for whatever a path names."""
    found = set()
    for handler in ROUTES:
        for path in handler.paths:
            filled = "/".join(PERSON if part.startswith("{") else part for part in path.split("/"))
            found |= {
                (str(method), filled) for method in handler.http_methods if method != "OPTIONS"
            }
    return found


async def test_every_route_refuses_guests_and_narrow_tokens(client: AsyncTestClient[Any]) -> None:
    """One table for the whole domain: a new route fails here until it is thought about."""
    closed = calls() - FOR_ANYBODY - HIDDEN - FORMS
    for method, path in HIDDEN:
        assert (await client.request(method, path)).json()["code"] == "http.no_such_thing"
    assert calls() >= FOR_ANYBODY | WITH_SCOPE
    for method, path in sorted(closed):
        answer = await client.request(method, path, json=BODIES.get(path, {}))
        assert (answer.status_code, answer.json()["code"]) == (
            403,
            "identity.sign_in_needed",
        ), (method, path, answer.text)

    await sign_up(client, handle="mia")
    wish = {"name": "narrow", "scopes": ["analytics:read"]}
    token = (await client.post("/api/v1/tokens", json=wish)).json()["token"]
    client.cookies.clear()
    key = {"Authorization": f"Bearer {token}"}
    for method, path in sorted(closed):
        answer = await client.request(method, path, json=BODIES.get(path, {}), headers=key)
        code = "scope_needed" if (method, path) in WITH_SCOPE else "browser_needed"
        assert (answer.status_code, answer.json()["code"]) == (
            403,
            f"identity.{code}",
        ), (method, path, answer.text)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"login": 1, "password": 2}', b'{"login": "' + b"x" * 500 + b'"}']
)
async def test_malformed_bodies_are_refused_with_words(
    client: AsyncTestClient[Any], body: bytes
) -> None:
    """Never a server error."""
    answer = await client.post(
        "/api/v1/session", content=body, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "http.malformed")
