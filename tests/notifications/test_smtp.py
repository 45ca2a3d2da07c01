"""Mails over a real connection to a mail server: they arrive whole, or wait; none is lost."""

import re
import ssl
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from litestar.testing import AsyncTestClient

from nightmarket.entry import wiring
from nightmarket.entry.drain import drain
from nightmarket.infra.providers.mail.mailer import Mail
from nightmarket.infra.providers.mail.smtp import MailOutcomeUnknown, MailUnavailable
from nightmarket.infra.services import Services
from tests.builders.accounts import sign_up
from tests.fakes.clock import HandClock
from tests.fakes.post import FakePost, opened

Browser = AsyncTestClient[Any]
LINK = re.compile(r"http://localhost:8000/verify\?token=([\w-]+)")
MAIL = Mail("one", "mia@example.org", "Hello", ".\r\n..dots at the start\r\n")


def by_post(services: Services, post: FakePost, who: str = "") -> Services:
    """The same market with this server in its settings; `who`: user and password."""
    login = f"{who}@" if who else ""
    settings = replace(
        services.settings,
        smtp_url=f"smtp://{login}127.0.0.1:{post.port}",
        mail_from="Night Market <post@market.example>",
    )
    mailer = wiring.mailer_of(settings, services.clock)
    return replace(services, settings=settings, mailer=mailer)


async def hurry(services: Services) -> int:
    """Make what waits for its next try due; returns how many jobs that were."""
    async with services.database.transaction() as tx:
        return await tx.run(
            "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'"
        )


async def waiting(services: Services) -> Sequence[str]:
    """The jobs that are to be done, in order."""
    async with services.database.transaction() as tx:
        return await tx.column(
            str, "SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id"
        )


@pytest.mark.parametrize(
    ("language", "market", "subject"),
    [
        ("en", "us", "Confirm your address for Nightmarket"),
        ("ja", "jp", "Nightmarket：メールアドレスの確認"),
    ],
)
async def test_a_mail_arrives_as_it_was_written(
    client: Browser, services: Services, clock: HandClock, language: str, market: str, subject: str
) -> None:
    """Envelope, headers and text; the link in it proves the address."""
    await sign_up(client, handle="mia", language=language, market=market)
    async with opened(FakePost(passwords={"market": "s:cret/@"})) as post:
        await drain(by_post(services, post, "market:s%3Acret%2F%40"))

    [letter] = post.letters
    message = letter.message
    assert (letter.sender, letter.recipients) == ("post@market.example", ("mia@example.org",))
    assert message["From"] == "Night Market <post@market.example>"
    assert (message["To"], message["Subject"]) == ("mia@example.org", subject)
    assert re.fullmatch(r"<identity-\w+-\w+@nightmarket>", message["Message-ID"])
    assert parsedate_to_datetime(message["Date"]) == clock().replace(microsecond=0)
    assert message.get_content_type() == "text/plain"
    assert message.get_content_charset() == "utf-8"
    link = LINK.search(message.get_content())
    assert link is not None
    proved = await client.post("/api/v1/email/verification/confirm", json={"token": link[1]})
    assert proved.status_code < 300, proved.text
    assert (await client.get("/api/v1/session")).json()["account"]["email_verified"] is True
    assert await waiting(services) == []


@pytest.mark.parametrize("trouble", ["away", "full", "wrong password", "hangs up"])
async def test_a_server_in_trouble_gets_the_mail_later(
    client: Browser, services: Services, capsys: pytest.CaptureFixture[str], trouble: str
) -> None:
    """The mail stays in the queue, the log says why, and it goes when the server is well."""
    post = FakePost(
        passwords={"market": "new"} if trouble == "wrong password" else {},
        is_full=trouble == "full",
        hangs_up=trouble == "hangs up",
    )
    async with opened(post):
        port = post.port
        if trouble != "away":
            await self_sign_up(client, services, post, trouble)
    if trouble == "away":
        await self_sign_up(client, services, post, trouble)

    assert post.letters == []
    assert await waiting(services) == ["identity.send_mail"]
    said = capsys.readouterr()
    unknown = trouble == "hangs up"
    code = "mail.outcome_unknown" if unknown else "mail.unavailable"
    assert any("job_put_off" in line and code in line for line in said.out.splitlines())
    assert "s3cret" not in said.out + said.err

    well = FakePost()
    async with opened(well, port):
        assert await hurry(services) == 1
        await drain(by_post(services, well))
    [letter] = well.letters
    assert letter.recipients == ("mia@example.org",)
    assert await waiting(services) == []


async def self_sign_up(client: Browser, services: Services, post: FakePost, trouble: str) -> None:
    """Somebody signs up, and the worker tries to send the mail."""
    await sign_up(client, handle="mia")
    who = "market:s3cret" if trouble == "wrong password" else ""
    await drain(by_post(services, post, who))


async def test_a_mail_is_tried_for_most_of_a_day() -> None:
    """A mail server may be away for a night: the waits add up to hours, not to a minute."""
    mails = [one for one in wiring.jobs() if "mail" in one.name or "receipt" in one.name]
    assert len(mails) >= 3
    for job in mails:
        assert sum(2**attempt for attempt in range(1, job.retries)) > 8 * 3600, job.name


async def test_the_mail_about_a_copy_waits_too(client: Browser, services: Services) -> None:
    """The copy is ready although the mail server is away; the mail about it follows once."""
    await sign_up(client, handle="mia")
    async with opened(FakePost()) as post:
        await drain(by_post(services, post))
    link = LINK.search(post.letters[0].message.get_content())
    assert link is not None
    await client.post("/api/v1/email/verification/confirm", json={"token": link[1]})
    assert (await client.post("/api/v1/me/export")).status_code == 202
    await drain(by_post(services, post))
    assert (await client.get("/api/v1/me/exports")).json()["items"][0]["state"] == "ready"
    assert await waiting(services) == ["console.mail_export"]
    async with opened(post, post.port):
        await hurry(services)
        await drain(by_post(services, post))
    assert [one.message["Subject"] for one in post.letters[1:]] == ["Your copy is ready"]


async def test_dots_and_long_lines_come_through(services: Services) -> None:
    """What SMTP itself would misread is sent so that it reads the same."""
    long = replace(MAIL, text=MAIL.text.replace("\r\n", "\n") + "x" * 2000 + "\n")
    async with opened(FakePost()) as post:
        await by_post(services, post).mailer.send(long)
    arrived = post.letters[0].message.get_content().replace("\r\n", "\n")
    assert arrived == long.text


async def test_troubles_are_told_apart(services: Services) -> None:
    """Nothing was sent, or nobody knows: the queue is told which."""
    async with opened(FakePost(is_full=True)) as post:
        with pytest.raises(MailUnavailable):
            await by_post(services, post).mailer.send(MAIL)
    async with opened(FakePost(hangs_up=True)) as post:
        with pytest.raises(MailOutcomeUnknown):
            await by_post(services, post).mailer.send(MAIL)
    with pytest.raises(MailUnavailable):
        await by_post(services, post).mailer.send(MAIL)


async def test_nothing_is_told_to_a_server_that_nobody_vouches_for(
    services: Services, tmp_path: Path
) -> None:
    """One that offers TLS with a certificate of its own making hears no password and no address."""
    async with opened(FakePost(passwords={"market": "x"}, seal=self_made(tmp_path))) as post:
        with pytest.raises(MailUnavailable):
            await by_post(services, post, "market:x").mailer.send(MAIL)
    assert post.heard == ["EHLO", "STARTTLS"]


def self_made(folder: Path) -> ssl.SSLContext:
    """A certificate that is signed by nobody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin.replace(year=2050))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = folder / "post.pem"
    pem.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context
