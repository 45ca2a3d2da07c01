"""Likes, saves and reposts: given once, taken back once, counted exactly."""

from nightmarket.domains.social.errors import ReactionsClosed
from nightmarket.domains.social.store import reactions as store
from nightmarket.domains.social.values import Reaction
from nightmarket.domains.videos import face as videos
from nightmarket.domains.videos.values import Audience, Restriction, VideoCard
from nightmarket.events import social
from nightmarket.infra import outbox, telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import VideoId

GIVEN = {Reaction.LIKE: social.Liked, Reaction.SAVE: social.Saved, Reaction.REPOST: social.Reposted}
TAKEN = {
    Reaction.LIKE: social.Unliked,
    Reaction.SAVE: social.Unsaved,
    Reaction.REPOST: social.Unreposted,
}


async def react(
    tx: Tx, services: Services, subject: Subject, reaction: Reaction, video_id: VideoId
) -> bool:
    """Give a reaction to a video the caller may see; False: it was given before.

    Raises:
        SignInNeeded: a guest.
        NoSuchVideo: not there, or not for this caller.
        ReactionsClosed: a repost of what is not for everyone, or was limited by a decision.
    """
    account_id = subject.account("social:write")
    card = await videos.video(tx, video_id, subject)
    if reaction is Reaction.REPOST:
        _require_repostable(card)
    now = services.clock()
    is_new = await store.add(
        tx,
        reaction,
        store.Given(account_id, video_id, card.creator_id, subject.market, microseconds(now)),
    )
    if is_new:
        await outbox.publish(
            tx,
            GIVEN[reaction](
                event_id=services.ids(),
                occurred_at=now,
                market=subject.market,
                video_id=video_id,
                creator_id=card.creator_id,
                account_id=account_id,
            ),
        )
        telemetry.happened(f"{reaction}_given", video_id=video_id, account_id=account_id)
    return is_new


async def unreact(
    tx: Tx, services: Services, subject: Subject, reaction: Reaction, video_id: VideoId
) -> bool:
    """Take a reaction back, also from a video that can be seen no more; False: there was none.

    Raises:
        SignInNeeded: a guest.
    """
    account_id = subject.account("social:write")
    creator_id = await store.drop(tx, reaction, account_id, video_id)
    if creator_id is None:
        return False
    await outbox.publish(
        tx,
        TAKEN[reaction](
            event_id=services.ids(),
            occurred_at=services.clock(),
            market=subject.market,
            video_id=video_id,
            creator_id=creator_id,
            account_id=account_id,
        ),
    )
    telemetry.happened(f"{reaction}_taken_back", video_id=video_id, account_id=account_id)
    return True


def _require_repostable(card: VideoCard) -> None:
    if card.audience is not Audience.EVERYONE or card.restriction is Restriction.LIMIT:
        raise ReactionsClosed("this video cannot be reposted")
