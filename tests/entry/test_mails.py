"""A market without a mail server may show its mails: only when asked to, and only as plain words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.entry import wiring
from nightmarket.infra.providers.mail.mailer import Mail
from nightmarket.infra.services import Services
from tests.builders.accounts import sign_up
from tests.builders.app import visit
from tests.fakes.clock import HandClock

NOTHING = (404, "mail.no_such_mail")
HOSTILE = "<script>alert(1)</script> javascript:alert(2) https://evil.example/reset?token=x"


@asynccontextmanager
async def market(services: Services, **settings: Any) -> AsyncIterator[AsyncTestClient[Any]]:
    """A browser in a market with other settings."""
    changed = replace(services.settings, **settings)
    told = replace(services, settings=changed, mailer=wiring.mailer_of(changed))
    async with visit(told) as browser:
        yield browser


async def write(services: Services, number: int, text: str = "words\n") -> None:
    """Put a mail into the folder."""
    mail = Mail(f"mail-{number}", f"p{number}@example.org", f"Subject {number}", text)
    await services.mailer.send(mail)


async def said(browser: AsyncTestClient[Any], path: str) -> tuple[int, str]:
    """How a path is refused."""
    answer = await browser.get(path)
    return answer.status_code, answer.json().get("code")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"show_mails": False},
        {"show_mails": True, "smtp_url": "smtp://localhost:2525"},
        {"show_mails": False, "smtp_url": "smtp://localhost:2525"},
    ],
)
async def test_nobody_reads_mails_unless_the_operator_says_so_and_none_are_sent(
    services: Services, settings: dict[str, Any]
) -> None:
    """A plain market, and one that sends mails whatever the setting says: not even the list."""
    await write(services, 1)
    [path] = (services.settings.data_directory / "mails").glob("*.eml")
    async with market(services, **settings) as browser:
        assert (await browser.get("/api/v1/meta")).json()["shows_mails"] is False
        assert await said(browser, "/api/v1/mails") == NOTHING
        assert await said(browser, f"/api/v1/mails/{path.stem}") == NOTHING


async def test_the_newest_mails_are_listed_and_read(services: Services) -> None:
    """Fifty at most; one mail with all its words, exactly as it was written."""
    async with market(services, show_mails=True) as browser:
        assert (await browser.get("/api/v1/meta")).json()["shows_mails"] is True
        assert (await browser.get("/api/v1/mails")).json() == {"items": []}
        for number in range(52):
            await write(services, number, HOSTILE if number == 51 else "Grüße, 夜市\n")

        items = (await browser.get("/api/v1/mails")).json()["items"]
        assert len(items) == 50
        assert [one["subject"] for one in items[:2]] == ["Subject 51", "Subject 50"]
        assert set(items[0]) == {"mail_id", "to", "subject", "written_at"}
        newest = (await browser.get(f"/api/v1/mails/{items[0]['mail_id']}")).json()
        assert (newest["to"], newest["text"]) == ("p51@example.org", HOSTILE + "\n")
        older = (await browser.get(f"/api/v1/mails/{items[1]['mail_id']}")).json()
        assert older["text"] == "Grüße, 夜市\n"


async def test_only_plain_words_come_out(services: Services) -> None:
    """A mail with HTML in it, put there by hand, is read without the HTML; one of HTML is empty."""
    folder: Path = services.settings.data_directory / "mails"
    folder.mkdir()
    for name, is_both in (("0" * 16, True), ("1" * 16, False)):
        mail = EmailMessage()
        mail["To"], mail["Subject"] = "ada@example.org", "Hello"
        if is_both:
            mail.set_content("plain")
            mail.add_alternative("<b>bold</b>", subtype="html")
        else:
            mail.set_content("<b>bold</b>", subtype="html")
        (folder / f"{name}.eml").write_bytes(mail.as_bytes())
    async with market(services, show_mails=True) as browser:
        both = (await browser.get(f"/api/v1/mails/{'0' * 16}")).json()
        html = (await browser.get(f"/api/v1/mails/{'1' * 16}")).json()

    assert (both["text"], html["text"]) == ("plain\n", "")


@pytest.mark.parametrize("name", ["..%2Fsecret", "%2e%2e", "0" * 15, "0" * 17, "A" * 16, "f" * 16])
async def test_a_name_reaches_nothing_but_a_mail(services: Services, name: str) -> None:
    (services.settings.data_directory / "secret.eml").write_text("Subject: no\n\nno")
    async with market(services, show_mails=True) as browser:
        answer = await browser.get(f"/api/v1/mails/{name}")

    assert answer.status_code == 404


async def test_an_api_token_reads_no_mails(services: Services, clock: HandClock) -> None:
    """Whoever reads mails can take accounts over: programs are turned away."""
    del clock
    async with market(services, show_mails=True) as browser:
        await sign_up(browser, handle="ada")
        wish = {"name": "script", "scopes": ["profile:read"]}
        token = (await browser.post("/api/v1/tokens", json=wish)).json()["token"]
        asked = await browser.get("/api/v1/mails", headers={"Authorization": f"Bearer {token}"})

    assert (asked.status_code, asked.json()["code"]) == (403, "identity.browser_needed")
