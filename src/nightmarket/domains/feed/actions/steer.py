"""Steer the feed: not interested, and interested again; start over."""

from dataclasses import dataclass
from datetime import datetime

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.feed.errors import NothingNamed, TooMuchHidden
from nightmarket.domains.feed.store import viewers
from nightmarket.domains.feed.values.steering import HiddenThing, Scope
from nightmarket.domains.videos import face as videos
from nightmarket.events.watch import FeedStartedOver, NotInterested
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.outbox import publish
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.folding import fold
from nightmarket.kernel.ids import VideoId, from_text

HIDDEN_MAX = 2_000
"""Things one viewer may hide."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a viewer pointed at: an impression or a video, and how wide; or a value by itself."""

    scope: Scope
    impression_id: str | None = None
    video_id: VideoId | None = None
    value: str | None = None


async def hide(tx: Tx, subject: Subject, services: Services, wanted: Wanted) -> HiddenThing:
    """Leave it out from the next page on; again changes nothing.

    Raises:
        NothingNamed: nothing to hide was named, or the video has no such sound or hashtag.
        TooMuchHidden: 2,000 things are hidden already.
    """
    now = services.clock()
    value = await _value(tx, wanted, services.secret)
    thing = HiddenThing(wanted.scope.value, value, microseconds(now))
    if await viewers.count_hidden(tx, subject.viewer_id) >= HIDDEN_MAX:
        raise TooMuchHidden("the list is full; show some things again first", count=HIDDEN_MAX)
    await viewers.hide(tx, subject.viewer_id, subject.market, thing)
    await analytics.record_wish(tx, subject, services, _wish(wanted, is_unwanted=True))
    await publish(
        tx,
        NotInterested(
            event_id=services.ids(),
            occurred_at=now,
            market=subject.market,
            viewer_id=subject.viewer_id,
            scope=thing.scope,
            value=thing.value,
        ),
    )
    return thing


async def unhide(tx: Tx, subject: Subject, services: Services, wanted: Wanted) -> None:
    """Show it again; unknown things change nothing.

    Raises:
        NothingNamed: nothing was named.
    """
    value = await _value(tx, wanted, services.secret)
    await viewers.unhide(tx, subject.viewer_id, wanted.scope.value, value)
    await analytics.record_wish(tx, subject, services, _wish(wanted, is_unwanted=False))


async def start_over(tx: Tx, subject: Subject, services: Services) -> None:
    """Forget every taste learned so far; filters and hidden things stay."""
    now: datetime = services.clock()
    await viewers.start_over(tx, subject.viewer_id, subject.market, microseconds(now))
    await publish(
        tx,
        FeedStartedOver(
            event_id=services.ids(),
            occurred_at=now,
            market=subject.market,
            viewer_id=subject.viewer_id,
        ),
    )


def _wish(wanted: Wanted, *, is_unwanted: bool) -> analytics.Wish:
    """Return what the ranker learns of it: about what was shown, whatever it was hidden for."""
    video_id = wanted.video_id
    if video_id is None and wanted.scope is Scope.VIDEO and wanted.value:
        video_id = VideoId(from_text(wanted.value))
    return analytics.Wish(is_unwanted, wanted.impression_id, video_id)


async def _value(tx: Tx, wanted: Wanted, secret: bytes) -> str:
    """Return what is hidden, as it is kept: an id as a number, or a folded hashtag."""
    if wanted.value:
        if wanted.scope is Scope.HASHTAG:
            return fold(wanted.value.removeprefix("#"))
        return str(from_text(wanted.value))
    video_id = wanted.video_id
    if wanted.impression_id:
        video_id = analytics.verify_impression(
            wanted.impression_id, analytics.key_of(secret)
        ).video_id
    if video_id is None:
        raise NothingNamed("name an impression, a video, or a value")
    if wanted.scope is Scope.VIDEO:
        return str(int(video_id))
    return await _of_video(tx, wanted.scope, video_id)


async def _of_video(tx: Tx, scope: Scope, video_id: VideoId) -> str:
    card = (await videos.videos(tx, [video_id], None)).get(video_id)
    if card is not None and scope is Scope.CREATOR:
        return str(int(card.creator_id))
    if card is not None and scope is Scope.SOUND and card.sound_id is not None:
        return str(int(card.sound_id))
    if card is not None and scope is Scope.HASHTAG and card.hashtags:
        return fold(card.hashtags[0])
    raise NothingNamed("the video has no such thing to hide", scope=scope.value)
