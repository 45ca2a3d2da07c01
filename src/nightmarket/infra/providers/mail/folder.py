"""Mails as .eml files in a folder: for a single machine without a mail server, and for the demo."""

import asyncio
import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from pathlib import Path

from nightmarket.infra.providers.mail.mailer import Mail

NAME = re.compile(r"[0-9a-f]{16}")
NS_PER_US = 1000


@dataclass(frozen=True, slots=True)
class KeptMail:
    """One mail of the folder. `text` is plain: other parts that somebody put there are left out."""

    name: str
    to: str
    subject: str
    text: str
    written_at_us: int


class FolderMailer:
    """Writes each mail once; its name is made of its id."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    async def send(self, mail: Mail) -> None:
        """Write the mail; a second time with one `mail_id` changes nothing."""
        await asyncio.to_thread(self._write, mail)

    async def forget(self, addresses: Sequence[str]) -> None:
        """Delete every mail to these addresses."""
        if addresses:
            await asyncio.to_thread(self._delete, {one.casefold() for one in addresses})

    async def latest(self, limit: int) -> list[KeptMail]:
        """Return the newest mails, newest first."""
        return await asyncio.to_thread(self._latest, limit)

    async def read(self, name: str) -> KeptMail | None:
        """Return one mail by its name; None: there is none, whatever the name tries to be."""
        if not NAME.fullmatch(name):
            return None
        return await asyncio.to_thread(_kept, self._folder / f"{name}.eml")

    def _latest(self, limit: int) -> list[KeptMail]:
        found = []
        for path in self._folder.glob("*.eml"):
            try:
                found.append((path.stat().st_mtime_ns, path))
            except FileNotFoundError:  # Forgotten meanwhile.
                continue
        newest = sorted(found, reverse=True)[:limit]
        return [mail for _, path in newest if (mail := _kept(path)) is not None]

    def _delete(self, addresses: set[str]) -> None:
        for path in self._folder.glob("*.eml"):
            with path.open("rb") as file:
                to = BytesHeaderParser(policy=policy.default).parse(file)["To"]
            if str(to).casefold() in addresses:
                path.unlink(missing_ok=True)

    def _write(self, mail: Mail) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, mail.to, mail.subject
        message["Message-ID"] = f"<{mail.mail_id}@nightmarket>"
        message.set_content(mail.text)
        name = hashlib.sha256(mail.mail_id.encode()).hexdigest()[:16]
        whole = self._folder / f"{name}.eml"
        part = whole.with_suffix(f".{os.getpid()}")  # Whoever reads the folder sees whole mails.
        part.write_bytes(message.as_bytes())
        part.replace(whole)


def _kept(path: Path) -> KeptMail | None:
    try:
        with path.open("rb") as file:
            message = BytesParser(policy=policy.default).parse(file)
            written_at_us = os.fstat(file.fileno()).st_mtime_ns // NS_PER_US
    except FileNotFoundError:
        return None
    body = message.get_body(("plain",))
    return KeptMail(
        name=path.stem,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        text="" if body is None else str(body.get_content()),
        written_at_us=written_at_us,
    )
