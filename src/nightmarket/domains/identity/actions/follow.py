"""Follows and unfollows; a private account is asked first."""

from datetime import datetime

from nightmarket.domains.identity.actions.read_people import STRANGER, account, relations
from nightmarket.domains.identity.actions.tell import (
    tell_followed,
    tell_requested,
    tell_unfollowed,
)
from nightmarket.domains.identity.errors import NoSuchAccount, NoSuchRequest, NotYourself, TooMany
from nightmarket.domains.identity.store import ties
from nightmarket.domains.identity.values import Account, Follows
from nightmarket.infra import telemetry
from nightmarket.infra.db import Tx
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, IdMaker

FOLLOWING_MAX = 10_000


async def reachable(tx: Tx, viewer_id: AccountId, other_id: AccountId) -> tuple[Account, Account]:
    """Return the accounts of both.

    Raises:
        NotYourself: they are the same.
        NoSuchAccount: the other is gone or blocks the viewer; the same words for both.
    """
    if viewer_id == other_id:
        raise NotYourself("that is you")
    viewer, other = await account(tx, viewer_id), await account(tx, other_id)
    stands = await relations(tx, viewer_id, [other_id])
    if stands.get(other_id, STRANGER).blocks_you:
        raise NoSuchAccount("no such account")
    return viewer, other


async def follow(
    tx: Tx,
    ids: IdMaker,
    now: datetime,
    follower_id: AccountId,
    followee_id: AccountId,
    impression_id: str | None = None,
) -> Follows:
    """Follow, or ask to; twice is once. Returns how it stands now.

    `impression_id`: the showing it is made from, told on as it is.

    Raises:
        NotYourself, NoSuchAccount: see `reachable`; somebody the follower blocks counts as gone.
        TooMany: follows as many as anybody may.
    """
    follower, followee = await reachable(tx, follower_id, followee_id)
    stands = (await relations(tx, follower_id, [followee_id]))[followee_id]
    if stands.you_block:
        raise NoSuchAccount("no such account")
    if stands.you_follow is not Follows.NO:
        return stands.you_follow
    if follower.following_count >= FOLLOWING_MAX:
        raise TooMany("nobody follows more", count_max=FOLLOWING_MAX)
    pair = ties.Pair(follower_id=follower_id, followee_id=followee_id, market=follower.market)
    state = Follows.REQUESTED if followee.is_private else Follows.YES
    kept_as = "requested" if followee.is_private else "accepted"
    if not await ties.make_follow(tx, pair, kept_as, microseconds(now)):
        return state
    if state is Follows.REQUESTED:
        await tell_requested(tx, ids, now, follower, followee_id)
        return state
    await ties.count(tx, follower_id, followee_id, 1)
    pair_told = (follower, followee_id)
    await tell_followed(tx, ids, now, pair_told, impression_id, was_requested=False)
    telemetry.happened("followed", follower_id=follower_id, followee_id=followee_id)
    return state


async def unfollow(
    tx: Tx, ids: IdMaker, now: datetime, follower_id: AccountId, followee_id: AccountId
) -> None:
    """End a follow or take back a request; nothing there is fine."""
    ended = await ties.end_follow(tx, follower_id, followee_id)
    if ended is Follows.YES:
        follower = await account(tx, follower_id)
        await ties.count(tx, follower_id, followee_id, -1)
        await tell_unfollowed(tx, ids, now, (follower_id, followee_id), follower.market)


async def answer_request(
    tx: Tx, ids: IdMaker, now: datetime, pair: tuple[AccountId, AccountId], *, is_accepted: bool
) -> None:
    """Let (follower, followee) begin, or turn the request down without a word to who asked.

    Raises:
        NoSuchRequest: nobody asked, or it was answered.
    """
    follower_id, followee_id = pair
    stands = (await relations(tx, followee_id, [follower_id])).get(follower_id, STRANGER)
    refusal = NoSuchRequest("nobody with this id asks to follow you")
    if stands.is_blocked:
        raise refusal
    if not is_accepted:
        theirs = (await relations(tx, follower_id, [followee_id])).get(followee_id, STRANGER)
        if theirs.you_follow is not Follows.REQUESTED:
            raise refusal
        await ties.end_follow(tx, follower_id, followee_id)
        return
    follows = ties.Pair(follower_id=follower_id, followee_id=followee_id, market="")
    if not await ties.accept(tx, follows, microseconds(now)):
        raise refusal
    await ties.count(tx, follower_id, followee_id, 1)
    follower = await account(tx, follower_id)
    await tell_followed(tx, ids, now, (follower, followee_id), was_requested=True)


async def accept_everybody(tx: Tx, ids: IdMaker, now: datetime, followee_id: AccountId) -> int:
    """Accept every request: the account is no longer private. Returns how many."""
    asked = await ties.accept_all(tx, followee_id, microseconds(now))
    for follower_id in asked:
        await ties.count(tx, follower_id, followee_id, 1)
        follower = await account(tx, follower_id)
        await tell_followed(tx, ids, now, (follower, followee_id), was_requested=True)
    return len(asked)
