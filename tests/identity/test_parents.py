"""Where a market wants it, a parent agrees before anything exists, and can take it back."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.identity.store import words
from nightmarket.entry.drain import drain
from nightmarket.infra.services import Services
from tests.builders.accounts import PASSWORD
from tests.fakes.clock import HandClock

Client = AsyncTestClient[Any]
LINK = re.compile(r"https?://\S+(/api/v1/parental-consent\?token=(\S+))")
WISH: dict[str, Any] = {
    "handle": "sari",
    "name": "Sari <b>",
    "email": "sari@example.org",
    "password": PASSWORD,
    "birth_date": "2009-12-01",
    "market": "id",
    "language": "id",
}
PARENT = {"parent_email": "Ibu@example.org"}


async def mails(services: Services) -> list[tuple[str, str, str]]:
    """Every mail so far: to whom, subject, text."""
    await drain(services)
    paths = sorted((services.settings.data_directory / "mails").glob("*.eml"))
    read = [message_from_bytes(one.read_bytes(), policy=policy.default) for one in paths]
    return [(str(one["To"]), str(one["Subject"]), one.get_content()) for one in read]


async def link(services: Services, says: str) -> tuple[str, str]:
    """The path and token of the one mail to the parent whose subject says this."""
    (text,) = [
        text
        for to, subject, text in await mails(services)
        if to == "Ibu@example.org" and says in subject
    ]
    found = LINK.search(text)
    assert found is not None, text
    return found[1], found[2]


async def answer(client: Client, token: str, decision: str) -> Any:
    """Send the page's form."""
    return await client.post(
        "/api/v1/parental-consent", data={"token": token, "decision": decision}
    )


def is_over(page: Any) -> bool:
    """Whether a page says that its link does not work any more, and asks nothing."""
    is_said = any(one["expired_title"] in page.text for one in words.parents().values())
    return page.status_code == 200 and is_said and "<form" not in page.text


async def test_nothing_exists_until_a_parent_agrees(client: Client, services: Services) -> None:
    """No account, no session, nothing to find; the address wanted is a parent's, not one's own."""
    for own in ({}, {"parent_email": " SARI@example.org"}):
        refused = await client.post("/api/v1/accounts", json=WISH | own)
        assert (refused.status_code, refused.json()["code"]) == (403, "identity.parent_needed")
        assert refused.json()["rule"] == "id.minimum_age"
        assert "PP Tunas" in refused.json()["authority"]

    waiting = await client.post("/api/v1/accounts", json=WISH | PARENT)
    assert waiting.status_code == 202, waiting.text
    assert {key: waiting.json()[key] for key in ("handle", "waits_for", "rule")} == {
        "handle": "sari",
        "waits_for": "parent",
        "rule": "id.minimum_age",
    }
    assert "nm_session" not in client.cookies
    assert (await client.get("/api/v1/session")).json()["account"] is None
    early = await client.post("/api/v1/session", json={"login": "sari", "password": PASSWORD})
    assert (early.status_code, early.json()["code"]) == (403, "identity.parent_awaited")
    wrong = await client.post("/api/v1/session", json={"login": "sari", "password": "nonsense!"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "identity.wrong_credentials")
    assert (await client.get("/api/v1/profiles/sari")).status_code == 404
    adult = WISH | {"email": "other@example.org", "birth_date": "1990-01-01"}
    taken = await client.post("/api/v1/accounts", json=adult)
    assert (taken.status_code, taken.json()["code"]) == (409, "identity.handle_taken")
    assert [to for to, _, _ in await mails(services)] == ["Ibu@example.org"]


async def test_a_parent_agrees_once(client: Client, services: Services) -> None:
    """The page says what is asked and by which law; then the account works, private, unlearned."""
    await client.post("/api/v1/accounts", json=WISH | PARENT)
    path, token = await link(services, "meminta persetujuan")
    page = await client.get(path)
    assert page.status_code == 200
    assert "PP Tunas" in page.text
    assert "Sari &lt;b&gt;" in page.text
    assert "<b>" not in page.text
    assert "bersifat pribadi" in page.text
    assert "tidak belajar" in page.text
    assert is_over(await answer(client, token, "perhaps"))

    assert "Terima kasih" in (await answer(client, token, "yes")).text
    assert is_over(await answer(client, token, "no"))
    assert is_over(await client.get(path))
    signed_in = await client.post("/api/v1/session", json={"login": "sari", "password": PASSWORD})
    assert signed_in.status_code == 201, signed_in.text
    me = signed_in.json()
    assert (me["handle"], me["is_private"], me["is_minor"]) == ("sari", True, True)
    assert (await client.get("/api/v1/session")).json()["is_personalised"] is False
    async with services.database.transaction() as tx:
        kept = await tx.rows(
            dict, "SELECT parent_email, rule, agreed_at_us FROM identity_parental_consent"
        )
        assert await tx.value(int, "SELECT count(*) FROM identity_awaiting") == 0
    assert [(one["parent_email"], one["rule"]) for one in kept] == [
        ("Ibu@example.org", "id.minimum_age")
    ]
    assert kept[0]["agreed_at_us"] > 0


async def test_a_refusal_leaves_nothing(client: Client, services: Services) -> None:
    """The handle is free again, and there is nothing to sign in to."""
    await client.post("/api/v1/accounts", json=WISH | PARENT)
    _, token = await link(services, "meminta persetujuan")
    assert "tidak menyetujui" in (await answer(client, token, "no")).text
    gone = await client.post("/api/v1/session", json={"login": "sari", "password": PASSWORD})
    assert gone.json()["code"] == "identity.wrong_credentials"
    async with services.database.transaction() as tx:
        assert await tx.value(int, "SELECT count(*) FROM identity_awaiting") == 0
    again = await client.post("/api/v1/accounts", json=WISH | PARENT)
    assert again.status_code == 202


async def test_a_consent_is_taken_back(
    client: Client, services: Services, clock: HandClock
) -> None:
    """At once nothing opens the account, and then nothing of it is left."""
    clock.instant = datetime.now(UTC)  # The last sweep waits by the clock of the queue.
    born = {"birth_date": f"{clock().year - 17}-01-01"}
    await client.post("/api/v1/accounts", json=WISH | PARENT | born)
    _, token = await link(services, "meminta persetujuan")
    await answer(client, token, "yes")
    await client.post("/api/v1/session", json={"login": "sari", "password": PASSWORD})
    path, back = await link(services, "Anda menyetujui")
    assert "Tarik persetujuan" in (await client.get(path)).text
    assert is_over(await answer(client, back, "yes"))

    assert "telah ditutup" in (await answer(client, back, "withdraw")).text
    assert (await client.get("/api/v1/session")).json()["account"] is None
    shut = await client.post("/api/v1/session", json={"login": "sari", "password": PASSWORD})
    assert shut.json()["code"] == "identity.wrong_credentials"
    await drain(services)
    async with services.database.transaction() as tx:
        for table in ("identity_account", "identity_login", "identity_parental_consent"):
            sql = f"SELECT count(*) FROM {table}"  # noqa: S608  # Names of our own.
            assert await tx.value(int, sql) == 0, table
    assert is_over(await answer(client, back, "withdraw"))


async def test_links_end(client: Client, services: Services, clock: HandClock) -> None:
    """After two weeks the question is forgotten; of age, nobody takes anything back any more."""
    await client.post("/api/v1/accounts", json=WISH | PARENT)
    path, _ = await link(services, "meminta persetujuan")
    clock.move(days=15)
    assert is_over(await client.get(path))

    older = WISH | {"handle": "budi", "email": "budi@example.org", "birth_date": "2008-12-20"}
    assert (await client.post("/api/v1/accounts", json=older | PARENT)).status_code == 202
    for mail in (services.settings.data_directory / "mails").glob("*.eml"):
        mail.unlink()
    _, token = await link(services, "meminta persetujuan")
    await answer(client, token, "yes")
    _, back = await link(services, "Anda menyetujui")
    clock.move(days=800)
    assert is_over(await answer(client, back, "withdraw"))
    signed_in = await client.post("/api/v1/session", json={"login": "budi", "password": PASSWORD})
    assert signed_in.status_code == 201


@pytest.mark.parametrize(("market", "born"), [("id", "2012-01-01"), ("us", "2015-01-01")])
async def test_no_parent_can_lift_what_the_law_does_not_let_them(
    client: Client, market: str, born: str
) -> None:
    """Too young with or without consent: refused as ever, with rule and authority."""
    wish = WISH | PARENT | {"market": market, "birth_date": born, "language": "en"}
    refused = await client.post("/api/v1/accounts", json=wish)
    assert (refused.status_code, refused.json()["code"]) == (403, "markets.not_allowed")


async def test_forms_learn_where_a_parent_helps(client: Client) -> None:
    """The age from which consent opens an account, where it makes a difference."""
    markets = (await client.get("/api/v1/meta")).json()["markets"]
    ages = {one["code"]: (one["minimum_age_with_parent"], one["minimum_age"]) for one in markets}
    assert ages["id"] == (16, 18)
    assert {code for code, (with_parent, _) in ages.items() if with_parent is not None} == {"id"}
