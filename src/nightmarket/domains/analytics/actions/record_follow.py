"""Write follows into the interaction log, at the impression they were made from."""

from nightmarket.domains.analytics import store
from nightmarket.domains.analytics.actions.record_social import Deed, record_social
from nightmarket.domains.analytics.errors import ImpressionOfOtherCreator, UnknownImpression
from nightmarket.domains.analytics.rules import impressions
from nightmarket.domains.analytics.rules.ingest import LATE_MS_MAX, Reporter, doubt
from nightmarket.domains.analytics.values import Impression, Kind, Surface
from nightmarket.domains.identity import face as identity
from nightmarket.events.accounts import Followed, Unfollowed
from nightmarket.infra import eventlog
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import RequestId, VideoId, ViewerId

FOLLOWS_MAX = 100
"""So many of somebody's latest follows are looked through for the one that ended."""


async def record_follow(tx: Tx, fact: Followed, services: Services) -> None:
    """Append a follow that began at a film or at the profile opened from it.

    A follow from elsewhere says nothing about a showing and leaves no line. One whose impression
    is not believed is counted as refused under its code; the follow itself stands.
    """
    if fact.impression_id is None:
        return
    code, shown = await _checked(tx, fact, fact.impression_id, services)
    if code is not None or shown is None:
        eventlog.count(0, 0, [code or UnknownImpression.code])
        return
    deed = Deed(Kind.FOLLOW, fact.follower_id, shown.video_id, shown=shown)
    await record_social(tx, fact, deed, services)


async def record_unfollow(tx: Tx, fact: Unfollowed, services: Services) -> None:
    """Append that a follow ended, at the impression it was made from, when the log has it."""
    since_us = microseconds(fact.occurred_at) - LATE_MS_MAX * 1000
    done = eventlog.Done(fact.follower_id, Kind.FOLLOW)
    for earlier in await eventlog.latest(tx, done, since_us, FOLLOWS_MAX):
        if await store.creator_of(tx, VideoId(earlier.item_id)) != fact.followee_id:
            continue
        shown = Impression(
            viewer_id=ViewerId(fact.follower_id),
            video_id=VideoId(earlier.item_id),
            request_id=RequestId(earlier.request_id),
            position=earlier.position,
            surface=Surface(earlier.surface),
            shown_at_ms=earlier.shown_at_us // 1000,
        )
        deed = Deed(Kind.UNFOLLOW, fact.follower_id, shown.video_id, shown=shown)
        await record_social(tx, fact, deed, services)
        return


async def _checked(
    tx: Tx, fact: Followed, token: str, services: Services
) -> tuple[str | None, Impression | None]:
    """Return why the impression is not believed, or the impression."""
    try:
        shown = impressions.read(token, impressions.key_of(services.secret))
    except UnknownImpression as unknown:
        return unknown.code, None
    guests = await identity.guests_of(tx, fact.follower_id, [shown.viewer_id])
    ids = frozenset({int(fact.follower_id), *(int(one) for one in guests)})
    reporter = Reporter(ids, microseconds(fact.occurred_at) // 1000, b"")
    code = doubt(shown, reporter)
    if code is None and await store.creator_of(tx, shown.video_id) != fact.followee_id:
        code = ImpressionOfOtherCreator.code
    return code, shown
