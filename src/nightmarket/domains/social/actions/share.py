"""Counts that somebody sent a video on."""

from datetime import timedelta

from nightmarket.domains.social import rules
from nightmarket.domains.social.errors import TooFast, UnknownChannel
from nightmarket.domains.social.store import reactions as store
from nightmarket.domains.social.values import Channel
from nightmarket.domains.videos import face as videos
from nightmarket.events.social import Shared
from nightmarket.infra import outbox, telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import VideoId

SAME_PAUSE = timedelta(seconds=30)
"""A second tap on the same way of sharing is the first one's echo."""


async def share(
    tx: Tx, services: Services, subject: Subject, video_id: VideoId, channel: str
) -> bool:
    """Count a share, of guests too; False: the same one was counted a moment ago.

    Raises:
        NoSuchVideo: not there, or not for this caller.
        UnknownChannel: not a way that is counted.
        ScopeNeeded: a token that may not write.
        TooFast: more within the hour than people share.
    """
    subject.viewer("social:write")
    try:
        by = Channel(channel)
    except ValueError as error:
        raise UnknownChannel("there is no such way of sharing", channel=channel[:20]) from error
    card = await videos.video(tx, video_id, subject)
    now = services.clock()
    pace = await store.share_pace(
        tx,
        subject.viewer_id,
        video_id,
        by,
        since_us=microseconds(now - timedelta(hours=1)),
        moment_us=microseconds(now - SAME_PAUSE),
    )
    if pace.same:
        return False
    if pace.in_hour >= rules.SHARES_HOUR_MAX:
        raise TooFast("that is a lot of sharing; take a break", retry_after_s=3600)
    await store.add_share(
        tx,
        services.ids(),
        video_id,
        viewer_id=subject.viewer_id,
        market=subject.market,
        channel=by.value,
        at_us=microseconds(now),
    )
    await outbox.publish(
        tx,
        Shared(
            event_id=services.ids(),
            occurred_at=now,
            market=subject.market,
            video_id=video_id,
            creator_id=card.creator_id,
            viewer_id=subject.viewer_id,
            channel=by.value,
        ),
    )
    telemetry.happened("video_shared", video_id=video_id, channel=by.value)
    return True
