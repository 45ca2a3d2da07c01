"""Puts videos together for one caller: cards, people, figures and the caller's own marks."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.identity import face as identity
from nightmarket.domains.identity.values import Follows, Profile
from nightmarket.domains.social.assembly import payloads
from nightmarket.domains.social.assembly.payloads import VideoPayload
from nightmarket.domains.social.store import reactions as store
from nightmarket.domains.social.values import Counts, Reactions
from nightmarket.domains.videos import face as videos
from nightmarket.domains.videos.values import VideoCard
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel.ids import AccountId, VideoId


async def video_payloads(tx: Tx, ids: Sequence[VideoId], subject: Subject) -> list[VideoPayload]:
    """Return the videos the caller may see, in the order of `ids`; the others are left out.

    The number of queries does not depend on how many are asked for.
    """
    cards = await videos.videos(tx, ids, subject)
    return await payloads_of(tx, [cards[number] for number in ids if number in cards], subject)


async def payloads_of(
    tx: Tx,
    cards: Sequence[VideoCard],
    subject: Subject,
    known: Mapping[AccountId, Profile] = MappingProxyType({}),
) -> list[VideoPayload]:
    """Return cards the caller may see as payloads, in the same order.

    `known`: people as the caller sees them, who need not be asked for.
    """
    if not cards:
        return []
    ids = [card.video_id for card in cards]
    strangers = _people(cards) - known.keys()
    people = dict(known)
    if strangers:
        people |= await identity.profiles(tx, strangers, subject.account_id)
    figures = await analytics.counters(tx, ids)
    counts = await store.counts(tx, ids)
    marks: dict[VideoId, Reactions] = {}
    if subject.account_id is not None:
        marks = await store.reactions(tx, subject.account_id, ids)
    found = []
    for card in cards:
        creator = people.get(card.creator_id)
        if creator is None:  # Erased a moment ago: the video is going too.
            continue
        found.append(
            payloads.video_payload(
                card,
                creator,
                _maker(card, people),
                payloads.counts_payload(
                    figures[card.video_id].views, counts.get(card.video_id, Counts())
                ),
                payloads.you_payload(
                    marks.get(card.video_id, Reactions()),
                    is_following=creator.you_follow is Follows.YES,
                    is_owner=subject.account_id == card.creator_id,
                ),
            )
        )
    return found


def _people(cards: Sequence[VideoCard]) -> set[AccountId]:
    creators = {card.creator_id for card in cards}
    return creators | {card.sound.creator_id for card in cards if card.sound is not None}


def _maker(card: VideoCard, people: dict[AccountId, Profile]) -> Profile | None:
    return None if card.sound is None else people.get(card.sound.creator_id)
