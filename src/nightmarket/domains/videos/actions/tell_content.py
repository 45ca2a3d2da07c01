"""Tell content: what was taken of films before anybody was told reaches those who learn from it."""

from datetime import datetime

from nightmarket.domains.videos.actions.advance_video import tell_changed
from nightmarket.domains.videos.store import cards, changes, work
from nightmarket.infra.services import Services

BATCH = 100
"""Videos at a time. Each is one fact that search, feed and ranking hear: 1,200 an hour disturb
nobody, and a hundred thousand videos are told in four days."""


async def tell_content(services: Services, now: datetime) -> None:
    """Tell the next videos whose content was never told, or in an older version."""
    async with services.database.transaction() as tx:
        for video_id in await work.content_untold(tx, BATCH):
            if await changes.take(tx, video_id) is None:
                continue
            await work.tell_content(tx, video_id)
            await tell_changed(tx, services, (await cards.cards(tx, [video_id]))[video_id], now)
