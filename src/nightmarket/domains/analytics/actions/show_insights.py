"""Show a creator what a video did."""

from datetime import datetime

from nightmarket.domains.analytics import store
from nightmarket.domains.analytics.errors import NoInsights
from nightmarket.domains.analytics.rules.fold import retention_curve
from nightmarket.domains.analytics.values import DAY_US, REACH_STEPS, Counters, Insights
from nightmarket.infra.db import Tx
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, VideoId

DAYS_MAX = 60


async def show_insights(
    tx: Tx, video_id: VideoId, account_id: AccountId, now: datetime
) -> Insights:
    """Return totals, the last 60 days and the retention curve.

    Raises:
        NoInsights: no such video, or somebody else's.
    """
    if await store.creator_of(tx, video_id) != account_id:
        raise NoInsights("no figures for such a video")
    totals = await store.counters(tx, [video_id])
    since_day = microseconds(now) // DAY_US - DAYS_MAX + 1
    return Insights(
        counters=totals.get(video_id) or Counters(video_id),
        days=tuple(await store.daily(tx, video_id, since_day)),
        retention=retention_curve(await store.reaches(tx, video_id), REACH_STEPS),
    )
