"""Person-wide work that takes its time: copies, erasure, and what is swept up after it."""

from nightmarket.domains.console.actions.ask_export import JOB as EXPORT_JOB
from nightmarket.domains.console.actions.ask_export import ExportWish
from nightmarket.domains.console.actions.inspect import close_expired
from nightmarket.domains.console.actions.leave import (
    ERASE_JOB,
    SWEEP_JOB,
    Leaving,
    erase,
    let_go,
    sweep,
)
from nightmarket.domains.console.actions.mail_export import JOB as MAIL_JOB
from nightmarket.domains.console.actions.mail_export import mail_export
from nightmarket.domains.console.actions.make_export import drop_expired, make_export
from nightmarket.events.accounts import ConsentWithdrawn
from nightmarket.infra.db import Tx
from nightmarket.infra.jobs import RETRIES_MAIL, Job, Schedule
from nightmarket.infra.outbox import Listener
from nightmarket.infra.services import Services


async def hear_parent(tx: Tx, fact: ConsentWithdrawn, services: Services) -> None:
    """Erase the account that a parent no longer agrees to."""
    del services
    await let_go(tx, fact.account_id)


JOBS = (
    Job(EXPORT_JOB, ExportWish, make_export),
    Job(MAIL_JOB, ExportWish, mail_export, retries=RETRIES_MAIL),
    Job(ERASE_JOB, Leaving, erase, retries=20),
    Job(SWEEP_JOB, Leaving, sweep, retries=20),
)
LISTENERS = (Listener("console.parents", (ConsentWithdrawn,), hear_parent),)
SCHEDULES = (
    Schedule("console.drop_exports", "17 * * * *", drop_expired),
    Schedule("console.close_inspections", "27 * * * *", close_expired),
)
