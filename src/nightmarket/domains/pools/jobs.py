"""What pools hear and do by the clock."""

from datetime import datetime

from nightmarket.domains.pools import face
from nightmarket.domains.pools.actions.deal import deal
from nightmarket.domains.pools.actions.enrol import close_video, enrol_video, hear_decision
from nightmarket.domains.pools.actions.expect import expect
from nightmarket.domains.pools.actions.measure import measure_videos
from nightmarket.events.accounts import AccountErased
from nightmarket.events.moderation import ContentDecided
from nightmarket.events.videos import VideoChanged, VideoPublished, VideoRemoved
from nightmarket.events.watch import CountersChanged
from nightmarket.infra.db import Tx
from nightmarket.infra.jobs import Schedule
from nightmarket.infra.outbox import Listener
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds


async def _video(
    tx: Tx, fact: VideoPublished | VideoChanged | VideoRemoved | ContentDecided, services: Services
) -> None:
    now_us = microseconds(services.clock())
    if isinstance(fact, VideoRemoved):
        await close_video(tx, fact.video_id, now_us)
    elif isinstance(fact, ContentDecided):
        await hear_decision(tx, fact, now_us)
    else:
        await enrol_video(tx, fact, now_us)


async def _counters(tx: Tx, fact: CountersChanged, services: Services) -> None:
    await measure_videos(tx, services, fact.video_ids)


async def _erased(tx: Tx, fact: AccountErased, services: Services) -> None:
    del services
    await face.erase_person(tx, fact.account_id)


async def _deal(services: Services, now: datetime) -> None:
    del now
    async with services.database.transaction() as tx:
        await deal(tx, services)


async def _expect(services: Services, now: datetime) -> None:
    del now
    await expect(services)


LISTENERS = (
    Listener("pools.videos", (VideoPublished, VideoChanged, VideoRemoved, ContentDecided), _video),
    Listener("pools.outcomes", (CountersChanged,), _counters),
    Listener("pools.people", (AccountErased,), _erased),
)
JOBS = ()
SCHEDULES = (
    Schedule("pools.deal", "* * * * *", _deal),
    Schedule("pools.expect", "*/10 * * * *", _expect),
)
