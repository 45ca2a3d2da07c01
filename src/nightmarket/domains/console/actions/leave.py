"""Leave: everything about a person is deleted, bytes included, and then deleted once more."""

from datetime import timedelta

import msgspec

from nightmarket.domains.console.actions.faces import erase_everywhere
from nightmarket.domains.console.rules import limits
from nightmarket.domains.console.store import copies, inspections
from nightmarket.domains.identity import face as identity
from nightmarket.infra import forget, jobs, telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.jobs import When
from nightmarket.infra.services import Services
from nightmarket.infra.storage import Storage
from nightmarket.kernel.ids import AccountId, to_text

ERASE_JOB = "console.erase"
SWEEP_JOB = "console.sweep"
PRIORITY = 50
SWEEP_WAIT = timedelta(seconds=30)
DOUBLINGS_MAX = 7
TIMEOUT = "SET LOCAL statement_timeout = '10min'"


class Leaving(msgspec.Struct, kw_only=True):
    """Who leaves. `texts`: names to forget in what the machinery keeps; filled by the first job.

    `addresses`: where mails went that may lie in the mail folder still.
    """

    account_id: int
    texts: list[str] = []
    addresses: list[str] = []
    rounds: int = 0


async def leave(tx: Tx, services: Services, subject: Subject, password: str | None) -> None:
    """Sign a person out everywhere and queue their erasure; it cannot be taken back.

    Raises:
        ProveYourself: neither a password nor a sign-in of the last ten minutes.
        WrongCredentials, TooManyAttempts: the password.
    """
    account_id = subject.account()
    if password is None or subject.session_id is None:
        limits.check_fresh(subject.session_id, services.clock())
    else:
        await identity.require_password(tx, services, services.clock(), account_id, password)
    await let_go(tx, account_id)
    await identity.end_sessions(tx, account_id, None)


async def let_go(tx: Tx, account_id: AccountId) -> None:
    """Queue a person's erasure."""
    when = When(priority=PRIORITY, key=f"erase {account_id}")
    await jobs.defer(tx, ERASE_JOB, Leaving(account_id=account_id), when=when)
    telemetry.happened("account_leaving", account_id=account_id)


async def erase(wish: Leaving, services: Services) -> None:
    """Erase at once; twice is once. What listeners write afterwards is swept by `sweep`."""
    account_id = AccountId(wish.account_id)
    async with services.database.transaction() as tx:
        await tx.run(TIMEOUT)
        me = await identity.me(tx, account_id)
        texts = [str(account_id), f'"{to_text(account_id)}"']
        if me is not None:
            texts += [f'"{me.handle}"', *([me.email] if me.email else [])]
        addresses = await identity.addresses_of(tx, account_id)
        folders = [export.folder for export in await copies.exports_of(tx, account_id)]
        await copies.delete(tx, account_id)
        await inspections.delete(tx, account_id)
        await erase_everywhere(tx, services, account_id)
        later = Leaving(account_id=account_id, texts=texts, addresses=addresses)
        await _sweep_later(tx, services, later)
        tx.after_commit(lambda: _delete_folders(services.storage, folders))
    await services.mailer.forget(addresses)


async def _delete_folders(storage: Storage, folders: list[str]) -> None:
    for folder in folders:
        await storage.delete_folder(folder)


async def sweep(wish: Leaving, services: Services) -> None:
    """Once every listener heard of it: erase what they wrote meanwhile, and forget the facts."""
    async with services.database.transaction() as tx:
        await tx.run(TIMEOUT)
        if not await forget.is_heard(tx, wish.texts):
            again = msgspec.structs.replace(wish, rounds=wish.rounds + 1)
            await _sweep_later(tx, services, again)
            return
        await erase_everywhere(tx, services, AccountId(wish.account_id))
        await forget.forget(tx, wish.texts)
    await services.mailer.forget(wish.addresses)  # Written by a job that was under way.
    telemetry.happened("account_swept", account_id=wish.account_id)


async def _sweep_later(tx: Tx, services: Services, wish: Leaving) -> None:
    """Wait half a minute, twice as long each round, an hour at most: a listener may be down."""
    when = When(at=services.clock() + SWEEP_WAIT * 2 ** min(wish.rounds, DOUBLINGS_MAX))
    await jobs.defer(tx, SWEEP_JOB, wish, when=when)
