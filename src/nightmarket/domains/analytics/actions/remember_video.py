"""Remember whose a video is and how long it plays."""

from nightmarket.domains.analytics import store
from nightmarket.events.videos import VideoChanged, VideoPublished
from nightmarket.infra.db import Tx


async def remember_video(tx: Tx, fact: VideoPublished | VideoChanged) -> None:
    """Keep what the folds and the creator's figures need; the newest fact wins."""
    await store.put_item(
        tx,
        fact.video_id,
        creator_id=fact.creator_id,
        duration_ms=fact.duration_ms,
        market=fact.market,
    )
