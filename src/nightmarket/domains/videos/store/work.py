"""Reads and writes the work on a video's bytes: attempts, steps, results, moves."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from nightmarket.domains.videos.store.cards import QUERIES
from nightmarket.domains.videos.values import MediaDocument, ProgressView, RenderState
from nightmarket.infra.db import Tx
from nightmarket.infra.media.content import CONTENT_VERSION
from nightmarket.kernel.ids import UploadId, VideoId

_documents = msgspec.json.Decoder(MediaDocument)


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be made of an upload, and which attempt this is."""

    video_id: VideoId
    media_key: str
    upload_id: UploadId | None
    state: str
    attempt: int
    trim_start_ms: int
    trim_end_ms: int | None
    cover_at_ms: int | None
    crop: list[float] | None  # x, y, width, height
    sound_mode: str
    sound_title: str
    original_volume_pct: int
    sound_volume_pct: int
    beat_at_us: int
    media_key_next: str | None
    source_kept_at_us: int


@dataclass(frozen=True, slots=True)
class KeptSource:
    """A video whose upload is kept, and since when."""

    video_id: VideoId
    source_kept_at_us: int


@dataclass(frozen=True, slots=True)
class Made:
    """What a finished attempt leaves."""

    document: MediaDocument
    statistics: tuple[float, ...]
    frame_hashes: tuple[str, ...]
    leftovers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leftovers:
    """Files that were only needed while a video was made."""

    media_key: str
    leftovers: list[str]


@dataclass(frozen=True, slots=True)
class Move:
    """A folder's old and new name."""

    media_key: str
    media_key_next: str


@dataclass(frozen=True, slots=True)
class _Progress:
    video_id: VideoId
    media_key: str
    state: str
    fraction: float
    document: bytes
    refusal_code: str | None
    refusal_words: str | None


async def lock(tx: Tx, video_id: VideoId) -> Work | None:
    """Take the work of a video; None: it was deleted."""
    return await tx.maybe(Work, QUERIES["work_lock"], video_id=video_id)


async def by_upload(tx: Tx, upload_id: UploadId) -> VideoId | None:
    """Return which video waits for an upload."""
    number = await tx.value(int, QUERIES["work_by_upload"], upload_id=upload_id)
    return None if number is None else VideoId(number)


async def begin(tx: Tx, video_id: VideoId, now_us: int) -> int:
    """Begin an attempt and return its number."""
    document = msgspec.json.encode(MediaDocument())
    number = await tx.value(
        int, QUERIES["work_begin"], video_id=video_id, document=document, now_us=now_us
    )
    assert number is not None
    return number


@dataclass(frozen=True, slots=True)
class StepNote:
    """How far an attempt is."""

    video_id: VideoId
    attempt: int
    state: RenderState
    fraction: float
    document: MediaDocument


async def step(tx: Tx, note: StepNote, now_us: int) -> bool:
    """Write how far an attempt is; False: it was given up, stop working."""
    touched = await tx.run(
        QUERIES["work_step"],
        video_id=note.video_id,
        attempt=note.attempt,
        state=note.state.value,
        fraction=note.fraction,
        document=msgspec.json.encode(note.document),
        is_playable=note.document.is_playable,
        now_us=now_us,
    )
    return touched == 1


async def done(tx: Tx, video_id: VideoId, attempt: int, made: Made, now_us: int) -> bool:
    """Write the result; False: the attempt was given up."""
    touched = await tx.run(
        QUERIES["work_done"],
        video_id=video_id,
        attempt=attempt,
        document=msgspec.json.encode(made.document),
        statistics=list(made.statistics),
        content_version=CONTENT_VERSION,
        frame_hashes=list(made.frame_hashes),
        leftovers=list(made.leftovers),
        now_us=now_us,
    )
    return touched == 1


async def keep_source(tx: Tx, video_id: VideoId, now_us: int) -> None:
    """Note that the upload is kept; 0: no more."""
    await tx.run(QUERIES["source_keep"], video_id=video_id, now_us=now_us)


async def sources_kept(tx: Tx, after: int, limit: int) -> list[KeptSource]:
    """Return videos whose upload is kept, with ids above `after`, in order."""
    return await tx.rows(KeptSource, QUERIES["sources_kept"], after=after, limit=limit)


async def content_untold(tx: Tx, limit: int) -> list[VideoId]:
    """Return finished videos whose content was told in no or an older version."""
    numbers = await tx.column(
        int, QUERIES["content_untold"], content_version=CONTENT_VERSION, limit=limit
    )
    return [VideoId(number) for number in numbers]


async def tell_content(tx: Tx, video_id: VideoId) -> None:
    """Note that a video's content is told as it is understood now."""
    await tx.run(QUERIES["content_tell"], video_id=video_id, content_version=CONTENT_VERSION)


async def replace(
    tx: Tx, video_id: VideoId, *, old_key: str, media_key: str, document: MediaDocument
) -> bool:
    """Put a new set of files in the place of the old; False: the old ones moved meanwhile."""
    touched = await tx.run(
        QUERIES["work_replace"],
        video_id=video_id,
        old_key=old_key,
        media_key=media_key,
        document=msgspec.json.encode(document),
    )
    return touched == 1


async def wish_cover(tx: Tx, video_id: VideoId, cover_at_ms: int) -> None:
    """Write down which frame is to stand for the film."""
    await tx.run(QUERIES["cover_wish"], video_id=video_id, cover_at_ms=cover_at_ms)


async def set_cover(
    tx: Tx, made_for: Work, document: MediaDocument, leftovers: Sequence[str]
) -> bool:
    """Put a cover in place of the old one; False: the bytes moved or the wish changed meanwhile."""
    touched = await tx.run(
        QUERIES["cover_set"],
        video_id=made_for.video_id,
        media_key=made_for.media_key,
        cover_at_ms=made_for.cover_at_ms,
        document=msgspec.json.encode(document),
        leftovers=list(leftovers),
    )
    return touched == 1


async def rest(tx: Tx, video_id: VideoId, attempt: int) -> None:
    """Let another attempt begin at once."""
    await tx.run(QUERIES["work_rest"], video_id=video_id, attempt=attempt)


async def refuse(tx: Tx, video_id: VideoId, code: str, words: str, now_us: int) -> None:
    """Write why the bytes cannot be published."""
    await tx.run(
        QUERIES["work_refuse"],
        video_id=video_id,
        code=code,
        words=words,
        document=msgspec.json.encode(MediaDocument()),
        now_us=now_us,
    )


async def forget_upload(tx: Tx, video_id: VideoId) -> None:
    """The upload was used up."""
    await tx.run(QUERIES["work_forget_upload"], video_id=video_id)


async def set_credentials(tx: Tx, video_id: VideoId, credentials: bytes, *, is_ai: bool) -> None:
    """Keep what the Content Credentials say, and whether they make the label."""
    await tx.run(
        QUERIES["credentials_set"], video_id=video_id, credentials=credentials, is_ai=is_ai
    )


async def progress(tx: Tx, video_id: VideoId) -> ProgressView | None:
    """Return how far the work is; None: no such video."""
    row = await tx.maybe(_Progress, QUERIES["progress"], video_id=video_id)
    if row is None:
        return None
    media = _documents.decode(row.document)
    first = next((one.file for one in media.renditions), media.hls_file)
    return ProgressView(
        row.video_id,
        RenderState(row.state),
        row.fraction,
        f"/media/{row.media_key}/{first}" if first else None,
        tuple(one.name for one in media.renditions),
        row.refusal_code,
        row.refusal_words,
    )


async def stalled(tx: Tx, before_us: int) -> list[VideoId]:
    """Return videos whose worker fell silent."""
    return [
        VideoId(number) for number in await tx.column(int, QUERIES["stalled"], before_us=before_us)
    ]


async def take_leftovers(tx: Tx, video_id: VideoId) -> Leftovers | None:
    """Return files to delete, once."""
    return await tx.maybe(Leftovers, QUERIES["leftovers_take"], video_id=video_id)


async def wish_moves(tx: Tx, video_id: VideoId, fresh: Sequence[str]) -> list[Move]:
    """Write down new folders for a video's bytes and its own sound's; two fresh keys."""
    moves = []
    for query, key in zip(("move_wish", "sound_move_wish"), fresh, strict=True):
        moves += await tx.rows(Move, QUERIES[query], video_id=video_id, media_key_next=key)
    return moves


async def end_moves(tx: Tx, video_id: VideoId) -> None:
    """The bytes lie in their new folders."""
    for query in ("move_done", "sound_move_done"):
        await tx.run(QUERIES[query], video_id=video_id)
