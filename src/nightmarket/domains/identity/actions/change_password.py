"""Changes passwords: by the old one, or by the link of a reset mail; other sessions end."""

from datetime import datetime

from nightmarket.domains.identity import rules
from nightmarket.domains.identity.actions.begin_session import digest
from nightmarket.domains.identity.actions.end_sessions import end_sessions
from nightmarket.domains.identity.actions.limit_attempts import (
    MAIL_PER_ADDRESS,
    MAIL_PER_NETWORK,
    SIGN_IN_PER_LOGIN,
    forgive,
    limit_attempts,
)
from nightmarket.domains.identity.actions.read_people import account
from nightmarket.domains.identity.actions.send_mail import CHANGED, ask_for_mail
from nightmarket.domains.identity.errors import LinkExpired, WrongCredentials
from nightmarket.domains.identity.store import logins, mails, words
from nightmarket.domains.identity.values import Arrival
from nightmarket.infra import network, passwords, telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, SessionId


async def require_password(
    tx: Tx, services: Services, now: datetime, account_id: AccountId, password: str
) -> logins.Login:
    """Ask a signed-in person for their password once more, before what cannot be undone.

    Raises:
        WrongCredentials: not it.
        TooManyAttempts: guessing.
    """
    who = str(account_id)
    await limit_attempts(tx, services.secret, now, [(SIGN_IN_PER_LOGIN, who)])
    login = await logins.of(tx, account_id)
    given = password[: rules.PASSWORD_LENGTH_MAX + 1]
    is_right = await passwords.verified(login.password_hash if login else None, given)
    if login is None or not is_right:
        raise WrongCredentials("the login or the password is wrong")
    await forgive(tx, services.secret, SIGN_IN_PER_LOGIN, who)
    return login


async def change_password(
    tx: Tx, services: Services, now: datetime, owner: tuple[AccountId, SessionId], fresh: str
) -> None:
    """Set a new password of (account, its session): every other session ends, the owner is told.

    Raises:
        PasswordWeak: the new one.
    """
    account_id, session_id = owner
    await _set(tx, services, now, account_id, fresh)
    await end_sessions(tx, account_id, session_id)


async def ask_for_reset(
    tx: Tx, services: Services, now: datetime, text: str, arrival: Arrival
) -> None:
    """Queue a reset mail to whoever the address belongs to; nobody learns whether it does.

    Raises:
        EmailMalformed: not an address.
        TooManyAttempts: three mails an hour to one address, thirty from one network.
    """
    _, email_key = rules.email(text)
    wanted = [
        (MAIL_PER_ADDRESS, email_key),
        (MAIL_PER_NETWORK, network.neighbourhood(arrival.address)),
    ]
    await limit_attempts(tx, services.secret, now, wanted)
    await ask_for_mail(tx, services, mails.RESET, email_key=email_key)


async def reset_password(
    tx: Tx, services: Services, now: datetime, token: str, fresh: str
) -> AccountId:
    """Use the link of a reset mail: the password changes, every session ends.

    It also proves the address, since only its owner could read the mail. An authenticator or
    passkey stays as it is.

    Raises:
        LinkExpired: used, expired or never sent.
        PasswordWeak: the new one; the link stays good.
    """
    now_us = microseconds(now)
    taken = await mails.take_token(tx, digest(token), mails.RESET, now_us)
    login = await logins.of(tx, taken.account_id) if taken else None
    if taken is None or login is None or login.email_key != taken.email_key:
        raise LinkExpired("this link was used or has expired")
    await _set(tx, services, now, taken.account_id, fresh)
    await mails.verify(tx, taken.account_id, taken.email_key, now_us)
    await end_sessions(tx, taken.account_id, None)
    await forgive(tx, services.secret, SIGN_IN_PER_LOGIN, str(taken.account_id))
    return taken.account_id


async def _set(
    tx: Tx, services: Services, now: datetime, account_id: AccountId, fresh: str
) -> None:
    person, login = await account(tx, account_id), await logins.of(tx, account_id)
    assert login is not None, account_id
    own_names = (person.handle, person.name, login.email or "")
    rules.require_password(fresh, words.common_passwords(), own_names)
    password_hash = await passwords.hashed(fresh)
    await logins.set_password(tx, account_id, password_hash, microseconds(now))
    await mails.drop_tokens(tx, account_id, mails.RESET)
    await ask_for_mail(tx, services, CHANGED, account_id=account_id)
    telemetry.happened("password_changed", account_id=account_id)
