"""Writes mails to people in their language; links are made when the mail is, never before."""

import secrets
from datetime import timedelta

import msgspec

from nightmarket.domains.identity.actions.begin_session import digest
from nightmarket.domains.identity.store import logins, mails, people, words
from nightmarket.domains.identity.store.logins import Login
from nightmarket.infra import jobs
from nightmarket.infra.db import Tx
from nightmarket.infra.providers.mail.mailer import Mail
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, to_text

JOB = "identity.send_mail"
TOKEN_BYTES = 32
CHANGED = "password_changed"
LIFE = {mails.VERIFY: timedelta(hours=48), mails.RESET: timedelta(hours=2)}
PATHS = {mails.VERIFY: "/verify", mails.RESET: "/reset", CHANGED: "/forgot"}
SIGN_IN_PATH = "/signin"


class MailWish(msgspec.Struct, kw_only=True):
    """A mail to be written: to one account, or to whoever an address belongs to."""

    mail_id: str
    purpose: str
    account_id: int = 0
    email_key: str = ""


async def ask_for_mail(
    tx: Tx,
    services: Services,
    purpose: str,
    *,
    account_id: AccountId | None = None,
    email_key: str = "",
) -> None:
    """Queue a mail, if this transaction commits; whether anybody is there is found out later."""
    wish = MailWish(
        mail_id=f"identity-{to_text(services.ids())}",
        purpose=purpose,
        account_id=account_id or 0,
        email_key=email_key,
    )
    await jobs.defer(tx, JOB, wish)


async def send_mail(wish: MailWish, services: Services) -> None:
    """Write and hand over the mails of a wish; nobody there is fine.

    Running again sends the same `mail_id` with a fresh link; the links before stay good too.
    """
    async with services.database.transaction() as tx:
        written = [
            mail
            for login in await _addressees(tx, wish)
            if (mail := await _write(tx, services, wish, login)) is not None
        ]
    for mail in written:
        await services.mailer.send(mail)


async def _addressees(tx: Tx, wish: MailWish) -> list[Login]:
    if wish.account_id:
        login = await logins.of(tx, AccountId(wish.account_id))
        return [login] if login else []
    found = await mails.claimants(tx, wish.email_key)
    return found[:1] if found and found[0].is_email_verified else found


async def _write(tx: Tx, services: Services, wish: MailWish, login: Login) -> Mail | None:
    if login.email is None or login.email_key is None:
        return None
    purpose, owner_id = wish.purpose, login.account_id
    if purpose == mails.VERIFY:
        if login.is_email_verified:
            return None
        owner = (await mails.claimants(tx, login.email_key))[0]
        if owner.is_email_verified:
            purpose, owner_id = "verify_email_taken", owner.account_id
    account = (await people.accounts(tx, [owner_id])).get(owner_id)
    assert account is not None, owner_id
    template = words.mails(account.language)[purpose]
    fields = {
        "name": account.name,
        "handle": account.handle,
        "link": await _link(tx, services, purpose, login),
        "hours": LIFE.get(purpose, timedelta()) // timedelta(hours=1),
    }
    return Mail(
        mail_id=f"{wish.mail_id}-{to_text(login.account_id)}",
        to=login.email,
        subject=template["subject"].format_map(fields),
        text=template["text"].lstrip("\n").format_map(fields),
    )


async def _link(tx: Tx, services: Services, purpose: str, login: Login) -> str:
    site = services.settings.public_url
    if purpose not in LIFE:
        return site + PATHS.get(purpose, SIGN_IN_PATH)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = services.clock()
    await mails.make_token(
        tx,
        login,
        digest(token),
        purpose,
        now_us=microseconds(now),
        expires_at_us=microseconds(now + LIFE[purpose]),
    )
    return f"{site}{PATHS[purpose]}?token={token}"
