"""Tell a person by mail that the copy they asked for is ready."""

import json
from importlib import resources

from nightmarket.domains.console.actions.ask_export import ExportWish
from nightmarket.domains.console.store import copies
from nightmarket.domains.console.values import ExportState
from nightmarket.domains.identity import face as identity
from nightmarket.infra.providers.mail.mailer import Mail
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import to_text

JOB = "console.mail_export"
LANGUAGE_DEFAULT = "en"


async def mail_export(wish: ExportWish, services: Services) -> None:
    """Send the mail; nothing for who left, has no verified address, or let the week go by.

    Running again sends the same `mail_id`.
    """
    async with services.database.transaction() as tx:
        export = await copies.export(tx, wish.export_id)
        if export is None or export.state is not ExportState.READY:
            return
        me = await identity.me(tx, export.account_id)
    if me is None or me.email is None or not me.is_email_verified:
        return
    words = _words(me.language.split("-")[0])
    link = f"{services.settings.public_url}/settings/data"
    mail = Mail(
        mail_id=f"export-{to_text(export.export_id)}",
        to=me.email,
        subject=words["subject"],
        text=words["text"].format(handle=me.handle, link=link),
    )
    await services.mailer.send(mail)


def _words(language: str) -> dict[str, str]:
    folder = resources.files("nightmarket.domains.console") / "words"
    file = folder / f"{language}.json"
    if not file.is_file():
        file = folder / f"{LANGUAGE_DEFAULT}.json"
    found: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return found
