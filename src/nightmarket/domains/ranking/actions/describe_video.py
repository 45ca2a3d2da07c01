"""Keep what the ranker knows of videos up to what `videos` tells."""

from nightmarket.domains.ranking import store
from nightmarket.domains.ranking.rules import describe
from nightmarket.events.videos import VideoChanged, VideoPublished
from nightmarket.infra.db import Tx


async def describe_video(tx: Tx, fact: VideoPublished | VideoChanged) -> None:
    """Add or change a video."""
    await store.put(
        tx,
        store.Described(
            video_id=fact.video_id,
            creator_id=fact.creator_id,
            market=fact.market,
            sound_id=fact.sound_id or 0,
            duration_ms=fact.duration_ms,
            tags=describe.tags(fact.hashtags),
            words=describe.words(fact.caption),
            published_at_us=fact.published_at_us,
            content=describe.content(fact.content),
        ),
    )
