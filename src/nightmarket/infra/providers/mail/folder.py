"""Mails as .eml files in a folder: for a single machine without a mail server, and for the demo."""

import asyncio
import hashlib
from collections.abc import Sequence
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path

from nightmarket.infra.providers.mail.mailer import Mail


class FolderMailer:
    """Writes each mail once; the newest names sort last because ids grow with time."""

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
        (self._folder / f"{name}.eml").write_bytes(message.as_bytes())
