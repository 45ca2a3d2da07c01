"""Facts for the index, as publishers would tell them."""

from typing import Any

from nightmarket.domains.search import jobs
from nightmarket.domains.videos.rules.words import hashtags
from nightmarket.events.videos import VideoPublished
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, VideoId
from tests.builders import videos as clips


async def findable(
    tx: Tx, services: Services, creator_id: AccountId, caption: str, **other: Any
) -> VideoId:
    """A live video that search has heard of."""
    clip = clips.Clip(caption=caption, **other)
    video_id = await clips.video(tx, services, creator_id, clip)
    await jobs.hear_video(tx, published(services, video_id, creator_id, clip), services)
    return video_id


def published(
    services: Services, video_id: VideoId, creator_id: AccountId, clip: clips.Clip
) -> VideoPublished:
    """What the publisher tells of a clip."""
    return VideoPublished(
        event_id=services.ids(),
        occurred_at=services.clock(),
        market=clip.market,
        video_id=video_id,
        creator_id=creator_id,
        caption=clip.caption,
        hashtags=hashtags(clip.caption),
        mentions=(),
        language=clip.language,
        sound_id=None,
        duration_ms=clip.duration_ms,
        audience=clip.audience.value,
        ai_label="none",
        content_level="general",
        published_at_us=microseconds(services.clock()),
    )
