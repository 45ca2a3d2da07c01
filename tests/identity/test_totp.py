"""Authenticator codes: asked for, used once, replaced by recovery codes when the phone is lost."""

from typing import Any

import pyotp
import pytest
from litestar.testing import AsyncTestClient

from nightmarket.infra.services import Services
from tests.builders.accounts import PASSWORD, sign_in, sign_up
from tests.fakes.clock import HandClock

Client = AsyncTestClient[Any]
pytestmark = pytest.mark.feature("V133")
LOGIN = {"login": "mia", "password": PASSWORD}


async def set_up(client: Client, clock: HandClock) -> tuple[pyotp.TOTP, list[str]]:
    """Sign mia up with an authenticator; returns it and the recovery codes, signed out."""
    await sign_up(client, handle="mia")
    setup = (await client.post("/api/v1/totp")).json()
    assert setup["qr_svg"].startswith("<svg")
    app = pyotp.parse_uri(setup["uri"])
    assert isinstance(app, pyotp.TOTP)
    answer = await client.post("/api/v1/totp/confirm", json={"code": app.at(clock())})
    assert answer.status_code == 201, answer.text
    await client.delete("/api/v1/session")
    clock.move(seconds=30)
    return app, answer.json()["recovery_codes"]


async def test_a_code_is_asked_for_and_works_once(client: Client, clock: HandClock) -> None:
    """The password alone is not enough; a code seen by somebody else is worth nothing after."""
    app, _ = await set_up(client, clock)

    asked = await client.post("/api/v1/session", json=LOGIN)
    assert (asked.status_code, asked.json()["code"]) == (401, "identity.totp_required")
    code = app.at(clock())
    me = await sign_in(client, "mia", totp_code=code)
    assert me["has_totp"] is True

    await client.delete("/api/v1/session")
    again = await client.post("/api/v1/session", json=LOGIN | {"totp_code": code})
    assert (again.status_code, again.json()["code"]) == (401, "identity.wrong_code")
    clock.move(seconds=30)
    await sign_in(client, "mia", totp_code=app.at(clock()))


async def test_clocks_may_differ_by_one_step(client: Client, clock: HandClock) -> None:
    """The code of the step before is taken, the one of two steps before is not."""
    app, _ = await set_up(client, clock)
    clock.move(minutes=5)
    old = app.at(clock(), counter_offset=-2)
    refused = await client.post("/api/v1/session", json=LOGIN | {"totp_code": old})
    assert refused.json()["code"] == "identity.wrong_code"
    await sign_in(client, "mia", totp_code=app.at(clock(), counter_offset=-1))


async def test_each_recovery_code_works_once(client: Client, clock: HandClock) -> None:
    """Ten codes, each once, written with or without dashes."""
    _, codes = await set_up(client, clock)
    assert len(set(codes)) == 10
    await sign_in(client, "mia", totp_code=codes[0].replace("-", "").upper())
    await client.delete("/api/v1/session")
    again = await client.post("/api/v1/session", json=LOGIN | {"totp_code": codes[0]})
    assert again.json()["code"] == "identity.wrong_code"
    await sign_in(client, "mia", totp_code=codes[1])


async def test_a_lost_secret_leaves_the_recovery_codes(
    client: Client, clock: HandClock, services: Services
) -> None:
    """Restored without the key file, authenticators are unreadable; nobody is locked out."""
    app, codes = await set_up(client, clock)
    async with services.database.transaction() as tx:
        await tx.run("UPDATE identity_totp SET secret = 'sealed by another key'")
    refused = await client.post("/api/v1/session", json=LOGIN | {"totp_code": app.at(clock())})
    assert refused.json()["code"] == "identity.wrong_code"
    await sign_in(client, "mia", totp_code=codes[0])
    assert (
        await client.request("DELETE", "/api/v1/totp", json={"code": codes[1]})
    ).status_code == 204


async def test_guessing_codes_is_stopped(client: Client, clock: HandClock) -> None:
    """After ten tries even the right code is refused, until the window ends."""
    app, _ = await set_up(client, clock)
    for _ in range(10):
        tried = await client.post("/api/v1/session", json=LOGIN | {"totp_code": "000000"})
        assert tried.json()["code"] == "identity.wrong_code"
    stopped = await client.post("/api/v1/session", json=LOGIN | {"totp_code": app.at(clock())})
    assert (stopped.status_code, stopped.json()["code"]) == (429, "identity.too_many_attempts")
    assert int(stopped.headers["retry-after"]) == 900
    clock.move(minutes=15)
    await sign_in(client, "mia", totp_code=app.at(clock()))


async def test_the_secret_is_sealed_and_counts_only_once_confirmed(
    client: Client, clock: HandClock, services: Services
) -> None:
    """Setting up and walking away changes nothing; the database alone makes no codes."""
    await sign_up(client, handle="mia")
    secret = (await client.post("/api/v1/totp")).json()["secret"]
    wrong = await client.post("/api/v1/totp/confirm", json={"code": "000000"})
    assert wrong.json()["code"] == "identity.wrong_code"
    await client.delete("/api/v1/session")
    assert (await sign_in(client, "mia"))["has_totp"] is False
    async with services.database.transaction() as tx:
        kept = await tx.value(str, "SELECT secret FROM identity_totp")
    assert kept is not None
    assert secret not in kept


async def test_taking_it_away_needs_a_code(client: Client, clock: HandClock) -> None:
    """Whoever finds an open browser cannot switch it off."""
    app, _ = await set_up(client, clock)
    await sign_in(client, "mia", totp_code=app.at(clock()))
    in_use = await client.post("/api/v1/totp")
    assert (in_use.status_code, in_use.json()["code"]) == (409, "identity.totp_in_use")
    refused = await client.request("DELETE", "/api/v1/totp", json={"code": "000000"})
    assert refused.json()["code"] == "identity.wrong_code"
    clock.move(seconds=30)
    done = await client.request("DELETE", "/api/v1/totp", json={"code": app.at(clock())})
    assert done.status_code == 204, done.text
    none = await client.request("DELETE", "/api/v1/totp", json={"code": "000000"})
    assert (none.status_code, none.json()["code"]) == (409, "identity.totp_missing")
    await client.delete("/api/v1/session")
    await sign_in(client, "mia")
