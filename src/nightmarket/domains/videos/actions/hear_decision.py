"""Hear decisions of moderation: let a held video go, restrict it, remove it, or bring it back."""

from nightmarket.domains.moderation.values import RefKind
from nightmarket.domains.videos.actions.advance_video import (
    advance_video,
    move,
    show_in_lists,
    tell_changed,
)
from nightmarket.domains.videos.actions.move_bytes import wish_move
from nightmarket.domains.videos.store import cards, changes
from nightmarket.domains.videos.values import RenderState, Restriction, VideoState
from nightmarket.events.moderation import ContentDecided
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import VideoId


async def hear_decision(tx: Tx, fact: ContentDecided, services: Services) -> None:
    """Bring a video where a decision says; the same decision twice changes nothing."""
    if fact.ref_kind != RefKind.VIDEO.value:
        return
    video_id = VideoId(fact.ref_id)
    if await changes.take(tx, video_id) is None:
        return
    before = (await cards.cards(tx, [video_id]))[video_id]
    now = services.clock()
    restriction = Restriction(fact.everywhere)
    await changes.set_held(tx, video_id, is_held=False)
    if before.restriction != restriction:
        await changes.set_restriction(tx, video_id, restriction, microseconds(now))
    if restriction == Restriction.REMOVE:
        if before.state not in {VideoState.REMOVED, VideoState.REFUSED}:
            await move(tx, services, before, VideoState.REMOVED, now, "removed")
            await wish_move(tx, video_id)
        return
    if before.state == VideoState.REMOVED:
        await _bring_back(tx, services, video_id)
        return
    await advance_video(tx, services, video_id, now)
    if before.restriction != restriction:
        card = (await cards.cards(tx, [video_id]))[video_id]
        await show_in_lists(tx, card)
        await tell_changed(tx, services, card, now)


async def _bring_back(tx: Tx, services: Services, video_id: VideoId) -> None:
    """A removal was taken back: what had been public is again, the rest becomes a draft."""
    card = (await cards.cards(tx, [video_id]))[video_id]
    was_public = card.published_at_us is not None and card.render_state != RenderState.REFUSED
    state = VideoState.LIVE if was_public else VideoState.DRAFT
    await move(tx, services, card, state, services.clock())
