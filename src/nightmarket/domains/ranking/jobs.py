"""What the ranker's tables hear and do by the clock."""

from datetime import datetime, timedelta

from nightmarket.domains.ranking import face, store
from nightmarket.domains.ranking.actions.describe_video import describe_video
from nightmarket.events.accounts import AccountErased
from nightmarket.events.videos import VideoChanged, VideoPublished, VideoRemoved
from nightmarket.events.watch import FeedStartedOver
from nightmarket.infra.db import Tx
from nightmarket.infra.jobs import Schedule
from nightmarket.infra.outbox import Listener
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds

KEPT = timedelta(days=7)
"""Steps and names older than any version somebody could go on from."""


async def _video(
    tx: Tx, fact: VideoPublished | VideoChanged | VideoRemoved, services: Services
) -> None:
    del services
    if isinstance(fact, VideoRemoved):
        await store.drop(tx, fact.video_id)
    else:
        await describe_video(tx, fact)


async def _viewer(tx: Tx, fact: AccountErased | FeedStartedOver, services: Services) -> None:
    if isinstance(fact, AccountErased):
        await face.erase_person(tx, fact.account_id)
        await face.forget_viewer(tx, fact.account_id, microseconds(services.clock()))
    else:
        await face.forget_viewer(tx, fact.viewer_id, microseconds(services.clock()))


async def _trim(services: Services, now: datetime) -> None:
    async with services.database.transaction() as tx:
        await store.trim(tx, microseconds(now - KEPT))


LISTENERS = (
    Listener("ranking.videos", (VideoPublished, VideoChanged, VideoRemoved), _video),
    Listener("ranking.viewers", (AccountErased, FeedStartedOver), _viewer),
)
JOBS = ()
SCHEDULES = (Schedule("ranking.trim", "41 3 * * *", _trim),)
