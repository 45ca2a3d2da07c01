"""What analytics hears and does by the clock."""

from datetime import datetime

from nightmarket.domains.analytics.actions.cap_viewers import learn_usual
from nightmarket.domains.analytics.actions.fold_log import fold_log
from nightmarket.domains.analytics.actions.merge_guest import merge_guest
from nightmarket.domains.analytics.actions.record_follow import record_follow, record_unfollow
from nightmarket.domains.analytics.actions.record_social import Deed, record_social
from nightmarket.domains.analytics.actions.remember_video import remember_video
from nightmarket.domains.analytics.actions.trim_log import trim_log
from nightmarket.domains.analytics.values import Kind
from nightmarket.events import social
from nightmarket.events.accounts import AccountCreated, Followed, GuestMerged, Unfollowed
from nightmarket.events.event import Event
from nightmarket.events.videos import VideoChanged, VideoPublished
from nightmarket.events.watch import WatchRecorded
from nightmarket.infra.db import Tx
from nightmarket.infra.jobs import Schedule
from nightmarket.infra.outbox import Listener
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds


async def _fold(tx: Tx, fact: WatchRecorded, services: Services) -> None:
    del fact
    await fold_log(tx, services)


async def _social(tx: Tx, fact: Event, services: Services) -> None:
    deed = _deed(fact)
    if deed is not None:
        await record_social(tx, fact, deed, services)


async def _follow(tx: Tx, fact: Followed | Unfollowed, services: Services) -> None:
    if isinstance(fact, Followed):
        await record_follow(tx, fact, services)
    else:
        await record_unfollow(tx, fact, services)


_BY_ACCOUNT: dict[type[Event], Kind] = {
    social.Liked: Kind.LIKE,
    social.Unliked: Kind.UNLIKE,
    social.Saved: Kind.SAVE,
    social.Unsaved: Kind.UNSAVE,
    social.Reposted: Kind.REPOST,
    social.Unreposted: Kind.UNREPOST,
}


def _deed(fact: Event) -> Deed | None:
    match fact:
        case social.Shared():
            return Deed(Kind.SHARE, fact.viewer_id, fact.video_id)
        case social.Commented():
            return Deed(Kind.COMMENT, fact.author_id, fact.video_id)
        case social.CommentDeleted():
            return Deed(Kind.UNCOMMENT, fact.author_id, fact.video_id, max(1, fact.count))
        case (
            social.Liked()
            | social.Unliked()
            | social.Saved()
            | social.Unsaved()
            | social.Reposted()
            | social.Unreposted()
        ):
            return Deed(_BY_ACCOUNT[type(fact)], fact.account_id, fact.video_id)
        case _:
            return None


async def _video(tx: Tx, fact: VideoPublished | VideoChanged, services: Services) -> None:
    del services
    await remember_video(tx, fact)


async def _merge(tx: Tx, fact: AccountCreated | GuestMerged, services: Services) -> None:
    del services
    if fact.guest_id is not None:
        await merge_guest(tx, fact.guest_id, fact.account_id)


async def _trim(services: Services, now: datetime) -> None:
    async with services.database.transaction() as tx:
        await trim_log(tx, now, services.settings.eventlog_days)


async def _usual(services: Services, now: datetime) -> None:
    async with services.database.transaction() as tx:
        await learn_usual(tx, microseconds(now))


LISTENERS = (
    Listener("analytics.videos", (VideoPublished, VideoChanged), _video),
    Listener(
        "analytics.social",
        (*_BY_ACCOUNT, social.Shared, social.Commented, social.CommentDeleted),
        _social,
    ),
    Listener("analytics.follows", (Followed, Unfollowed), _follow),
    Listener("analytics.fold", (WatchRecorded,), _fold),
    Listener("analytics.guests", (AccountCreated, GuestMerged), _merge),
)
JOBS = ()
SCHEDULES = (
    Schedule("analytics.trim", "7 * * * *", _trim),
    Schedule("analytics.usual", "*/10 * * * *", _usual),
)
