"""Gives a person everything identity has on them, and erases it."""

from typing import Any

from nightmarket.domains.identity.actions.change_avatar import DELETE_JOB, OldAvatar
from nightmarket.domains.identity.actions.know_caller import forget_caller
from nightmarket.domains.identity.actions.limit_attempts import (
    CODE_PER_ACCOUNT,
    MAIL_PER_ADDRESS,
    SIGN_IN_PER_LOGIN,
    forgive,
)
from nightmarket.domains.identity.store import logins, people, persons
from nightmarket.events.accounts import AccountErased
from nightmarket.infra import jobs, outbox, realtime, telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId


async def export_person(tx: Tx, account_id: AccountId) -> dict[str, list[dict[str, Any]]]:
    """Return table → rows of everything identity has on a person, without hashes and secrets."""
    return await persons.read(tx, account_id)


async def erase_person(tx: Tx, account_id: AccountId, services: Services) -> None:
    """Erase a person: rows at once, the avatar's bytes by a job, and tell everybody.

    The last to be called of all faces, since nothing of the account is left afterwards. Twice is
    once.
    """
    found = (await people.accounts(tx, [account_id])).get(account_id)
    if found is None:
        return
    login = await logins.of(tx, account_id)
    names = [(SIGN_IN_PER_LOGIN, str(account_id)), (CODE_PER_ACCOUNT, str(account_id))]
    if login and login.email_key:
        names.append((MAIL_PER_ADDRESS, login.email_key))
    for limit, who in names:
        await forgive(tx, services.secret, limit, who)
    if found.avatar_key is not None:
        await jobs.defer(tx, DELETE_JOB, OldAvatar(folder=found.avatar_key))
    await realtime.end_sockets(tx, await logins.session_ids(tx, account_id))
    await persons.erase(tx, account_id)
    forget_caller(tx, account_id)
    erased = AccountErased(
        event_id=services.ids(),
        occurred_at=services.clock(),
        market=found.market,
        account_id=account_id,
    )
    await outbox.publish(tx, erased)
    telemetry.happened("account_erased", account_id=account_id)
