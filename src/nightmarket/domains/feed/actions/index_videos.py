"""Keep the feed's index of videos up to what others tell."""

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.feed.store import items
from nightmarket.events.moderation import ContentDecided
from nightmarket.events.videos import VideoChanged, VideoPublished
from nightmarket.infra.db import Tx
from nightmarket.kernel.folding import fold
from nightmarket.kernel.ids import VideoId

WORDS_MAX = 2_000
"""Letters of a caption that keyword filters look at."""
CLOSING = frozenset({"remove"})
DEMOTING = frozenset({"limit", "demote"})
AGEING = frozenset({"age_gate"})


async def index_video(tx: Tx, fact: VideoPublished | VideoChanged) -> None:
    """Add or change a video. Only publishing opens one that was closed."""
    tags = list(dict.fromkeys(fold(tag) for tag in fact.hashtags))
    words = fold(fact.caption)[:WORDS_MAX]
    await items.put(
        tx,
        items.Snapshot(
            video_id=fact.video_id,
            creator_id=fact.creator_id,
            market=fact.market,
            language=fact.language,
            sound_id=fact.sound_id or 0,
            duration_ms=fact.duration_ms,
            audience=fact.audience,
            is_ai=fact.ai_label != "none",
            is_mature=fact.content_level == "mature",
            is_reopened=isinstance(fact, VideoPublished),
            hashtags=tags,
            words=" ".join([words, *tags]),
            published_at_us=fact.published_at_us,
        ),
    )


async def decide_video(tx: Tx, fact: ContentDecided) -> None:
    """Take over a decision about a video; the late check asks again anyway."""
    if fact.ref_kind == "video":
        await items.decide(
            tx,
            fact.ref_id,
            is_open=fact.everywhere not in CLOSING,
            is_demoted=fact.everywhere in DEMOTING,
            is_mature=fact.everywhere in AGEING,
        )


async def count_videos(tx: Tx, video_ids: tuple[VideoId, ...]) -> None:
    """Take over the counters of these videos."""
    found = await analytics.counters(tx, video_ids)
    await items.count(tx, found.values())
