"""Reads and writes caption files."""

from nightmarket.domains.videos.store.cards import QUERIES
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import VideoId


async def put(tx: Tx, video_id: VideoId, language: str, content: str, now_us: int) -> None:
    """Write one language's captions."""
    await tx.run(
        QUERIES["track_put"], video_id=video_id, language=language, content=content, now_us=now_us
    )


async def others_count(tx: Tx, video_id: VideoId, language: str) -> int:
    """Return how many other languages there are."""
    found = await tx.value(int, QUERIES["tracks_count"], video_id=video_id, language=language)
    return found or 0


async def content(tx: Tx, video_id: VideoId, language: str) -> str | None:
    """Return one language's captions as WebVTT."""
    return await tx.value(str, QUERIES["track"], video_id=video_id, language=language)


async def delete(tx: Tx, video_id: VideoId, language: str) -> bool:
    """Forget one language's captions; False: there were none."""
    return await tx.run(QUERIES["track_delete"], video_id=video_id, language=language) == 1
