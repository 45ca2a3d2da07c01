"""Programs act for people by code and PKCE; nothing works twice, and people take it back."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.identity.actions.allow_client import is_redirect, same_redirect
from nightmarket.infra.services import Services
from tests.builders.accounts import sign_up, with_roles
from tests.fakes.clock import HandClock

Client = AsyncTestClient[Any]
pytestmark = pytest.mark.feature("V138")
CALLBACK = "https://app.example/cb?x=1"
VERIFIER = "v" * 50
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)


class Program:
    """A program that asks mia."""

    def __init__(self, client: Client, client_id: str, session: str) -> None:
        self.client = client
        self.client_id = client_id
        self.session = session

    def query(self, **change: str) -> dict[str, str]:
        """What the program sends the person's browser with."""
        return {
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "profile:read",
            "state": "s1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        } | change

    def be_mia(self) -> None:
        """Put mia at the keyboard."""
        self.client.cookies.clear()
        self.client.cookies.set("nm_session", self.session)

    async def answered(self, decision: str = "yes") -> dict[str, list[str]]:
        """Let mia answer; returns what the program hears."""
        self.be_mia()
        sent = self.query() | {"decision": decision}
        answer = await self.client.post(
            "/api/v1/oauth/authorize", data=sent, follow_redirects=False
        )
        self.client.cookies.clear()
        assert answer.status_code == 303, answer.text
        location = urlsplit(answer.headers["location"])
        assert location.netloc == "app.example"
        return parse_qs(location.query)

    async def token(self, **given: str) -> Any:
        """Ask for tokens."""
        return await self.client.post(
            "/api/v1/oauth/token", data={"client_id": self.client_id} | given
        )

    async def change(self, code: str, /, **change: str) -> Any:
        """Change a code for tokens."""
        given = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        }
        return await self.token(**(given | change))

    async def reads(self, token: str) -> int:
        """The status a token gets."""
        key = {"Authorization": f"Bearer {token}"}
        return (await self.client.get("/api/v1/me/settings", headers=key)).status_code


@pytest.fixture
async def program(client: Client) -> Program:
    await sign_up(client, handle="mia")
    wish = {"name": "<b>App</b>", "redirect_uris": [CALLBACK]}
    made = await client.post("/api/v1/oauth/clients", json=wish)
    assert made.status_code == 201, made.text
    return Program(client, made.json()["client_id"], client.cookies["nm_session"])


async def test_the_whole_way(program: Program, clock: HandClock) -> None:
    """Asked, allowed, changed, used, refreshed, seen by the person and taken back."""
    program.be_mia()
    page = await program.client.get("/api/v1/oauth/authorize", params=program.query())
    assert page.status_code == 200
    assert "&lt;b&gt;App&lt;/b&gt; asks to act for @mia" in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]

    heard = await program.answered()
    assert (heard["state"], heard["x"]) == (["s1"], ["1"])
    tokens = (await program.change(heard["code"][0])).json()
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == (
        "Bearer",
        3600,
        "profile:read",
    )
    assert await program.reads(tokens["access_token"]) == 200
    key = {"Authorization": f"Bearer {tokens['access_token']}"}
    wide = await program.client.patch("/api/v1/me", json={"bio": "x"}, headers=key)
    assert wide.json()["code"] == "identity.scope_needed"

    clock.move(hours=1)
    assert await program.reads(tokens["access_token"]) == 401
    refreshed = await program.token(
        grant_type="refresh_token", refresh_token=tokens["refresh_token"]
    )
    fresh = refreshed.json()
    assert await program.reads(fresh["access_token"]) == 200

    program.be_mia()
    [grant] = (await program.client.get("/api/v1/oauth/grants")).json()["items"]
    assert (grant["name"], grant["scopes"]) == ("<b>App</b>", ["profile:read"])
    assert (await program.client.get("/api/v1/tokens")).json()["items"] == []
    path = f"/api/v1/oauth/grants/{grant['grant_id']}"
    assert (await program.client.delete(path)).status_code == 204
    assert (await program.client.delete(path)).json()["code"] == "identity.no_such_grant"
    program.client.cookies.clear()
    assert await program.reads(fresh["access_token"]) == 401


@pytest.mark.parametrize(
    "change",
    [
        {"code": "made-up"},
        {"code_verifier": "w" * 50},
        {"code_verifier": ""},
        {"redirect_uri": "https://app.example/other"},
        {"client_id": "nmc_other"},
    ],
)
async def test_a_code_alone_is_worth_nothing(program: Program, change: dict[str, str]) -> None:
    """Without the verifier, from elsewhere or for another program: the same refusal."""
    code = (await program.answered())["code"][0]
    refused = await program.change(code, **change)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


async def test_a_code_works_once_and_for_a_minute(program: Program, clock: HandClock) -> None:
    """Coming twice takes back what it gave."""
    code = (await program.answered())["code"][0]
    access = (await program.change(code)).json()["access_token"]
    assert (await program.change(code)).json()["error"] == "invalid_grant"
    assert await program.reads(access) == 401

    late = (await program.answered())["code"][0]
    clock.move(minutes=2)
    assert (await program.change(late)).json()["error"] == "invalid_grant"


async def test_a_stolen_refresh_token_ends_everything(program: Program) -> None:
    """The old one coming back means that two have it."""
    first = (await program.change((await program.answered())["code"][0])).json()
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = (await program.token(**again)).json()
    assert (await program.token(**again)).json()["error"] == "invalid_grant"
    assert await program.reads(second["access_token"]) == 401
    wrong = await program.token(grant_type="password")
    assert wrong.json()["error"] == "unsupported_grant_type"


async def test_a_program_gives_its_token_back(program: Program) -> None:
    """Revoking is answered alike for tokens that never were."""
    tokens = (await program.change((await program.answered())["code"][0])).json()
    for token in (tokens["refresh_token"], "never was"):
        done = await program.client.post("/api/v1/oauth/revocation", data={"token": token})
        assert done.status_code == 200
    assert await program.reads(tokens["access_token"]) == 401


async def test_what_the_page_refuses(program: Program) -> None:
    """A wrong address hears nothing; a wrong request is told to the program, never to another."""
    for change in ({"redirect_uri": "https://evil.example"}, {"client_id": "nmc_unknown"}):
        program.be_mia()
        wrong = await program.client.get(
            "/api/v1/oauth/authorize", params=program.query(**change), follow_redirects=False
        )
        assert (wrong.status_code, wrong.json()["code"]) == (404, "identity.no_such_client")
    for change, error in (
        ({"scope": "everything"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"response_type": "token"}, "invalid_request"),
    ):
        told = await program.client.get(
            "/api/v1/oauth/authorize", params=program.query(**change), follow_redirects=False
        )
        assert parse_qs(urlsplit(told.headers["location"]).query)["error"] == [error]
    assert (await program.answered("no"))["error"] == ["access_denied"]

    program.client.cookies.clear()
    unsigned = await program.client.post(
        "/api/v1/oauth/authorize", data=program.query() | {"decision": "yes"}
    )
    assert unsigned.json()["code"] == "identity.sign_in_needed"
    guest = await program.client.get(
        "/api/v1/oauth/authorize", params=program.query(), follow_redirects=False
    )
    assert guest.headers["location"].startswith("/signin?next=%2Fapi%2Fv1%2Foauth%2Fauthorize%3F")
    other_site = await program.client.post(
        "/api/v1/oauth/authorize",
        data=program.query() | {"decision": "yes"},
        headers={"Origin": "https://evil.example"},
    )
    assert other_site.json()["code"] == "http.other_site"


async def test_another_cannot_delete_a_program(program: Program) -> None:
    """Its owner can, and every token goes with it."""
    tokens = (await program.change((await program.answered())["code"][0])).json()
    program.client.cookies.clear()
    await sign_up(program.client, handle="eve")
    path = f"/api/v1/oauth/clients/{program.client_id}"
    assert (await program.client.delete(path)).json()["code"] == "identity.no_such_client"
    bad = {"name": "x", "redirect_uris": ["http://app.example"]}
    refused = await program.client.post("/api/v1/oauth/clients", json=bad)
    assert refused.json()["facts"] == {"error": "invalid_redirect_uri"}
    program.be_mia()
    assert (await program.client.delete(path)).status_code == 204
    program.client.cookies.clear()
    assert await program.reads(tokens["access_token"]) == 401


async def test_the_server_says_where_everything_is(client: Client) -> None:
    """RFC 8414."""
    found = (await client.get("/.well-known/oauth-authorization-server")).json()
    assert found["issuer"] == "http://localhost:8000"
    assert found["code_challenge_methods_supported"] == ["S256"]


@pytest.mark.parametrize(
    ("uri", "is_good"),
    [
        ("https://app.example/cb", True),
        ("http://127.0.0.1:4000/cb", True),
        ("http://[::1]/cb", True),
        ("org.example.app:/cb", True),
        ("http://app.example/cb", False),
        ("http://localhost/cb", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https://app.example/#x", False),
        ("https://u@app.example/", False),
        ("https://", False),
        ("https://[", False),
    ],
)
def test_where_a_code_may_go(uri: str, *, is_good: bool) -> None:
    """Only where nobody else listens."""
    assert is_redirect(uri) is is_good


def test_on_this_machine_any_port_is_the_same_place() -> None:
    """Native programs listen on whatever port is free; elsewhere every letter counts."""
    assert same_redirect("http://127.0.0.1/cb", "http://127.0.0.1:5123/cb")
    assert not same_redirect("http://127.0.0.1/cb", "http://127.0.0.1:5123/other")
    assert not same_redirect("https://app.example/cb", "https://app.example:444/cb")
    assert not same_redirect("https://app.example/cb", "https://app.example/cb/")


@pytest.mark.feature("V93", "V118")
async def test_operators_give_roles_and_badges(client: Client, services: Services) -> None:
    """At once, written into the audit log; others learn nothing of it."""
    mia = await sign_up(client, handle="mia")
    path = f"/api/v1/staff/{mia['account_id']}"
    refused = await client.put(f"{path}/roles", json={"roles": ["operator"]})
    assert (refused.status_code, refused.json()["code"]) == (404, "http.no_such_thing")
    await with_roles(services, "mia", "operator")
    given = (await client.put(f"{path}/roles", json={"roles": ["operator", "auditor"]})).json()
    assert given["roles"] == ["auditor", "operator"]
    badge = (await client.put(f"{path}/badge", json={"is_verified": True})).json()
    assert badge["is_verified"] is True
    assert (await client.get("/api/v1/profiles/mia")).json()["is_verified"] is True
    assert [one["handle"] for one in (await client.get("/api/v1/staff")).json()["items"]] == ["mia"]
    log = (await client.get("/api/v1/audit")).json()["items"]
    assert [(one["action"], one["actor_kind"]) for one in log] == [
        ("account.badge_given", "operator"),
        ("account.roles_granted", "operator"),
        ("account.roles_granted", "system"),
    ]
    nobody = await client.put("/api/v1/staff/zz/roles", json={"roles": []})
    assert nobody.json()["code"] == "identity.no_such_account"
