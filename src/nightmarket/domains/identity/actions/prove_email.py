"""Proves that an address is somebody's, and lets them change it."""

from datetime import datetime

from nightmarket.domains.identity import rules
from nightmarket.domains.identity.actions.begin_session import digest
from nightmarket.domains.identity.actions.know_caller import forget_caller
from nightmarket.domains.identity.actions.limit_attempts import MAIL_PER_ADDRESS, limit_attempts
from nightmarket.domains.identity.actions.send_mail import ask_for_mail
from nightmarket.domains.identity.errors import LinkExpired
from nightmarket.domains.identity.store import logins, mails
from nightmarket.infra import telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId


async def ask_for_proof(tx: Tx, services: Services, now: datetime, account_id: AccountId) -> None:
    """Send the verification mail again; nothing to prove is fine.

    Raises:
        TooManyAttempts: three an hour.
    """
    login = await logins.of(tx, account_id)
    if login is None or login.email_key is None or login.is_email_verified:
        return
    await limit_attempts(tx, services.secret, now, [(MAIL_PER_ADDRESS, login.email_key)])
    await ask_for_mail(tx, services, mails.VERIFY, account_id=account_id)


async def prove_email(tx: Tx, now: datetime, token: str) -> AccountId:
    """Use the link of a verification mail; returns whose address is proved.

    Raises:
        LinkExpired: used, expired, never sent, or the address was changed or proved by another.
    """
    now_us = microseconds(now)
    taken = await mails.take_token(tx, digest(token), mails.VERIFY, now_us)
    if taken is None or not await mails.verify(tx, taken.account_id, taken.email_key, now_us):
        raise LinkExpired("this link was used or has expired")
    await mails.drop_tokens(tx, taken.account_id, mails.VERIFY)
    forget_caller(tx, taken.account_id)
    telemetry.happened("email_verified", account_id=taken.account_id)
    return taken.account_id


async def change_email(
    tx: Tx, services: Services, now: datetime, account_id: AccountId, text: str
) -> None:
    """Take a new address, unproved until its mail is answered; links to the old one die.

    Raises:
        EmailMalformed: not an address.
        TooManyAttempts: three an hour for one address.
    """
    email, email_key = rules.email(text)
    await limit_attempts(tx, services.secret, now, [(MAIL_PER_ADDRESS, email_key)])
    await mails.set_email(tx, account_id, email, email_key)
    for purpose in (mails.VERIFY, mails.RESET):
        await mails.drop_tokens(tx, account_id, purpose)
    forget_caller(tx, account_id)
    await ask_for_mail(tx, services, mails.VERIFY, account_id=account_id)
