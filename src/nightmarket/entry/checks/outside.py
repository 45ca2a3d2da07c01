"""Checks of what lies outside: the mail server and where media bytes live."""

import asyncio
import smtplib
import threading
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from nightmarket.entry import wiring
from nightmarket.entry.checks.finding import Finding, careful, fine, wrong
from nightmarket.entry.checks.machine import LOCAL_NAMES
from nightmarket.infra.settings import Settings
from nightmarket.infra.storage import Storage

ANSWER_S = 8
PORT_TLS = 465
PORT_PLAIN = 587
PROBE_FOLDER = "doctorprobe"
PROBE = f"{PROBE_FOLDER}/probe.txt"


def mail(settings: Settings) -> Iterator[Finding]:
    """Whether mails reach people."""
    if not settings.smtp_url:
        yield _kept(settings)
        return
    if settings.mail_from == Settings().mail_from:
        yield careful("mails are sent from no-reply@localhost", "set mail_from to your own address")
    address = urlsplit(settings.smtp_url)
    if address.scheme not in {"smtp", "smtps"} or not address.hostname:
        yield wrong(f"smtp_url has the scheme {address.scheme!r}", "write smtp:// or smtps://")
        return
    is_tls = address.scheme == "smtps"
    port = address.port or (PORT_TLS if is_tls else PORT_PLAIN)
    maker = smtplib.SMTP_SSL if is_tls else smtplib.SMTP
    try:
        with maker(address.hostname, port, timeout=ANSWER_S) as server:
            server.ehlo()
            if not is_tls and server.has_extn("starttls"):
                server.starttls()
                server.ehlo()
            if address.username and address.password:
                server.login(unquote(address.username), unquote(address.password))
        yield fine(f"the mail server {address.hostname} answers")
    except (smtplib.SMTPException, OSError) as error:
        yield wrong(
            f"the mail server {address.hostname}:{port} does not take mails: {error}",
            "check smtp_url: host, port, user, password",
        )


def storage(settings: Settings) -> Iterator[Finding]:
    """Whether media bytes can be written, read and deleted."""
    place = f"bucket {settings.s3_bucket}" if settings.storage == "s3" else "the media folder"
    if settings.storage not in {"local", "s3"}:
        yield wrong(f"storage cannot be {settings.storage!r}", "set it to local or s3")
        return
    if settings.storage == "s3" and not settings.s3_bucket:
        yield wrong("storage is s3 and s3_bucket is empty", "name the bucket")
        return
    if settings.storage == "local" and not settings.data_directory.exists():
        return
    problems: list[str] = []
    thread = threading.Thread(target=lambda: problems.extend(_probed(settings)))
    thread.start()
    thread.join()
    if problems:
        yield wrong(
            f"{place} cannot be used: {problems[0]}",
            "check permissions and, for S3, endpoint, bucket, keys and region",
        )
    else:
        yield fine(f"{place} can be written, read and deleted from")


def _probed(settings: Settings) -> list[str]:
    """Run in a thread of its own: the caller may be inside an event loop."""
    try:
        asyncio.run(_probe(wiring.storage_of(settings)))
    except Exception as error:  # noqa: BLE001  # Whatever a provider raises is the finding.
        return [f"{type(error).__name__}: {error}"[:300]]
    return []


async def _probe(store: Storage) -> None:
    await store.put_bytes(PROBE, b"nightmarket", "text/plain")
    try:
        content = b"".join([chunk async for chunk in store.read(PROBE, 0, 11)])
        assert content == b"nightmarket", "what was read is not what was written"
    finally:
        await store.delete_folder(PROBE_FOLDER)


def _kept(settings: Settings) -> Finding:
    if urlsplit(settings.public_url).hostname in LOCAL_NAMES:
        return fine("mails land in the folder `mails`")
    if settings.show_mails:
        return wrong(
            "anybody can read the mails at /mails, and so take over every account",
            "set smtp_url, or take show_mails away",
        )
    return careful(
        "mails land in a folder: nobody can confirm an address or reset a password",
        "set smtp_url and mail_from",
    )
