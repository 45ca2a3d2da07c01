"""What the inbox hears, mails, and clears away."""

from datetime import datetime

from nightmarket.domains.notifications.actions.clear_away import clear_away
from nightmarket.domains.notifications.actions.hear import FACTS, hear
from nightmarket.domains.notifications.actions.send_mail import (
    MAIL_JOB,
    MailDue,
    begin_mails,
    send_mail,
)
from nightmarket.infra.jobs import Job, Schedule
from nightmarket.infra.outbox import Listener
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId


async def _mail(due: MailDue, services: Services) -> None:
    await send_mail(AccountId(due.account_id), services)


async def _begin_mails(services: Services, now: datetime) -> None:
    await begin_mails(services.database, now)


async def _clear_away(services: Services, now: datetime) -> None:
    await clear_away(services.database, now)


LISTENERS = (Listener("notifications", FACTS, hear),)
JOBS = (Job(MAIL_JOB, MailDue, _mail),)
SCHEDULES = (
    Schedule("notifications.begin_mails", "* * * * *", _begin_mails),
    Schedule("notifications.clear_away", "17 3 * * *", _clear_away),
)
