"""The mails of a market without a mail server, for whoever tries the market out; off unless set."""

from typing import Any

import msgspec
from litestar import get
from litestar.params import FromPath

from nightmarket.domains.identity.errors import BrowserNeeded
from nightmarket.infra.http import Subject, moment
from nightmarket.infra.providers.mail.folder import FolderMailer, KeptMail
from nightmarket.infra.services import Services
from nightmarket.kernel.errors import NotFound

MAILS_MAX = 50
TEXT_MAX = 20_000


class NoSuchMail(NotFound):
    """There is no such mail, or this market does not show its mails."""

    code = "mail.no_such_mail"


class MailLine(msgspec.Struct, kw_only=True):
    """One mail in the list."""

    mail_id: str
    to: str
    subject: str
    written_at: str | None


class MailPayload(MailLine, kw_only=True):
    """One mail with its words: plain text, nothing of it is markup."""

    text: str


class MailList(msgspec.Struct, kw_only=True):
    """The newest mails, newest first."""

    items: list[MailLine]


def shown_mails(services: Services) -> FolderMailer | None:
    """Return the folder whose mails anybody may read; None: they are nobody's business.

    Both must hold: the operator (or the demo) set `show_mails`, and no mail server is set. Whoever
    reads mails can take every account over, so this is for a market that one tries out.
    """
    mailer = services.mailer
    return mailer if services.settings.show_mails and isinstance(mailer, FolderMailer) else None


@get("/api/v1/mails", tags=["mails"])
async def list_mails(services: Services, subject: Subject) -> MailList:
    """List the newest mails that this market keeps instead of sending them."""
    folder = _folder(services, subject)
    return MailList(items=[MailLine(**_line(one)) for one in await folder.latest(MAILS_MAX)])


@get("/api/v1/mails/{mail_id:str}", tags=["mails"])
async def read_mail(services: Services, subject: Subject, mail_id: FromPath[str]) -> MailPayload:
    """Read one of these mails as plain text."""
    found = await _folder(services, subject).read(mail_id)
    if found is None:
        raise NoSuchMail("there is no such mail here")
    return MailPayload(**_line(found), text=found.text[:TEXT_MAX])


def _folder(services: Services, subject: Subject) -> FolderMailer:
    folder = shown_mails(services)
    if folder is None:
        raise NoSuchMail("there is no such mail here")
    if subject.scopes is not None:
        raise BrowserNeeded("open the page with a browser")
    return folder


def _line(mail: KeptMail) -> dict[str, Any]:
    return {
        "mail_id": mail.name,
        "to": mail.to,
        "subject": mail.subject,
        "written_at": moment(mail.written_at_us),
    }


ROUTES: tuple[Any, ...] = (list_mails, read_mail)
