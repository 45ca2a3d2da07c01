"""Mails over SMTP."""

from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

import aiosmtplib

from nightmarket.infra.providers.mail.mailer import Mail
from nightmarket.kernel.clock import Now
from nightmarket.kernel.errors import OutcomeUnknown, Unavailable

TIMEOUT_S = 20
PORT_TLS = 465
PORT_PLAIN = 587


class MailUnavailable(Unavailable):
    """The mail server did not answer."""

    code = "mail.unavailable"


class MailOutcomeUnknown(OutcomeUnknown):
    """The mail server went away after it had the text."""

    code = "mail.outcome_unknown"


class SmtpMailer:
    """Sends through `smtp://` (STARTTLS when offered) or `smtps://`."""

    def __init__(self, url: str, sender: str, clock: Now) -> None:
        self._clock = clock
        parts = urlsplit(url)
        assert parts.scheme in {"smtp", "smtps"}, url
        self._is_tls = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (PORT_TLS if self._is_tls else PORT_PLAIN)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._sender = sender

    async def forget(self, addresses: Sequence[str]) -> None:
        """Nothing is kept here."""
        del addresses

    async def send(self, mail: Mail) -> None:
        """Send one mail; its id becomes the Message-ID, by which mailboxes drop repeats."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, mail.to, mail.subject
        message["Date"] = format_datetime(self._clock())
        message["Message-ID"] = f"<{mail.mail_id}@nightmarket>"
        message.set_content(mail.text)
        try:
            await aiosmtplib.send(
                message,
                hostname=self._host,
                port=self._port,
                username=self._user,
                password=self._password,
                use_tls=self._is_tls,
                timeout=TIMEOUT_S,
            )
        except aiosmtplib.SMTPServerDisconnected as error:
            raise MailOutcomeUnknown("the mail server went away") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailUnavailable("the mail server did not take the mail") from error
