"""What the inbox hears, mails, and clears away."""

from datetime import datetime

from nightmarket.domains.notifications.actions.clear_away import clear_away
from nightmarket.domains.notifications.actions.hear import FACTS, hear
from nightmarket.domains.notifications.actions.notify import PUSH_JOB, PushDue
from nightmarket.domains.notifications.actions.push import send_push
from nightmarket.domains.notifications.actions.send_mail import (
    MAIL_JOB,
    MailDue,
    begin_mails,
    send_mail,
)
from nightmarket.infra.jobs import RETRIES_MAIL, Job, Schedule
from nightmarket.infra.outbox import Listener
from nightmarket.infra.providers.push.web import WebPusher
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, NotificationId


async def _mail(due: MailDue, services: Services) -> None:
    await send_mail(AccountId(due.account_id), services)


async def _push(due: PushDue, services: Services) -> None:
    await send_push(
        AccountId(due.account_id), NotificationId(due.notification_id), services, WebPusher()
    )


async def _begin_mails(services: Services, now: datetime) -> None:
    await begin_mails(services.database, now)


async def _clear_away(services: Services, now: datetime) -> None:
    await clear_away(services.database, now)


LISTENERS = (Listener("notifications", FACTS, hear),)
JOBS = (Job(MAIL_JOB, MailDue, _mail, retries=RETRIES_MAIL), Job(PUSH_JOB, PushDue, _push))
SCHEDULES = (
    Schedule("notifications.begin_mails", "* * * * *", _begin_mails),
    Schedule("notifications.clear_away", "17 3 * * *", _clear_away),
)
