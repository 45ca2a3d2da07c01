"""Reads and writes likes, saves, reposts, shares and the exact counts of videos."""

from collections.abc import Collection as Some
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from nightmarket.domains.social.values import Channel, Counts, Reaction, Reactions
from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import ID_MAX, AccountId, VideoId, ViewerId
from nightmarket.kernel.pages import PageRequest

QUERIES = sql.load("nightmarket.domains.social")


@dataclass(frozen=True, slots=True)
class Given:
    """A reaction as it is written."""

    account_id: AccountId
    video_id: VideoId
    creator_id: AccountId
    market: str
    at_us: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A video's place in a list of what somebody did, the newest first."""

    video_id: VideoId
    at_us: int


@dataclass(frozen=True, slots=True)
class Repost:
    """Who showed what to their followers, and when."""

    account_id: AccountId
    video_id: VideoId
    at_us: int


@dataclass(frozen=True, slots=True)
class SharePace:
    """How much one viewer shared within the hour, and the same thing a moment ago."""

    in_hour: int
    same: int


@dataclass(frozen=True, slots=True)
class _CountRow:
    video_id: VideoId
    likes: int
    saves: int
    reposts: int
    shares: int
    comments: int


@dataclass(frozen=True, slots=True)
class _ReactionRow:
    video_id: VideoId
    has_liked: bool
    has_saved: bool
    has_reposted: bool


@dataclass(frozen=True, slots=True)
class _Received:
    creator_id: AccountId
    likes: int


COUNTED = {
    Reaction.LIKE: Counts(likes=1),
    Reaction.SAVE: Counts(saves=1),
    Reaction.REPOST: Counts(reposts=1),
}


async def add(tx: Tx, reaction: Reaction, given: Given) -> bool:
    """Write a reaction and count it; False: it was there already, and nothing changed."""
    added = await tx.run(QUERIES[f"{reaction}_add"], **asdict(given))
    if added:
        await count(tx, given.video_id, COUNTED[reaction])
    return bool(added)


async def drop(
    tx: Tx, reaction: Reaction, account_id: AccountId, video_id: VideoId
) -> AccountId | None:
    """Take a reaction back; returns the video's creator, or None when there was none."""
    creator_id = await tx.value(
        int, QUERIES[f"{reaction}_drop"], account_id=account_id, video_id=video_id
    )
    if creator_id is None:
        return None
    await uncount(tx, video_id, COUNTED[reaction])
    return AccountId(creator_id)


async def count(tx: Tx, video_id: VideoId, more: Counts) -> None:
    """Move a video's counts up; locks its count until the transaction ends."""
    await tx.run(QUERIES["count_add"], video_id=video_id, **asdict(more))


async def uncount(tx: Tx, video_id: VideoId, less: Counts) -> None:
    """Move a video's counts down."""
    await tx.run(QUERIES["count_take"], video_id=video_id, **asdict(less))


async def counts(tx: Tx, ids: Some[VideoId]) -> dict[VideoId, Counts]:
    """Return counts of those videos that have any. One query."""
    rows = await tx.rows(_CountRow, QUERIES["counts"], ids=list(ids))
    return {
        row.video_id: Counts(row.likes, row.saves, row.reposts, row.shares, row.comments)
        for row in rows
    }


async def reactions(tx: Tx, account_id: AccountId, ids: Some[VideoId]) -> dict[VideoId, Reactions]:
    """Return what one account did with each video. One query."""
    rows = await tx.rows(_ReactionRow, QUERIES["reactions"], account_id=account_id, ids=list(ids))
    return {row.video_id: Reactions(row.has_liked, row.has_saved, row.has_reposted) for row in rows}


async def listed(
    tx: Tx, reaction: Reaction, account_id: AccountId, request: PageRequest
) -> list[Placed]:
    """Return what an account liked, saved or reposted, one more than the page if there is."""
    before_us, before_id = request.after or (ID_MAX, ID_MAX)
    return await tx.rows(
        Placed,
        QUERIES[
            {
                Reaction.LIKE: "liked_ids",
                Reaction.SAVE: "saved_ids",
                Reaction.REPOST: "reposted_ids",
            }[reaction]
        ],
        account_id=account_id,
        before_us=before_us,
        before_id=before_id,
        limit=request.limit + 1,
    )


async def reposts_of(
    tx: Tx, account_ids: Sequence[AccountId], *, since_us: int, before_us: int, limit: int
) -> list[Repost]:
    """Return what several accounts reposted, each video once, by its newest repost.

    `before_us` 0: from the newest on; else only videos whose newest repost was earlier.
    """
    return await tx.rows(
        Repost,
        QUERIES["reposts_of"],
        account_ids=list(account_ids),
        since_us=since_us,
        before_us=before_us,
        limit=limit,
    )


async def likes_received(tx: Tx, creator_ids: Some[AccountId]) -> dict[AccountId, int]:
    """Return how often the videos of each creator are liked; zero is absent."""
    rows = await tx.rows(_Received, QUERIES["likes_received"], creator_ids=list(creator_ids))
    return {row.creator_id: row.likes for row in rows}


async def share_pace(
    tx: Tx,
    viewer_id: ViewerId,
    video_id: VideoId,
    channel: Channel,
    *,
    since_us: int,
    moment_us: int,
) -> SharePace:
    """Return how much a viewer shared since two instants."""
    return await tx.one(
        SharePace,
        QUERIES["shares_since"],
        viewer_id=viewer_id,
        video_id=video_id,
        channel=channel.value,
        since_us=since_us,
        moment_us=moment_us,
    )


async def add_share(tx: Tx, share_id: int, video_id: VideoId, **share: object) -> None:
    """Write a share (`viewer_id`, `market`, `channel`, `at_us`) and count it."""
    await tx.run(QUERIES["share_add"], share_id=share_id, video_id=video_id, **share)
    await count(tx, video_id, Counts(shares=1))
