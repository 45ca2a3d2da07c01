"""What identity hears and what it does slowly: counts, mails, and forgetting what has expired."""

from datetime import datetime

from nightmarket.domains.identity.actions.ask_parent import JOB as PARENT_JOB
from nightmarket.domains.identity.actions.ask_parent import ParentMail, mail_parent
from nightmarket.domains.identity.actions.change_avatar import DELETE_JOB, OldAvatar, delete_avatar
from nightmarket.domains.identity.actions.clear_profile import clear_profile
from nightmarket.domains.identity.actions.send_mail import JOB, MailWish, send_mail
from nightmarket.domains.identity.store import changes, mails
from nightmarket.events.moderation import ContentDecided
from nightmarket.events.social import Liked, Unliked
from nightmarket.events.videos import VideoPublished, VideoRemoved
from nightmarket.infra import telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.jobs import RETRIES_MAIL, Job, Schedule
from nightmarket.infra.outbox import Listener
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId

Counted = VideoPublished | VideoRemoved | Liked | Unliked


async def count(tx: Tx, fact: Counted, services: Services) -> None:
    """Fold a fact into the counts of a profile."""
    del services
    match fact:
        case VideoPublished():
            await changes.count_video(tx, fact.creator_id, fact.video_id)
        case VideoRemoved():
            await changes.uncount_video(tx, fact.video_id)
        case Liked():
            await changes.count_like(tx, fact.creator_id, fact.video_id, 1)
        case Unliked():
            await changes.count_like(tx, fact.creator_id, fact.video_id, -1)


async def obey(tx: Tx, fact: ContentDecided, services: Services) -> None:
    """Clear a profile that moderation removed."""
    if (fact.ref_kind, fact.everywhere) == ("profile", "remove"):
        await clear_profile(tx, services, fact.occurred_at, AccountId(fact.ref_id))


async def trim(services: Services, now: datetime) -> None:
    """Delete sessions, links, challenges and attempts that have expired."""
    async with services.database.transaction() as tx:
        rows = await mails.trim(tx, microseconds(now))
    telemetry.log("identity_trimmed", rows=rows)


LISTENERS = (
    Listener("identity.tally", (VideoPublished, VideoRemoved, Liked, Unliked), count),
    Listener("identity.decided", (ContentDecided,), obey),
)
JOBS = (
    Job(JOB, MailWish, send_mail, retries=RETRIES_MAIL),
    Job(PARENT_JOB, ParentMail, mail_parent, retries=RETRIES_MAIL),
    Job(DELETE_JOB, OldAvatar, delete_avatar),
)
SCHEDULES = (Schedule("identity.trim", "17 * * * *", trim),)
