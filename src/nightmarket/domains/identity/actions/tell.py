"""Publishes what happened to people."""

from datetime import datetime

from nightmarket.domains.identity.values import Account
from nightmarket.events.accounts import (
    Blocked,
    Followed,
    FollowRequested,
    ProfileChanged,
    Unfollowed,
)
from nightmarket.infra import outbox
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, IdMaker


async def tell_profile(tx: Tx, ids: IdMaker, now: datetime, account: Account) -> None:
    """Tell the whole public profile after a change."""
    changed = ProfileChanged(
        event_id=ids(),
        occurred_at=now,
        market=account.market,
        account_id=account.account_id,
        handle=account.handle,
        display_name=account.name,
        bio=account.bio,
        avatar_key=account.avatar_key,
        is_private=account.is_private,
        language=account.language,
    )
    await outbox.publish(tx, changed)


async def tell_followed(
    tx: Tx,
    ids: IdMaker,
    now: datetime,
    pair: tuple[Account, AccountId],
    impression_id: str | None = None,
    *,
    was_requested: bool,
) -> None:
    """Tell that (follower, followee id) took effect, and at which showing."""
    follower, followee_id = pair
    followed = Followed(
        event_id=ids(),
        occurred_at=now,
        market=follower.market,
        follower_id=follower.account_id,
        followee_id=followee_id,
        was_requested=was_requested,
        impression_id=impression_id,
    )
    await outbox.publish(tx, followed)


async def tell_requested(
    tx: Tx, ids: IdMaker, now: datetime, follower: Account, followee_id: AccountId
) -> None:
    """Tell that somebody asks to follow."""
    requested = FollowRequested(
        event_id=ids(),
        occurred_at=now,
        market=follower.market,
        follower_id=follower.account_id,
        followee_id=followee_id,
    )
    await outbox.publish(tx, requested)


async def tell_unfollowed(
    tx: Tx, ids: IdMaker, now: datetime, pair: tuple[AccountId, AccountId], market: str
) -> None:
    """Tell that (follower, followee) ended."""
    ended = Unfollowed(
        event_id=ids(),
        occurred_at=now,
        market=market,
        follower_id=pair[0],
        followee_id=pair[1],
    )
    await outbox.publish(tx, ended)


async def tell_blocked(
    tx: Tx, ids: IdMaker, now: datetime, blocker: Account, blocked_id: AccountId
) -> None:
    """Tell that neither sees the other any more."""
    blocked = Blocked(
        event_id=ids(),
        occurred_at=now,
        market=blocker.market,
        blocker_id=blocker.account_id,
        blocked_id=blocked_id,
    )
    await outbox.publish(tx, blocked)
