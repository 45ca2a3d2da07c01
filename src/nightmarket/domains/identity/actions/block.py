"""Blocks, mutes and limits: a block ends every tie both ways, the others nobody learns of."""

from datetime import datetime

from nightmarket.domains.identity.actions.follow import reachable
from nightmarket.domains.identity.actions.read_people import account
from nightmarket.domains.identity.actions.tell import tell_blocked, tell_unfollowed
from nightmarket.domains.identity.errors import NotYourself
from nightmarket.domains.identity.store import ties
from nightmarket.domains.identity.values import Follows
from nightmarket.infra import telemetry
from nightmarket.infra.db import Tx
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, IdMaker


async def block(
    tx: Tx, ids: IdMaker, now: datetime, blocker_id: AccountId, blocked_id: AccountId
) -> None:
    """Block somebody and end follows and requests both ways; twice is once.

    Blocking somebody who blocks back works, so that each side holds its own.

    Raises:
        NotYourself, NoSuchAccount: whom.
    """
    if blocker_id == blocked_id:
        raise NotYourself("that is you")
    blocker, blocked = await account(tx, blocker_id), await account(tx, blocked_id)
    if not await ties.set_block(tx, blocker_id, blocked_id, blocker.market, microseconds(now)):
        return
    for follower, followee in ((blocker, blocked), (blocked, blocker)):
        pair = (follower.account_id, followee.account_id)
        if await ties.end_follow(tx, *pair) is Follows.YES:
            await ties.count(tx, *pair, -1)
            await tell_unfollowed(tx, ids, now, pair, follower.market)
    await tell_blocked(tx, ids, now, blocker, blocked_id)
    telemetry.happened("blocked", blocker_id=blocker_id, blocked_id=blocked_id)


async def unblock(tx: Tx, blocker_id: AccountId, blocked_id: AccountId) -> None:
    """End a block; ties that it ended stay ended. Nothing there is fine."""
    await ties.end_block(tx, blocker_id, blocked_id)


async def mute(tx: Tx, now: datetime, muter_id: AccountId, muted_id: AccountId) -> None:
    """Mute somebody; twice is once.

    Raises:
        NotYourself, NoSuchAccount: whom.
    """
    muter, _ = await reachable(tx, muter_id, muted_id)
    await ties.set_mute(tx, muter_id, muted_id, muter.market, microseconds(now))


async def unmute(tx: Tx, muter_id: AccountId, muted_id: AccountId) -> None:
    """End a mute; nothing there is fine."""
    await ties.end_mute(tx, muter_id, muted_id)


async def limit(tx: Tx, now: datetime, limiter_id: AccountId, limited_id: AccountId) -> None:
    """Let what somebody says under one's videos wait; they do not learn of it. Twice is once.

    Raises:
        NotYourself, NoSuchAccount: whom.
    """
    limiter, _ = await reachable(tx, limiter_id, limited_id)
    await ties.set_limit(tx, limiter_id, limited_id, limiter.market, microseconds(now))


async def unlimit(tx: Tx, limiter_id: AccountId, limited_id: AccountId) -> None:
    """End a limit; what waits goes on waiting. Nothing there is fine."""
    await ties.end_limit(tx, limiter_id, limited_id)
