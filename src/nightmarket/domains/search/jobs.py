"""What search hears, and the trends it makes every five minutes."""

from datetime import datetime

from nightmarket.domains.search.actions.forget_person import erase_person
from nightmarket.domains.search.actions.index_videos import index_video, unindex_video
from nightmarket.domains.search.actions.suggest import make_trends
from nightmarket.domains.search.rules import ranking
from nightmarket.domains.search.store import asks, index
from nightmarket.events.accounts import (
    AccountCreated,
    AccountErased,
    Followed,
    GuestMerged,
    ProfileChanged,
    Unfollowed,
)
from nightmarket.events.moderation import ContentDecided
from nightmarket.events.social import (
    CommentDeleted,
    Commented,
    Liked,
    Reposted,
    Saved,
    Shared,
    Unliked,
    Unreposted,
    Unsaved,
)
from nightmarket.events.videos import VideoChanged, VideoPublished, VideoRemoved
from nightmarket.events.watch import ViewsCounted
from nightmarket.infra.db import Tx
from nightmarket.infra.jobs import Schedule
from nightmarket.infra.outbox import Listener
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, VideoId

Reaction = (
    Liked
    | Unliked
    | Saved
    | Unsaved
    | Reposted
    | Unreposted
    | Shared
    | Commented
    | CommentDeleted
    | ViewsCounted
)
_POINTS: dict[type[object], int] = {
    Liked: ranking.POINTS["like"],
    Unliked: -ranking.POINTS["like"],
    Saved: ranking.POINTS["save"],
    Unsaved: -ranking.POINTS["save"],
    Reposted: ranking.POINTS["repost"],
    Unreposted: -ranking.POINTS["repost"],
    Shared: ranking.POINTS["share"],
    Commented: ranking.POINTS["comment"],
}
UNLISTED = {"demote", "remove"}


async def hear_video(
    tx: Tx, fact: VideoPublished | VideoChanged | VideoRemoved | ContentDecided, services: Services
) -> None:
    """Index a video's words, take it out, or let strangers find it or not.

    One listener for all of them: only within one listener do facts about one video keep order.
    """
    del services
    match fact:
        case VideoRemoved():
            await unindex_video(tx, fact.video_id)
        case ContentDecided():
            is_listed = fact.everywhere not in UNLISTED
            if fact.ref_kind == "video":
                await index.list_video(tx, VideoId(fact.ref_id), is_listed=is_listed)
            elif fact.ref_kind == "profile":
                await index.list_person(tx, AccountId(fact.ref_id), is_listed=is_listed)
        case _:
            await index_video(tx, fact)


async def hear_person(
    tx: Tx, fact: AccountCreated | ProfileChanged | AccountErased, services: Services
) -> None:
    """Index a profile's names, or forget the person, also what listeners wrote since."""
    del services
    if isinstance(fact, AccountErased):
        await erase_person(tx, fact.account_id)
        return
    await index.put_person(
        tx, fact.account_id, market=fact.market, handle=fact.handle, name=fact.display_name
    )
    if isinstance(fact, AccountCreated) and fact.guest_id is not None:
        await asks.merge(tx, fact.guest_id, fact.account_id)


async def hear_merge(tx: Tx, fact: GuestMerged, services: Services) -> None:
    """A guest's searches become the account's."""
    del services
    await asks.merge(tx, fact.guest_id, fact.account_id)


async def hear_follow(tx: Tx, fact: Followed | Unfollowed, services: Services) -> None:
    """Count followers."""
    del services
    change = 1 if isinstance(fact, Followed) else -1
    await index.count_followers(tx, fact.followee_id, change)


async def hear_reaction(tx: Tx, fact: Reaction, services: Services) -> None:
    """Move a video's points."""
    del services
    if isinstance(fact, ViewsCounted):
        points = fact.views // ranking.VIEWS_PER_POINT
    elif isinstance(fact, CommentDeleted):
        points = -ranking.POINTS["comment"] * fact.count
    else:
        points = _POINTS[type(fact)]
    await index.move_points(tx, fact.video_id, points)


async def make_trends_anew(services: Services, now: datetime) -> None:
    """Every five minutes."""
    async with services.database.transaction() as tx:
        await make_trends(tx, microseconds(now))


async def trim_index(services: Services, now: datetime) -> None:
    """Every night, forget words and tags nobody uses any more."""
    del now
    async with services.database.transaction() as tx:
        await index.trim_words(tx)


LISTENERS = (
    Listener(
        "search.videos", (VideoPublished, VideoChanged, VideoRemoved, ContentDecided), hear_video
    ),
    Listener("search.people", (AccountCreated, ProfileChanged, AccountErased), hear_person),
    Listener("search.guests", (GuestMerged,), hear_merge),
    Listener("search.follows", (Followed, Unfollowed), hear_follow),
    Listener("search.reactions", (*_POINTS, CommentDeleted, ViewsCounted), hear_reaction),
)
SCHEDULES = (
    Schedule("search.trends", "*/5 * * * *", make_trends_anew),
    Schedule("search.trim", "41 3 * * *", trim_index),
)
