"""Signing up, in and out over HTTP."""

from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from tests.builders.accounts import PASSWORD, sign_in, sign_up

Client = AsyncTestClient[Any]


async def test_a_new_browser_becomes_a_guest_and_stays_the_same_one(client: Client) -> None:
    """The first call makes a guest; the signed cookie keeps it."""
    first = (await client.get("/api/v1/session")).json()
    second = (await client.get("/api/v1/session")).json()

    assert first["account"] is None
    assert first["guest"]["guest_id"]
    assert second == first


async def test_signing_up_signs_in(client: Client) -> None:
    """The answer is the account, and the browser is signed in."""
    me = await sign_up(client, handle="mia")

    assert (me["handle"], me["email"], me["email_verified"]) == ("mia", "mia@example.org", False)
    session = (await client.get("/api/v1/session")).json()
    assert session["account"]["account_id"] == me["account_id"]
    assert session["guest"] is None


@pytest.mark.feature("V133")
async def test_signing_out_ends_the_session_at_once(client: Client) -> None:
    """The cookie that was good before opens nothing after."""
    await sign_up(client, handle="mia")
    token = client.cookies["nm_session"]

    answer = await client.delete("/api/v1/session")
    assert answer.status_code == 204, answer.text
    client.cookies.clear()
    client.cookies.set("nm_session", token)
    assert (await client.get("/api/v1/session")).json()["account"] is None


async def test_signing_in_by_handle_and_by_address(client: Client) -> None:
    """Both names open the account."""
    me = await sign_up(client, handle="mia")
    await client.delete("/api/v1/session")
    assert (await sign_in(client, "@Mia"))["account_id"] == me["account_id"]
    await client.delete("/api/v1/session")
    assert (await sign_in(client, "MIA@example.org"))["account_id"] == me["account_id"]


@pytest.mark.parametrize("login", ["mia", "nobody", "nobody@example.org"])
async def test_a_wrong_password_and_an_unknown_login_look_alike(client: Client, login: str) -> None:
    """Nobody learns which accounts exist."""
    await sign_up(client, handle="mia")
    client.cookies.clear()

    answer = await client.post("/api/v1/session", json={"login": login, "password": PASSWORD + "!"})

    assert answer.status_code == 401
    assert answer.json()["code"] == "identity.wrong_credentials"
    assert answer.json()["detail"] == "the login or the password is wrong"
    assert "nm_session" not in client.cookies
