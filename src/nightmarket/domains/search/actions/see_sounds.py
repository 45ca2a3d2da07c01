"""See the sounds that were found, with the people who made them."""

from collections.abc import Sequence
from dataclasses import dataclass

from nightmarket.domains.identity import face as identity
from nightmarket.domains.identity.values import Profile
from nightmarket.domains.videos import face as videos
from nightmarket.domains.videos.values import SoundCard
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel.ids import SoundId


@dataclass(frozen=True, slots=True)
class SoundHit:
    """A sound and its maker; None: gone."""

    sound: SoundCard
    by: Profile | None


async def sounds(tx: Tx, found: Sequence[SoundId], subject: Subject) -> list[SoundHit]:
    """Return the sounds that are still public, in the same order."""
    cards = await videos.sounds(tx, found)
    makers = await identity.profiles(
        tx, {card.creator_id for card in cards.values()}, subject.account_id
    )
    return [
        SoundHit(cards[sound_id], makers.get(cards[sound_id].creator_id))
        for sound_id in found
        if sound_id in cards and cards[sound_id].is_public
    ]
