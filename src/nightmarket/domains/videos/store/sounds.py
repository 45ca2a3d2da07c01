"""Reads and writes sounds."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from nightmarket.domains.videos.store.cards import QUERIES
from nightmarket.domains.videos.values import MediaDocument, SoundCard
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import ID_MAX, AccountId, SoundId, VideoId
from nightmarket.kernel.pages import PageRequest

_documents = msgspec.json.Decoder(MediaDocument)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSound:
    """A sound about to be written."""

    sound_id: SoundId
    creator_id: AccountId
    market: str
    title: str
    original_video_id: VideoId
    media_key: str
    duration_ms: int
    created_at_us: int


@dataclass(frozen=True, slots=True)
class _Row:
    sound_id: SoundId
    creator_id: AccountId
    title: str
    original_video_id: VideoId
    media_key: str
    duration_ms: int
    is_public: bool
    uses_count: int
    cover_key: str | None
    cover_document: bytes | None


@dataclass(frozen=True, slots=True)
class _Folders:
    media_key: str
    media_key_next: str | None


async def insert(tx: Tx, new: NewSound) -> SoundId:
    """Write a sound; returns the id of the one its video has, now or since before."""
    params = {name: getattr(new, name) for name in NewSound.__slots__}
    await tx.run(QUERIES["sound_insert"], **params)
    found = await of_video(tx, new.original_video_id)
    assert found is not None
    return found


async def sounds(tx: Tx, ids: Sequence[SoundId]) -> dict[SoundId, SoundCard]:
    """Return sounds by id; unknown ones are absent."""
    if not ids:
        return {}
    rows = await tx.rows(_Row, QUERIES["sounds"], ids=list(ids))
    return {row.sound_id: _card(row) for row in rows}


async def of_video(tx: Tx, video_id: VideoId) -> SoundId | None:
    """Return the sound a video brought along."""
    number = await tx.value(int, QUERIES["sound_of_video"], video_id=video_id)
    return None if number is None else SoundId(number)


async def search(tx: Tx, like: str, request: PageRequest) -> list[SoundId]:
    """Return public sounds whose title matches an SQL pattern, most used first."""
    uses_count, sound_id = request.after or (2**31 - 1, ID_MAX)
    found = await tx.column(
        int,
        QUERIES["sound_search"],
        like=like,
        uses_count=uses_count,
        sound_id=sound_id,
        limit=request.limit + 1,
    )
    return [SoundId(number) for number in found]


async def after(tx: Tx, place: int, limit: int) -> list[SoundId]:
    """Return public sounds with larger ids, in order."""
    found = await tx.column(int, QUERIES["sounds_after"], after=place, limit=limit)
    return [SoundId(number) for number in found]


async def recount(tx: Tx, sound_id: SoundId) -> None:
    """Count again how many live videos use it."""
    await tx.run(QUERIES["sound_recount"], sound_id=sound_id)


async def set_public(tx: Tx, sound_id: SoundId, *, is_public: bool) -> None:
    """Let others hear and use it, or not."""
    await tx.run(QUERIES["sound_public_set"], sound_id=sound_id, is_public=is_public)


async def attach(tx: Tx, video_id: VideoId, sound_id: SoundId) -> None:
    """Note which sound is heard in a video."""
    await tx.run(QUERIES["sound_attach"], video_id=video_id, sound_id=sound_id)


async def detach(tx: Tx, sound_id: SoundId) -> list[VideoId]:
    """Take a sound out of every video that names it; returns the live ones that name their own now.

    These own sounds are on offer from then on.
    """
    freed = await tx.column(int, QUERIES["sound_detach"], sound_id=sound_id)
    offered = await tx.column(int, QUERIES["sounds_free"], video_ids=freed) if freed else []
    return [VideoId(number) for number in sorted(offered)]


async def delete(tx: Tx, sound_id: SoundId) -> list[str]:
    """Forget a sound that no video names any more; returns the folders of its bytes."""
    rows = await tx.rows(_Folders, QUERIES["sound_delete"], sound_id=sound_id)
    return [key for row in rows for key in (row.media_key, row.media_key_next) if key is not None]


def _card(row: _Row) -> SoundCard:
    cover = None
    if row.cover_document is not None and row.is_public:
        media = _documents.decode(row.cover_document)
        file = media.cover or media.poster
        cover = f"/media/{row.cover_key}/{file}" if file else None
    return SoundCard(
        row.sound_id,
        row.creator_id,
        row.title,
        row.original_video_id,
        row.media_key,
        row.duration_ms,
        row.is_public,
        row.uses_count,
        cover,
    )
