"""What the feed hears and does by the clock."""

from datetime import datetime, timedelta

from nightmarket.domains.feed.actions.index_videos import count_videos, decide_video, index_video
from nightmarket.domains.feed.rules.moments import id_at
from nightmarket.domains.feed.store import items, records, viewers
from nightmarket.events.accounts import AccountCreated, AccountErased, GuestMerged, ProfileChanged
from nightmarket.events.moderation import ContentDecided
from nightmarket.events.videos import VideoChanged, VideoPublished, VideoRemoved
from nightmarket.events.watch import CountersChanged
from nightmarket.infra.db import Tx
from nightmarket.infra.jobs import Schedule
from nightmarket.infra.outbox import Listener
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds

SERVED_KEPT = timedelta(days=7)
"""How long "why this video" can be answered."""


async def _video(
    tx: Tx, fact: VideoPublished | VideoChanged | VideoRemoved | ContentDecided, services: Services
) -> None:
    del services
    if isinstance(fact, VideoRemoved):
        await items.close(tx, fact.video_id)
    elif isinstance(fact, ContentDecided):
        await decide_video(tx, fact)
    else:
        await index_video(tx, fact)


async def _counters(tx: Tx, fact: CountersChanged, services: Services) -> None:
    del services
    await count_videos(tx, fact.video_ids)


async def _creator(tx: Tx, fact: ProfileChanged | AccountErased, services: Services) -> None:
    del services
    if isinstance(fact, AccountErased):
        await items.drop_creator(tx, fact.account_id)
    else:
        await items.touch_creator(tx, fact.account_id)


async def _merge(tx: Tx, fact: AccountCreated | GuestMerged, services: Services) -> None:
    del services
    if fact.guest_id is not None:
        await viewers.merge(tx, fact.guest_id, fact.account_id)


async def _trim(services: Services, now: datetime) -> None:
    async with services.database.transaction() as tx:
        await viewers.trim_served(tx, id_at(microseconds(now - SERVED_KEPT)))
        await records.trim(tx, microseconds(now), services.settings.served_record_days)


LISTENERS = (
    Listener("feed.videos", (VideoPublished, VideoChanged, VideoRemoved, ContentDecided), _video),
    Listener("feed.counters", (CountersChanged,), _counters),
    Listener("feed.creators", (ProfileChanged, AccountErased), _creator),
    Listener("feed.guests", (AccountCreated, GuestMerged), _merge),
)
JOBS = ()
SCHEDULES = (Schedule("feed.trim", "17 * * * *", _trim),)
