"""Reads and writes the fingerprints of films' own sounds."""

from collections.abc import Sequence
from dataclasses import dataclass

from nightmarket.domains.videos.store.cards import QUERIES
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import SoundId, VideoId


@dataclass(frozen=True, slots=True)
class Candidate:
    """A public sound that shares something with the one looked for."""

    sound_id: SoundId
    words: bytes


async def keep(tx: Tx, sound_id: SoundId, words: bytes, keys: Sequence[int]) -> None:
    """Write a sound's fingerprint; a second attempt of the same work replaces it."""
    await tx.run(QUERIES["print_put"], sound_id=sound_id, words=words, keys=list(keys))


async def candidates(tx: Tx, video_id: VideoId, keys: Sequence[int], limit: int) -> list[Candidate]:
    """Return the public sounds of other videos that share the most keys, most first."""
    return await tx.rows(
        Candidate, QUERIES["print_candidates"], video_id=video_id, keys=list(keys), limit=limit
    )
