"""What any mail provider promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Mail:
    """One plain-text mail. `mail_id` is chosen by the caller: sending it twice is one mail."""

    mail_id: str
    to: str
    subject: str
    text: str


class Mailer(Protocol):
    """Hands mails over. Called from jobs only, never inside a transaction."""

    async def send(self, mail: Mail) -> None:
        """Hand over one mail.

        Raises:
            Unavailable: the server could not be reached; nothing was sent.
            OutcomeUnknown: the connection broke after the text was sent.
        """
        ...

    async def forget(self, addresses: Sequence[str]) -> None:
        """Delete what is kept here of mails to these addresses; what was sent stays sent."""
        ...
