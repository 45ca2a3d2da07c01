"""Signs somebody in by password: the same words and the same time whoever they are not."""

from datetime import datetime

from nightmarket.domains.identity import rules
from nightmarket.domains.identity.actions.limit_attempts import (
    SIGN_IN_PER_LOGIN,
    SIGN_IN_PER_NETWORK,
    forgive,
    limit_attempts,
)
from nightmarket.domains.identity.errors import EmailMalformed, ParentAwaited, WrongCredentials
from nightmarket.domains.identity.store import logins, parents
from nightmarket.domains.identity.values import Arrival
from nightmarket.infra import network, passwords
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds

LOGIN_LENGTH_MAX = 320


async def check_password(
    tx: Tx, services: Services, now: datetime, given: tuple[str, str], arrival: Arrival
) -> logins.Login:
    """Return the login that (address or handle, password) opens.

    Attempts are counted first, by login and by network; a success forgets the login's. A hash of
    weaker parameters is replaced on the way.

    Raises:
        WrongCredentials: no such login or a wrong password, told apart by nobody.
        ParentAwaited: the right password of a sign-up that waits for a parent.
        TooManyAttempts: guessing.
    """
    name, password = given[0].strip()[:LOGIN_LENGTH_MAX], given[1]
    found = await _login(tx, name)
    who = str(found.account_id) if found else name.casefold()
    wanted = [
        (SIGN_IN_PER_LOGIN, who),
        (SIGN_IN_PER_NETWORK, network.neighbourhood(arrival.address)),
    ]
    await limit_attempts(tx, services.secret, now, wanted)
    waiting = None if found else await _waiting(tx, name)
    known = found or waiting
    is_right = await passwords.verified(
        known.password_hash if known else None, password[: rules.PASSWORD_LENGTH_MAX + 1]
    )
    if waiting is not None and is_right:
        raise ParentAwaited("a parent has to agree first; they have a mail", handle=waiting.handle)
    if found is None or not is_right:
        raise WrongCredentials("the login or the password is wrong")
    await forgive(tx, services.secret, SIGN_IN_PER_LOGIN, who)
    if passwords.is_outdated(found.password_hash):
        fresh = await passwords.hashed(password)
        await logins.set_password(tx, found.account_id, fresh, microseconds(now))
    return found


async def _login(tx: Tx, name: str) -> logins.Login | None:
    if "@" not in name.removeprefix("@"):
        return await logins.by_handle(tx, name.removeprefix("@").lower())
    try:
        _, email_key = rules.email(name)
    except EmailMalformed:
        return None
    return await logins.by_email(tx, email_key)


async def _waiting(tx: Tx, name: str) -> parents.Awaiting | None:
    handle = name.removeprefix("@").lower()
    try:
        _, email_key = rules.email(name)
    except EmailMalformed:
        email_key = ""
    return await parents.awaiting_by_login(tx, handle, email_key)
