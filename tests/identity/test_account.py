"""Signing up by the market's rules, mails, passwords, sessions, tokens and settings, over HTTP."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.identity.actions.limit_attempts import SIGN_UP_PER_NETWORK
from nightmarket.domains.identity.actions.sign_up import Wish
from nightmarket.domains.identity.actions.sign_up import sign_up as make
from nightmarket.domains.identity.errors import TooManyAttempts
from nightmarket.domains.identity.values import Arrival
from nightmarket.entry.drain import drain
from nightmarket.infra.services import Services
from tests.builders.accounts import ADULT, PASSWORD, sign_in, sign_up
from tests.fakes.clock import HandClock

Client = AsyncTestClient[Any]
WISH = {
    "handle": "mia",
    "email": "mia@example.org",
    "password": PASSWORD,
    "birth_date": ADULT.isoformat(),
    "market": "us",
    "language": "en",
}


async def mails(services: Services) -> list[tuple[str, str, str]]:
    """Run what waits and return (to, subject, text) of every mail, in the order written."""
    await drain(services)
    folder: Path = services.settings.data_directory / "mails"
    found = []
    for path in sorted(folder.glob("*.eml"), key=lambda one: one.stat().st_mtime_ns):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = mail.get_body()
        assert body is not None
        found.append((str(mail["To"]), str(mail["Subject"]), str(body.get_content())))
    return found


def token_in(text: str) -> str:
    match = re.search(r"\?token=([\w-]+)", text)
    assert match, text
    return match[1]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"handle": "m"}, "identity.handle_malformed"),
        ({"handle": "admin"}, "identity.handle_reserved"),
        ({"email": "mia"}, "identity.email_malformed"),
        ({"password": "password1"}, "identity.password_weak"),
        ({"birth_date": "2030-01-01"}, "identity.birth_date_impossible"),
        ({"market": "xx"}, "markets.no_such_market"),
        ({"language": "xx"}, "markets.no_such_language"),
        ({"birth_date": "2015-01-01"}, "markets.not_allowed"),
    ],
)
async def test_sign_ups_that_are_refused(client: Client, change: dict[str, str], code: str) -> None:
    """Each with its own code, and nobody is there afterwards."""
    refused = await client.post("/api/v1/accounts", json=WISH | change)
    assert (refused.status_code in {403, 422}, refused.json()["code"]) == (True, code)
    assert (await client.get("/api/v1/session")).json()["account"] is None
    assert (await client.get("/api/v1/profiles/mia")).status_code == 404


async def test_the_minimum_age_names_rule_and_authority(client: Client) -> None:
    """Fifteen in a market of sixteen; a day later it is allowed."""
    wish = WISH | {"market": "de", "birth_date": "2010-03-03"}
    refused = (await client.post("/api/v1/accounts", json=wish)).json()
    assert (refused["status"], refused["rule"]) == (403, "de.minimum_age")
    assert refused["authority"] == "Regulation (EU) 2016/679 (GDPR), art. 8(1)"
    me = await sign_up(client, market="de", birth_date="2010-03-02")
    assert me["is_minor"] is True


@pytest.mark.feature("V8")
async def test_minors_are_private_and_not_profiled(client: Client) -> None:
    """From the first moment; switching it on names the rule; going public is their choice."""
    me = await sign_up(client, market="de", birth_date="2009-01-01")
    assert (me["is_minor"], me["is_private"]) == (True, True)
    assert (me["is_personalised"], me["may_personalise"]) == (False, False)
    assert (await client.get("/api/v1/session")).json()["is_personalised"] is False
    refused = (await client.patch("/api/v1/me", json={"is_personalised": True})).json()
    assert refused["rule"] == "de.no_profiling_of_minors"
    opened = (await client.patch("/api/v1/me", json={"is_private": False})).json()
    assert opened["is_private"] is False
    mature = await client.put("/api/v1/me/settings", json={"show_mature": True})
    assert mature.json()["rule"] == "de.mature_for_adults"
    assert (await client.get("/api/v1/session")).json()["shows_mature"] is False


@pytest.mark.feature("V124")
async def test_a_browser_knows_whether_videos_for_adults_are_covered(client: Client) -> None:
    await sign_up(client)
    assert (await client.get("/api/v1/session")).json()["shows_mature"] is False
    await client.put("/api/v1/me/settings", json={"show_mature": True})
    assert (await client.get("/api/v1/session")).json()["shows_mature"] is True


@pytest.mark.feature("V8")
async def test_anybody_may_switch_personalisation_off(client: Client) -> None:
    """A guest by cookie, an account for good; guests choose market and language as well."""
    guest = (await client.patch("/api/v1/session", json={"is_personalised": False, "market": "jp",
                                                         "language": "ja"})).json()  # fmt: skip
    assert (guest["is_personalised"], guest["market"], guest["language"]) == (False, "jp", "ja")
    assert (await client.get("/api/v1/session")).json() == guest
    wrong = await client.patch("/api/v1/session", json={"market": "xx"})
    assert wrong.json()["code"] == "markets.no_such_market"

    await sign_up(client)
    assert (await client.get("/api/v1/session")).json()["is_personalised"] is True
    await client.patch("/api/v1/me", json={"is_personalised": False})
    assert (await client.get("/api/v1/session")).json()["is_personalised"] is False


async def test_moving_to_another_market_asks_its_rules(client: Client, services: Services) -> None:
    """Old enough there too; every row that is the person's alone moves."""
    await sign_up(client, birth_date="2010-06-01")
    refused = (await client.patch("/api/v1/me", json={"market": "de"})).json()
    assert (refused["code"], refused["rule"]) == ("markets.not_allowed", "de.minimum_age")
    assert (await client.patch("/api/v1/me", json={"market": "gb"})).json()["market"] == "gb"
    async with services.database.transaction() as tx:
        assert await tx.column(str, "SELECT market FROM identity_session") == ["gb"]
        assert await tx.column(str, "SELECT market FROM identity_login") == ["gb"]


async def test_an_address_is_proved_once_and_in_the_persons_language(
    client: Client, services: Services, clock: HandClock
) -> None:
    """The mail speaks Japanese; its link works once, and not after two days."""
    await sign_up(client, handle="mia", language="ja", name="ミア")
    [(to, subject, text)] = await mails(services)
    assert (to, subject) == ("mia@example.org", "Nightmarket：メールアドレスの確認")
    assert "ミア さん" in text
    clock.move(hours=49)
    late = await client.post("/api/v1/email/verification/confirm", json={"token": token_in(text)})
    assert (late.status_code, late.json()["code"]) == (422, "identity.link_expired")

    assert (await client.post("/api/v1/email/verification")).status_code == 204
    token = token_in((await mails(services))[-1][2])
    client.cookies.clear()
    confirm = {"token": token}
    assert (
        await client.post("/api/v1/email/verification/confirm", json=confirm)
    ).status_code == 204
    again = await client.post("/api/v1/email/verification/confirm", json=confirm)
    assert again.json()["code"] == "identity.link_expired"
    assert (await sign_in(client, "mia"))["email_verified"] is True


async def test_signing_up_tells_nobody_which_addresses_have_accounts(
    client: Client, services: Services
) -> None:
    """The second one to claim an address is answered alike, and its owner hears of it."""
    await sign_up(client, handle="mia")
    token = token_in((await mails(services))[-1][2])
    await client.post("/api/v1/email/verification/confirm", json={"token": token})
    client.cookies.clear()

    thief = await sign_up(client, handle="eve", email="MIA@example.org")
    assert thief["email_verified"] is False
    to, subject, text = (await mails(services))[-1]
    assert (to, subject) == ("MIA@example.org", "You already have an account at Nightmarket")
    assert "@mia" in text
    assert "token=" not in text
    assert (await sign_in(client, "mia@example.org"))["handle"] == "mia"


async def test_a_forgotten_password(client: Client, services: Services, clock: HandClock) -> None:
    """The answer is the same for unknown addresses; the link works once; all sessions end."""
    await sign_up(client, handle="mia")
    old_session = client.cookies["nm_session"]
    client.cookies.clear()
    await drain(services)
    for address in ("nobody@example.org", "mia@example.org"):
        answer = await client.post("/api/v1/password/reset", json={"email": address})
        assert (answer.status_code, answer.content) == (204, b"")
    sent = [mail for mail in await mails(services) if mail[1] == "A new password for Nightmarket"]
    assert [to for to, _, _ in sent] == ["mia@example.org"]

    token = token_in(sent[0][2])
    weak = await client.post(
        "/api/v1/password/reset/confirm", json={"token": token, "password": "password1"}
    )
    assert weak.json()["code"] == "identity.password_weak"
    reset = {"token": token, "password": "a wholly new phrase"}
    assert (await client.post("/api/v1/password/reset/confirm", json=reset)).status_code == 204
    again = await client.post("/api/v1/password/reset/confirm", json=reset)
    assert again.json()["code"] == "identity.link_expired"

    client.cookies.set("nm_session", old_session)
    assert (await client.get("/api/v1/session")).json()["account"] is None
    me = await sign_in(client, "mia", "a wholly new phrase")
    assert me["email_verified"] is True
    assert (await mails(services))[-1][1] == "Your Nightmarket password was changed"


async def test_reset_mails_are_few(client: Client, services: Services) -> None:
    """Three an hour to one address, whether it has an account or not."""
    for address in ("nobody@example.org", "mia@example.org"):
        codes = [
            (await client.post("/api/v1/password/reset", json={"email": address})).status_code
            for _ in range(4)
        ]
        assert codes == [204, 204, 204, 429]


async def test_changing_password_and_address_asks_for_the_old_one(
    client: Client, services: Services
) -> None:
    """Other devices are signed out, this one stays."""
    await sign_up(client, handle="mia")
    other = client.cookies["nm_session"]
    client.cookies.clear()
    await sign_in(client, "mia")
    wrong = await client.put("/api/v1/password", json={"old": "nope", "new": "a new phrase here"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "identity.wrong_credentials")
    right = {"old": PASSWORD, "new": "a new phrase here"}
    assert (await client.put("/api/v1/password", json=right)).status_code == 204
    assert len((await client.get("/api/v1/sessions")).json()["items"]) == 1

    move = {"email": "new@example.org", "password": "a new phrase here"}
    assert (await client.put("/api/v1/email", json=move)).status_code == 204
    assert (await client.get("/api/v1/session")).json()["account"]["email"] == "new@example.org"
    client.cookies.clear()
    client.cookies.set("nm_session", other)
    assert (await client.get("/api/v1/session")).json()["account"] is None


async def test_guessing_passwords_is_stopped(client: Client, clock: HandClock) -> None:
    """Ten tries at one login, then not even the right one, until the window ends."""
    await sign_up(client, handle="mia")
    client.cookies.clear()
    for _ in range(10):
        tried = await client.post("/api/v1/session", json={"login": "mia", "password": "wrong"})
        assert tried.status_code == 401
    for login in ("mia", "mia@example.org"):
        stopped = await client.post("/api/v1/session", json={"login": login, "password": PASSWORD})
        assert (stopped.status_code, stopped.json()["code"]) == (429, "identity.too_many_attempts")
        assert int(stopped.headers["retry-after"]) == 900
    clock.move(minutes=15)
    await sign_in(client, "mia")


@pytest.mark.feature("V133")
async def test_sessions_are_seen_and_ended(client: Client, clock: HandClock) -> None:
    """Each with device and last use; ending one is at once; nobody ends another's."""
    await sign_up(client, handle="mia")
    first = client.cookies["nm_session"]
    client.cookies.clear()
    clock.move(minutes=1)
    client.headers["User-Agent"] = "Phone"
    await sign_in(client, "mia")
    [current, older] = (await client.get("/api/v1/sessions")).json()["items"]
    assert (current["is_current"], current["device"]) == (True, "Phone")
    assert (older["is_current"], older["created_at"]) == (False, "2026-03-02T12:00:00.000Z")

    second = client.cookies["nm_session"]
    client.cookies.clear()
    await sign_up(client, handle="eve")
    path = f"/api/v1/sessions/{older['session_id']}"
    assert (await client.delete(path)).json()["code"] == "identity.no_such_session"
    client.cookies.clear()
    client.cookies.set("nm_session", second)
    assert (await client.delete(path)).status_code == 204
    client.cookies.clear()
    client.cookies.set("nm_session", first)
    assert (await client.get("/api/v1/session")).json()["account"] is None

    client.cookies.clear()
    client.cookies.set("nm_session", second)
    clock.move(days=61)
    assert (await client.get("/api/v1/session")).json()["account"] is None


@pytest.mark.feature("V138")
async def test_a_token_does_what_its_scopes_say(client: Client, clock: HandClock) -> None:
    """Shown once, kept as a digest, bound to scopes, never a browser, gone at once."""
    await sign_up(client, handle="mia")
    wish = {"name": "backup", "scopes": ["profile:read"], "expires_at": "2026-04-01T00:00:00Z"}
    made = (await client.post("/api/v1/tokens", json=wish)).json()
    assert made["token"].startswith("nm_")
    listed = (await client.get("/api/v1/tokens")).json()
    assert [(one["name"], one["scopes"]) for one in listed["items"]] == [
        ("backup", ["profile:read"])
    ]
    assert made["token"] not in str(listed)
    browser = client.cookies["nm_session"]
    client.cookies.clear()

    key = {"Authorization": f"Bearer {made['token']}"}
    assert (await client.get("/api/v1/me/settings", headers=key)).status_code == 200
    scope = await client.patch("/api/v1/me", json={"bio": "x"}, headers=key)
    assert (scope.status_code, scope.json()["code"]) == (403, "identity.scope_needed")
    assert scope.json()["facts"] == {"scope": "profile:write"}
    more = await client.post("/api/v1/tokens", json=wish, headers=key)
    assert (more.status_code, more.json()["code"]) == (403, "identity.browser_needed")
    bad = await client.get("/api/v1/session", headers={"Authorization": "Bearer nm_x"})
    assert (bad.status_code, bad.json()["code"]) == (401, "identity.token_rejected")

    client.cookies.set("nm_session", browser)
    no_scope: list[str] = []
    for wrong in (
        {"scopes": no_scope},
        {"scopes": ["all"]},
        {"expires_at": "2020-01-01T00:00:00Z"},
    ):
        refused = await client.post("/api/v1/tokens", json=wish | wrong)
        assert refused.json()["code"] == "identity.unknown_scope"
    path = f"/api/v1/tokens/{made['token_id']}"
    assert (await client.delete(path)).status_code == 204
    assert (await client.delete(path)).json()["code"] == "identity.no_such_token"
    client.cookies.clear()
    assert (await client.get("/api/v1/me/settings", headers=key)).status_code == 401


async def test_settings_are_one_document(client: Client) -> None:
    """Read with defaults, changed key by key, refused as a whole."""
    await sign_up(client)
    wish = {
        "keyword_filters": ["spoiler"],
        "hide_ai": True,
        "quiet_hours": {"from": "22:00", "to": "07:30", "timezone": "Asia/Tokyo"},
        "notifications": {"like": {"inbox": True, "mail": False}},
    }
    kept = (await client.put("/api/v1/me/settings", json=wish)).json()
    assert {key: kept[key] for key in wish} == wish
    assert (kept["autoplay_sound"], kept["captions"]) == (True, False)
    kept = (await client.put("/api/v1/me/settings", json={"captions": True})).json()
    assert (kept["captions"], kept["hide_ai"], kept["quiet_hours"]) == (
        True,
        True,
        wish["quiet_hours"],
    )
    malformed: list[dict[str, Any]] = [
        {"unknown": 1},
        {"hide_ai": "yes"},
        {"quiet_hours": {"from": "25:00", "to": "07:00", "timezone": "UTC"}},
        {"quiet_hours": {"from": "22:00", "to": "07:00", "timezone": "Mars/Olympus"}},
        {"keyword_filters": ["x"] * 201},
    ]
    for wrong in malformed:
        refused = await client.put("/api/v1/me/settings", json=wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "identity.settings_malformed")
    assert (await client.get("/api/v1/me/settings")).json() == kept


@pytest.mark.feature("V131")
async def test_one_network_makes_few_accounts(services: Services) -> None:
    """Twenty an hour; addresses of ten-minute mailboxes count five times; this machine is free."""
    limited = replace(services, settings=replace(services.settings, is_rate_limited=True))

    async def arrive(number: int, domain: str, address: str) -> None:
        wish = Wish(
            handle=f"p{number}", email=f"p{number}@{domain}", password=PASSWORD,
            birth_date=date(1990, 1, 1), market="us", language="en",
        )  # fmt: skip
        async with services.database.transaction() as tx:
            await make(tx, limited, services.clock(), wish, Arrival(address=address, device="x"))

    assert SIGN_UP_PER_NETWORK.attempts_max == 20
    for number in range(4):
        await arrive(number, "mailinator.com", f"203.0.113.{number}")
    with pytest.raises(TooManyAttempts):
        await arrive(4, "yopmail.com", "203.0.113.99")
    await arrive(5, "example.org", "198.51.100.1")
    for number in range(6, 9):
        await arrive(number, "mailinator.com", "127.0.0.1")
