"""Advance a video: bring it where its creator, its bytes and moderation let it be, and tell."""

from datetime import datetime

from nightmarket.domains.videos.rules import states
from nightmarket.domains.videos.store import cards, changes, sounds
from nightmarket.domains.videos.values import (
    Audience,
    Intent,
    RenderState,
    Restriction,
    VideoCard,
    VideoState,
)
from nightmarket.events.videos import VideoChanged, VideoPublished, VideoRemoved
from nightmarket.infra import outbox, realtime, telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.media.content import content
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import VideoId, to_text

SETTLED = {VideoState.LIVE, VideoState.REFUSED, VideoState.REMOVED}


async def advance_video(tx: Tx, services: Services, video_id: VideoId, now: datetime) -> VideoState:
    """Move a video that is neither live nor ended to where it belongs now; repeatable.

    Locks the video. Going live publishes `VideoPublished`, once.
    """
    locked = await changes.lock(tx, video_id)
    old = locked.video_state
    if old in SETTLED:
        return old
    card = (await cards.cards(tx, [video_id]))[video_id]
    now_us = microseconds(now)
    is_due = locked.scheduled_at_us is None or locked.scheduled_at_us <= now_us
    new = states.next_state(
        intent=Intent(locked.intent),
        is_playable=card.media.is_playable and card.render_state != RenderState.REFUSED,
        is_allowed=not locked.is_held and card.restriction != Restriction.REMOVE,
        is_due=is_due,
    )
    if new != old:
        await move(tx, services, card, new, now)
    return new


async def move(
    tx: Tx, services: Services, card: VideoCard, new: VideoState, now: datetime, reason: str = ""
) -> None:
    """Write a new state with everything that follows: tag pages, sound counts, facts, open pages.

    Raises:
        IllegalMove: the table of moves has no such move.
    """
    states.require_move(card.state, new)
    now_us = microseconds(now)
    await changes.set_state(tx, card.video_id, new, now_us)
    fresh = (await cards.cards(tx, [card.video_id]))[card.video_id]
    await show_in_lists(tx, fresh)
    if new == VideoState.LIVE:
        await outbox.publish(tx, await published(tx, services, fresh, now))
        telemetry.happened("video_published", video_id=card.video_id)
    elif card.state == VideoState.LIVE:
        await outbox.publish(tx, removed(services, fresh, now, reason or new.value))
    await realtime.tell(tx, topic(card.video_id), "state", {"state": new.value})


async def show_in_lists(tx: Tx, card: VideoCard) -> None:
    """Put the video on exactly the pages it belongs to now: its tags' and its sound's."""
    is_listed = card.state == VideoState.LIVE and card.audience == Audience.EVERYONE
    await changes.set_hashtags(
        tx, card.video_id, card.hashtags, card.published_at_us if is_listed else None
    )
    if card.sound is not None:
        await sounds.recount(tx, card.sound.sound_id)
        if card.sound.original_video_id == card.video_id:
            is_free = is_listed and card.restriction != Restriction.LIMIT
            await sounds.set_public(tx, card.sound.sound_id, is_public=is_free)


async def published(tx: Tx, services: Services, card: VideoCard, now: datetime) -> VideoPublished:
    """Return the fact that a video appeared."""
    taken = (await cards.statistics(tx, [card.video_id])).get(card.video_id, ())
    return VideoPublished(
        event_id=services.ids(),
        occurred_at=now,
        market=card.market,
        video_id=card.video_id,
        creator_id=card.creator_id,
        caption=card.caption,
        hashtags=card.hashtags,
        mentions=tuple(mention.account_id for mention in card.mentions),
        language=card.language,
        sound_id=card.sound_id,
        duration_ms=card.duration_ms,
        audience=card.audience.value,
        ai_label=card.ai_label.value,
        content_level=card.content_level.value,
        published_at_us=card.published_at_us or 0,
        content=content(taken),
    )


async def tell_changed(tx: Tx, services: Services, card: VideoCard, now: datetime) -> None:
    """Publish the snapshot of a live video that changed; others have nobody to tell."""
    if card.state != VideoState.LIVE:
        return
    fact = await published(tx, services, card, now)
    names = [name for name in VideoChanged.__dataclass_fields__ if name not in {"name", "version"}]
    await outbox.publish(tx, VideoChanged(**{name: getattr(fact, name) for name in names}))


def removed(services: Services, card: VideoCard, now: datetime, reason: str) -> VideoRemoved:
    """Return the fact that a video is gone."""
    return VideoRemoved(
        event_id=services.ids(),
        occurred_at=now,
        market=card.market,
        video_id=card.video_id,
        creator_id=card.creator_id,
        reason=reason,
    )


async def publish_due(services: Services, now: datetime) -> None:
    """Publish scheduled videos whose time has come."""
    async with services.database.transaction() as tx:
        for video_id in await changes.due(tx, microseconds(now)):
            await advance_video(tx, services, video_id, now)


def topic(video_id: VideoId) -> str:
    """Return the realtime topic of a video's page."""
    return f"video:{to_text(video_id)}"
