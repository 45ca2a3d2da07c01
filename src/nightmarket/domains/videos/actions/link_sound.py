"""Link a film to the public sound that it brings along: one recording has one page."""

import asyncio

from nightmarket.domains.identity import face as identity
from nightmarket.domains.videos.rules import likeness
from nightmarket.domains.videos.store import prints, sounds
from nightmarket.domains.videos.values import Audience, VideoCard, VideoState
from nightmarket.infra import telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import SoundId, VideoId

CANDIDATES_MAX = 20
"""Each costs some 30 ms of one core for three minutes of sound."""


async def alike(services: Services, video_id: VideoId, print_bytes: bytes) -> list[SoundId]:
    """Return public sounds of other videos that are the same recording, oldest first.

    None for what is silent, still, or shorter than five seconds.
    """
    if not likeness.says_enough(print_bytes):
        return []
    keys = likeness.keys(print_bytes)
    async with services.database.transaction() as tx:
        found = await prints.candidates(tx, video_id, keys, CANDIDATES_MAX)
    return await asyncio.to_thread(_same, print_bytes, found)


def _same(print_bytes: bytes, found: list[prints.Candidate]) -> list[SoundId]:
    same = [one.sound_id for one in found if likeness.is_same_recording(print_bytes, one.words)]
    return sorted(same)


async def keep_print(tx: Tx, sound_id: SoundId, print_bytes: bytes) -> None:
    """Remember what a sound sounds like, unless it says nothing."""
    if likeness.says_enough(print_bytes):
        await prints.keep(tx, sound_id, print_bytes, likeness.keys(print_bytes))


async def link_sound(tx: Tx, card: VideoCard, same: list[SoundId]) -> None:
    """Name the oldest of these sounds as the film's; its own stays its creator's, off all lists.

    Drafts and films for few keep their own, and nobody is linked to whom they block or who blocks
    them.
    """
    if not same or card.state == VideoState.DRAFT or card.audience != Audience.EVERYONE:
        return
    creator = await identity.account(tx, card.creator_id)
    if creator.is_private:
        return
    apart = await identity.blocks_of(tx, card.creator_id)
    found = await sounds.sounds(tx, same)
    for sound_id in same:
        sound = found.get(sound_id)
        if sound is not None and sound.is_public and sound.creator_id not in apart:
            await sounds.attach(tx, card.video_id, sound_id)
            telemetry.happened("sound_linked", video_id=card.video_id, sound_id=sound_id)
            return
