"""What others may ask of analytics: impressions, counters, what a viewer watched, rebuilding."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from nightmarket.domains.analytics import store
from nightmarket.domains.analytics.actions.rebuild_counters import rebuild_counters
from nightmarket.domains.analytics.actions.record_wish import Wish, record_wish
from nightmarket.domains.analytics.actions.show_list import show_list
from nightmarket.domains.analytics.actions.take_events import is_known, unknown_because
from nightmarket.domains.analytics.rules.impressions import key_of
from nightmarket.domains.analytics.rules.impressions import mint as mint_impression
from nightmarket.domains.analytics.rules.impressions import read as verify_impression
from nightmarket.domains.analytics.values import (
    CappedViewer,
    Counters,
    Impression,
    Outcomes,
    Surface,
    Watched,
)
from nightmarket.infra import eventlog
from nightmarket.infra.db import Tx
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, VideoId, ViewerId

__all__ = [
    "CappedViewer",
    "Counters",
    "Impression",
    "Outcomes",
    "Surface",
    "Watched",
    "Wish",
    "capped_viewers",
    "counters",
    "erase_person",
    "export_person",
    "is_known",
    "key_of",
    "mint_impression",
    "outcomes",
    "rebuild_counters",
    "recent_watches",
    "record_wish",
    "show_list",
    "unknown_because",
    "verify_impression",
]

RECENT = timedelta(days=30)


async def counters(tx: Tx, video_ids: Sequence[VideoId]) -> dict[VideoId, Counters]:
    """Return the figures of every video asked for; zeros for one nobody has touched."""
    found = await store.counters(tx, video_ids)
    return {video_id: found.get(video_id) or Counters(video_id) for video_id in video_ids}


async def outcomes(tx: Tx, video_ids: Sequence[VideoId]) -> list[Outcomes]:
    """Return what the feed's showings of these videos led to, fresh viewers apart.

    A video that was never shown has no row.
    """
    return await store.outcomes(tx, video_ids)


async def recent_watches(
    tx: Tx, viewer_id: ViewerId, now: datetime, limit: int = 100
) -> list[Watched]:
    """Return what a viewer watched or liked in the last 30 days, newest first.

    Empty for whoever may not be known: nothing is kept under their name.
    """
    return await store.recent_watches(tx, viewer_id, microseconds(now - RECENT), limit)


async def capped_viewers(tx: Tx, now: datetime, limit: int = 100) -> list[CappedViewer]:
    """Return who sends a hundred times what is usual and is therefore not counted now."""
    return await store.caps_now(tx, microseconds(now), limit)


async def export_person(tx: Tx, account_id: AccountId) -> dict[str, list[dict[str, Any]]]:
    """Return every row about an account, by table."""
    return {
        "infra_event": await eventlog.of_viewer(tx, account_id),
        "analytics_watch": await store.watches_of(tx, account_id),
        "analytics_pace": await store.pace_of(tx, account_id),
        "analytics_cap": [asdict(cap) for cap in [await store.cap_of(tx, account_id)] if cap],
    }


async def erase_person(tx: Tx, account_id: AccountId) -> None:
    """Forget what an account watched; its events stay in the counts without a name."""
    await store.forget_watches(tx, account_id)
    await store.forget_pace(tx, account_id)
    await store.forget_creator(tx, account_id)
    await eventlog.forget_viewer(tx, account_id)
