"""Lists of videos as one caller may see them."""

from collections.abc import Sequence

from nightmarket.domains.identity import face as identity
from nightmarket.domains.identity.errors import NoSuchAccount
from nightmarket.domains.social.actions.collect import collection
from nightmarket.domains.social.assembly.payloads import VideoPayload
from nightmarket.domains.social.assembly.videos import payloads_of, video_payloads
from nightmarket.domains.social.store import collections, reactions
from nightmarket.domains.social.store.reactions import Placed
from nightmarket.domains.social.values import Reaction
from nightmarket.domains.videos import face as videos
from nightmarket.domains.videos.errors import NoSuchVideo
from nightmarket.domains.videos.values import VideoCard
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel.ids import AccountId, CollectionId, SoundId, VideoId
from nightmarket.kernel.pages import Page, PageRequest, page


async def video(tx: Tx, subject: Subject, video_id: VideoId) -> VideoPayload:
    """Return one video.

    Raises:
        NoSuchVideo: not there, or not for this caller.
    """
    found = await video_payloads(tx, [video_id], subject)
    if not found:
        raise NoSuchVideo("no such video")
    return found[0]


async def of_profile(
    tx: Tx, subject: Subject, handle: str, request: PageRequest
) -> Page[VideoPayload]:
    """Return a profile's grid, pinned first; the cursor has three keys.

    Raises:
        NoSuchAccount: not there, or parted from the caller by a block.
    """
    creator_id = await profile_id(tx, subject, handle)
    return await _assembled(tx, subject, await videos.by_creator(tx, creator_id, subject, request))


async def profile_id(tx: Tx, subject: Subject, handle: str) -> AccountId:
    """Return whose handle it is.

    Raises:
        NoSuchAccount: nobody's, or somebody parted from the caller by a block.
    """
    wanted = handle.lower().removeprefix("@")
    found = (await identity.by_handles(tx, [wanted])).get(wanted)
    if found is None:
        raise NoSuchAccount("no such account")
    if subject.account_id is not None:
        parted = await identity.blocks_of(tx, subject.account_id)
        if found.account_id in parted:
            raise NoSuchAccount("no such account")
    return found.account_id


async def of_hashtag(
    tx: Tx, subject: Subject, tag: str, request: PageRequest
) -> Page[VideoPayload]:
    """Return a hashtag's videos, the newest first; the cursor has two keys."""
    return await _assembled(tx, subject, await videos.by_hashtag(tx, tag, subject, request))


async def of_sound(
    tx: Tx, subject: Subject, sound_id: SoundId, request: PageRequest
) -> Page[VideoPayload]:
    """Return a sound's videos, the newest first; the cursor has two keys."""
    return await _assembled(tx, subject, await videos.by_sound(tx, sound_id, subject, request))


async def of_reaction(
    tx: Tx, subject: Subject, reaction: Reaction, request: PageRequest
) -> Page[VideoPayload]:
    """Return what the caller liked, saved or reposted, the latest first; two keys."""
    found = await reactions.listed(tx, reaction, subject.account(), request)
    return await _placed(tx, subject, found, request)


async def of_reposter(
    tx: Tx, subject: Subject, handle: str, request: PageRequest
) -> Page[VideoPayload]:
    """Return what a profile reposted, the latest first; of a private one to its followers only.

    Raises:
        NoSuchAccount: not there, or parted from the caller by a block.
    """
    account_id = await profile_id(tx, subject, handle)
    if not await identity.may_see(tx, subject.account_id, account_id, "everyone"):
        return Page([], None)
    found = await reactions.listed(tx, Reaction.REPOST, account_id, request)
    return await _placed(tx, subject, found, request)


async def of_collection(
    tx: Tx, subject: Subject, collection_id: CollectionId, request: PageRequest
) -> Page[VideoPayload]:
    """Return what is in one of the caller's collections, the latest first; two keys.

    Raises:
        NoSuchCollection: not there, or somebody else's.
    """
    await collection(tx, subject.account(), collection_id)
    found = await collections.videos_in(tx, collection_id, request)
    return await _placed(tx, subject, found, request)


async def covers(tx: Tx, subject: Subject, ids: Sequence[VideoId]) -> dict[VideoId, str | None]:
    """Return poster addresses of those videos the caller may see."""
    cards = await videos.videos(tx, ids, subject)
    return {number: poster_of(card) for number, card in cards.items()}


def poster_of(card: VideoCard) -> str | None:
    """Return where a video's poster is served."""
    return card.file_url(card.media.cover or card.media.poster)


async def _placed(
    tx: Tx, subject: Subject, found: list[Placed], request: PageRequest
) -> Page[VideoPayload]:
    cut = page(found, request.limit, lambda place: (place.at_us, place.video_id))
    ids = [place.video_id for place in cut.items]
    return Page(await video_payloads(tx, ids, subject), cut.next_cursor)


async def _assembled(tx: Tx, subject: Subject, found: Page[VideoCard]) -> Page[VideoPayload]:
    return Page(await payloads_of(tx, found.items, subject), found.next_cursor)
