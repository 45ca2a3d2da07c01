"""See videos as a viewer may: cards and lists, with everything hidden left out."""

from collections.abc import Callable, Sequence

from nightmarket.domains.identity import face as identity
from nightmarket.domains.moderation import face as moderation
from nightmarket.domains.moderation.values import Ref, RefKind
from nightmarket.domains.videos.errors import NoDownload, NoSuchVideo
from nightmarket.domains.videos.rules.visibility import Shown, Watcher, may_watch
from nightmarket.domains.videos.rules.words import normal_tag
from nightmarket.domains.videos.store import cards as store
from nightmarket.domains.videos.values import (
    Audience,
    ContentLevel,
    Restriction,
    VideoCard,
    VideoState,
)
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel import pages
from nightmarket.kernel.ids import AccountId, SoundId, VideoId
from nightmarket.kernel.pages import Page, PageRequest


async def videos(
    tx: Tx, ids: Sequence[VideoId], viewer: Subject | None
) -> dict[VideoId, VideoCard]:
    """Return the cards the viewer may see; `viewer` None: all of them, unchecked."""
    found = await store.cards(tx, ids)
    if viewer is None:
        return found
    shown = [(video_id, _shown(card)) for video_id, card in found.items()]
    seen = await _visible(tx, shown, viewer)
    return {
        video_id: card
        for (video_id, card), is_seen in zip(found.items(), seen, strict=True)
        if is_seen
    }


async def video(tx: Tx, video_id: VideoId, viewer: Subject | None) -> VideoCard:
    """Return one card.

    Raises:
        NoSuchVideo: there is none, or not for this viewer.
    """
    found = await videos(tx, [video_id], viewer)
    if video_id not in found:
        raise NoSuchVideo("no such video")
    return found[video_id]


async def download_url(tx: Tx, video_id: VideoId, viewer: Subject) -> str:
    """Return where the best file of a video can be kept from.

    Raises:
        NoSuchVideo: there is none, or not for this viewer.
        NoDownload: its creator does not give it away, or a decision limits it.
    """
    card = await video(tx, video_id, viewer)
    is_own = viewer.account_id == card.creator_id
    is_free = card.can_download and card.restriction != Restriction.LIMIT
    if not (is_own or is_free) or not card.media.renditions:
        raise NoDownload("this video cannot be downloaded")
    best = max(card.media.renditions, key=lambda one: one.width * one.height)
    return f"/media/{card.media_key}/{best.file}?download=1"


async def visible_ids(tx: Tx, ids: Sequence[VideoId], viewer: Subject) -> set[VideoId]:
    """Return which of these the viewer may watch now: the late check of every list."""
    standings = await store.standings(tx, ids)
    shown = [
        (
            standing.video_id,
            Shown(
                standing.creator_id,
                VideoState(standing.state),
                Audience(standing.audience),
                ContentLevel(standing.content_level),
                Restriction(standing.restriction),
            ),
        )
        for standing in standings
    ]
    seen = await _visible(tx, shown, viewer)
    return {standing.video_id for standing, is_seen in zip(standings, seen, strict=True) if is_seen}


async def by_creator(
    tx: Tx, creator_id: AccountId, viewer: Subject, request: PageRequest
) -> Page[VideoCard]:
    """Return a profile's grid: pinned first, then newest; the cursor has three keys."""
    audiences = list(Audience)
    wanted = [(creator_id, audience.value) for audience in audiences]
    open_to = [
        audience
        for audience, is_open in zip(
            audiences, await identity.may_see_many(tx, viewer.account_id, wanted), strict=True
        )
        if is_open
    ]
    ids = await store.ids_by_creator(tx, creator_id, open_to, request)
    return await _page(tx, ids, viewer, request, _grid_key)


async def of_creator(
    tx: Tx, creator_id: AccountId, state: VideoState | None, request: PageRequest
) -> Page[VideoCard]:
    """Return the creator's own list in the studio, in every state; the cursor has one key."""
    ids = await store.ids_of_creator(tx, creator_id, state.value if state else "", request)
    return await _page(tx, ids, None, request, lambda card: (card.video_id,))


async def by_hashtag(tx: Tx, tag: str, viewer: Subject, request: PageRequest) -> Page[VideoCard]:
    """Return a hashtag's videos, newest first; the cursor has two keys."""
    ids = await store.ids_by_hashtag(tx, normal_tag(tag), request)
    return await _page(tx, ids, viewer, request, _newest_key)


async def by_sound(
    tx: Tx, sound_id: SoundId, viewer: Subject, request: PageRequest
) -> Page[VideoCard]:
    """Return a sound's videos, newest first; the cursor has two keys."""
    ids = await store.ids_by_sound(tx, sound_id, request)
    return await _page(tx, ids, viewer, request, _newest_key)


async def latest(tx: Tx, viewer: Subject, request: PageRequest) -> Page[VideoCard]:
    """Return everything for everyone, newest first; the cursor has two keys."""
    ids = await store.ids_latest(tx, request)
    return await _page(tx, ids, viewer, request, _newest_key)


async def changed_since(
    tx: Tx, after: tuple[int, int], limit: int
) -> tuple[list[VideoCard], tuple[int, int]]:
    """Return cards in the order of change after `(changed_at_us, video_id)`, and the new place.

    For indexes that are built anew; starts at (0, 0), ends with an empty list.
    """
    changes = await store.changes_since(tx, after[0], after[1], limit)
    if not changes:
        return [], after
    found = await store.cards(tx, [video_id for video_id, _ in changes])
    last_id, last_us = changes[-1]
    return [found[video_id] for video_id, _ in changes if video_id in found], (last_us, last_id)


def watcher_of(viewer: Subject) -> Watcher:
    """Return what visibility needs of a viewer."""
    return Watcher(
        account_id=viewer.account_id,
        is_adult=viewer.account_id is not None and not viewer.is_minor,
        is_moderator="moderator" in viewer.roles,
    )


def _grid_key(card: VideoCard) -> tuple[int, ...]:
    return (card.pinned_at_us, card.published_at_us or 0, card.video_id)


def _newest_key(card: VideoCard) -> tuple[int, ...]:
    return (card.published_at_us or 0, card.video_id)


async def _page(
    tx: Tx,
    ids: list[VideoId],
    viewer: Subject | None,
    request: PageRequest,
    key: Callable[[VideoCard], tuple[int, ...]],
) -> Page[VideoCard]:
    """Cut the page before hiding, so that a hidden row shortens a page but never ends the list."""
    found = await store.cards(tx, ids)
    cut = pages.page([found[number] for number in ids if number in found], request.limit, key)
    if viewer is None:
        return cut
    seen = await _visible(tx, [(card.video_id, _shown(card)) for card in cut.items], viewer)
    kept = [card for card, is_seen in zip(cut.items, seen, strict=True) if is_seen]
    return Page(kept, cut.next_cursor)


def _shown(card: VideoCard) -> Shown:
    return Shown(card.creator_id, card.state, card.audience, card.content_level, card.restriction)


async def _visible(tx: Tx, shown: Sequence[tuple[VideoId, Shown]], viewer: Subject) -> list[bool]:
    """Answer `may_watch` for many, in order; a few queries, whatever their number.

    Moderation is asked last: a law that holds in the viewer's market only is not in the cards.
    """
    wanted = [(one.creator_id, one.audience.value) for _, one in shown]
    audiences = await identity.may_see_many(tx, viewer.account_id, wanted) if wanted else []
    refs = {Ref(RefKind.VIDEO, video_id) for video_id, _ in shown}
    decided = await moderation.visibility(tx, refs, viewer.market)
    watcher = watcher_of(viewer)
    return [
        may_watch(one, watcher, is_in_audience=is_in)
        and decided[Ref(RefKind.VIDEO, video_id)].is_shown_to(
            is_owner=one.creator_id == viewer.account_id or watcher.is_moderator,
            is_adult=watcher.is_adult,
        )
        for (video_id, one), is_in in zip(shown, audiences, strict=True)
    ]
