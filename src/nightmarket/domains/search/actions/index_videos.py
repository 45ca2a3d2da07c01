"""Keep videos findable as they appear, change and go."""

from nightmarket.domains.moderation import face as moderation
from nightmarket.domains.moderation.values import Ref, RefKind
from nightmarket.domains.search.rules import words
from nightmarket.domains.search.store import index
from nightmarket.domains.search.values import Indexed
from nightmarket.domains.videos import face as videos
from nightmarket.events.videos import VideoChanged, VideoPublished
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import SoundId, VideoId


async def index_video(tx: Tx, fact: VideoPublished | VideoChanged) -> None:
    """Put a video into the index, or put it there anew."""
    await _uncount(tx, fact.video_id)
    hashtags = tuple(sorted(set(fact.hashtags)))
    kept = Indexed(
        video_id=fact.video_id,
        creator_id=fact.creator_id,
        market=fact.market,
        language=fact.language,
        audience=fact.audience,
        sound_id=fact.sound_id,
        hashtags=hashtags,
        words=words.vocabulary(fact.caption),
        document=words.document([(" ".join(fact.hashtags), "A"), (fact.caption, "B")]),
        published_at_us=fact.published_at_us,
    )
    await index.put_video(tx, kept)
    ref = Ref(RefKind.VIDEO, fact.video_id)
    seen = await moderation.visibility(tx, [ref])
    await index.list_video(tx, fact.video_id, is_listed=seen[ref].is_recommendable)
    await index.count_hashtags(tx, kept.hashtags, 1)
    await index.count_words(tx, kept.words, 1)
    await _use_sound(tx, fact)


async def _use_sound(tx: Tx, fact: VideoPublished | VideoChanged) -> None:
    if fact.sound_id is None:
        return
    card = (await videos.videos(tx, [fact.video_id], None)).get(fact.video_id)
    if card is None or card.sound is None or not card.sound.is_public:
        return
    await index.put_sound(
        tx,
        card.sound.sound_id,
        card.sound.creator_id,
        market=fact.market,
        title=card.sound.title,
    )


async def unindex_video(tx: Tx, video_id: VideoId) -> None:
    """Take a video out; it may not be there."""
    await _uncount(tx, video_id)
    await index.delete_video(tx, video_id)


async def _uncount(tx: Tx, video_id: VideoId) -> None:
    before = await index.kept(tx, video_id)
    if before is None:
        return
    await index.count_hashtags(tx, before.hashtags, -1)
    await index.count_words(tx, before.words, -1)
    if before.sound_id is not None:
        await index.drop_sound(tx, SoundId(before.sound_id))
