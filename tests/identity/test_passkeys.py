"""Passkeys: made, used to sign in without a name, and refused when anything does not fit."""

from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from tests.builders.accounts import sign_up
from tests.fakes.authenticator import SoftAuthenticator
from tests.fakes.clock import HandClock

Client = AsyncTestClient[Any]
pytestmark = pytest.mark.feature("V133")


async def registered(client: Client, key: SoftAuthenticator) -> dict[str, Any]:
    """Sign somebody up and give them a passkey."""
    me = await sign_up(client)
    options = (await client.post("/api/v1/passkeys/registration")).json()["options"]
    answer = await client.post(
        "/api/v1/passkeys", json={"credential": key.make(options), "name": "phone"}
    )
    assert answer.status_code == 201, answer.text
    return me | {"passkey_id": answer.json()["passkey_id"]}


async def challenged(client: Client) -> dict[str, Any]:
    options: dict[str, Any] = (await client.post("/api/v1/passkeys/challenge")).json()["options"]
    return options


async def test_a_passkey_signs_in_without_a_name(client: Client) -> None:
    """The options name nobody; the signature finds the account."""
    key = SoftAuthenticator()
    me = await registered(client, key)
    assert [one["name"] for one in (await client.get("/api/v1/passkeys")).json()["items"]] == [
        "phone"
    ]
    client.cookies.clear()

    options = await challenged(client)
    assert options.get("allowCredentials", []) == []
    assert options["userVerification"] == "required"
    answer = await client.post("/api/v1/session/passkey", json={"credential": key.sign(options)})

    assert answer.status_code == 201, answer.text
    assert answer.json()["account_id"] == me["account_id"]
    assert answer.json()["passkeys_count"] == 1


async def test_an_answer_works_once(client: Client) -> None:
    """A recorded answer opens nothing, since its challenge is used up."""
    key = SoftAuthenticator()
    await registered(client, key)
    credential = key.sign(await challenged(client))
    assert (
        await client.post("/api/v1/session/passkey", json={"credential": credential})
    ).status_code == 201
    again = await client.post("/api/v1/session/passkey", json={"credential": credential})
    assert again.status_code == 401
    assert again.json()["code"] == "identity.wrong_passkey"


@pytest.mark.parametrize(
    "wrong", ["origin", "key", "unverified", "clone", "late", "unknown", "garbage"]
)
async def test_what_does_not_fit_opens_nothing(
    client: Client, clock: HandClock, wrong: str
) -> None:
    """Another site, another key, no check of the person, a copy, too late, unknown, nonsense."""
    key = SoftAuthenticator()
    await registered(client, key)
    client.cookies.clear()
    first = key.sign(await challenged(client))
    assert (
        await client.post("/api/v1/session/passkey", json={"credential": first})
    ).status_code == 201
    client.cookies.clear()

    options = await challenged(client)
    match wrong:
        case "origin":
            key.origin = "https://evil.example"
        case "key":
            key.key = SoftAuthenticator().key
        case "unverified":
            key.is_user_verified = False
        case "clone":
            key.sign_count -= 1
        case "late":
            clock.move(minutes=6)
        case "unknown":
            key.credential_id = b"nobody's" * 4
    credential = key.sign(options)
    if wrong == "garbage":
        credential["response"]["clientDataJSON"] = "!!!"
    answer = await client.post("/api/v1/session/passkey", json={"credential": credential})

    assert answer.status_code == 401, answer.text
    assert answer.json()["code"] == "identity.wrong_passkey"
    assert "nm_session" not in client.cookies


async def test_anothers_challenge_makes_no_passkey(client: Client) -> None:
    """Options given to one account cannot be answered by another, nor twice."""
    key = SoftAuthenticator()
    await sign_up(client, handle="mia")
    options = (await client.post("/api/v1/passkeys/registration")).json()["options"]
    client.cookies.clear()
    await sign_up(client, handle="ben")

    refused = await client.post("/api/v1/passkeys", json={"credential": key.make(options)})

    assert refused.status_code == 401
    assert (await client.get("/api/v1/passkeys")).json()["items"] == []


async def test_a_deleted_passkey_opens_nothing(client: Client) -> None:
    """Deleting is at once; somebody else's passkey looks as if there were none."""
    key = SoftAuthenticator()
    me = await registered(client, key)
    path = f"/api/v1/passkeys/{me['passkey_id']}"
    owner = client.cookies["nm_session"]
    client.cookies.clear()
    await sign_up(client)
    assert (await client.delete(path)).json()["code"] == "identity.no_such_passkey"

    client.cookies.clear()
    client.cookies.set("nm_session", owner)
    assert (await client.delete(path)).status_code == 204
    credential = key.sign(await challenged(client))
    refused = await client.post("/api/v1/session/passkey", json={"credential": credential})
    assert refused.status_code == 401
