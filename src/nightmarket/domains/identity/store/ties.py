"""Who follows, blocks and mutes whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from nightmarket.domains.identity.values import Follows, Neighbour, Profile, Relation, Surroundings
from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import ID_MAX, AccountId
from nightmarket.kernel.pages import PageRequest

QUERIES = sql.load("nightmarket.domains.identity")
NOBODY = 0
"""No account has this number: who is nobody stands to nobody."""
STATES = {"": Follows.NO, "requested": Follows.REQUESTED, "accepted": Follows.YES}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tie:
    other_id: AccountId
    you_follow: str
    follows_you: bool
    you_block: bool
    blocks_you: bool
    you_mute: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Neighbour:
    account_id: AccountId
    handle: str
    name: str
    avatar_key: str | None
    is_private: bool
    is_verified: bool
    you_follow: str
    follows_you: bool
    you_block: bool
    blocks_you: bool
    you_mute: bool


@dataclass(frozen=True, slots=True)
class Since:
    """Somebody in a list, and since when."""

    other_id: AccountId
    since_us: int


async def surroundings(tx: Tx, account_id: AccountId, limit: int) -> Surroundings:
    """Return everything around an account in one row; settings as they are stored."""
    return await tx.one(Surroundings, QUERIES["surroundings"], account_id=account_id, limit=limit)


async def relations(
    tx: Tx, viewer: AccountId, others: Sequence[AccountId]
) -> dict[AccountId, Relation]:
    """Return how the viewer stands to each of `others`."""
    if not others:
        return {}
    ties = await tx.rows(_Tie, QUERIES["ties"], viewer=viewer, others=list(set(others)))
    return {
        tie.other_id: Relation(
            you_follow=STATES[tie.you_follow],
            follows_you=tie.follows_you,
            you_block=tie.you_block,
            blocks_you=tie.blocks_you,
            you_mute=tie.you_mute,
        )
        for tie in ties
    }


async def neighbours(
    tx: Tx, viewer: AccountId | None, ids: Sequence[AccountId]
) -> dict[AccountId, Neighbour]:
    """Return the accounts there are among `ids`, and how the viewer stands to each."""
    if not ids:
        return {}
    rows = await tx.rows(_Neighbour, QUERIES["neighbours"], viewer=viewer or NOBODY, ids=list(ids))
    return {row.account_id: _neighbour(row) for row in rows}


def _neighbour(row: _Neighbour) -> Neighbour:
    follows = STATES[row.you_follow]
    return Neighbour(
        Profile(
            account_id=row.account_id,
            handle=row.handle,
            name=row.name,
            avatar_key=row.avatar_key,
            is_private=row.is_private,
            is_verified=row.is_verified,
            you_follow=follows,
            follows_you=row.follows_you,
        ),
        Relation(
            you_follow=follows,
            follows_you=row.follows_you,
            you_block=row.you_block,
            blocks_you=row.blocks_you,
            you_mute=row.you_mute,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A follower and whom they follow, under the follower's market."""

    follower_id: AccountId
    followee_id: AccountId
    market: str


async def make_follow(tx: Tx, pair: Pair, state: str, now_us: int) -> bool:
    """Write a follow or a request; False when there is one already."""
    made = await tx.run(
        QUERIES["follow_make"],
        follower_id=pair.follower_id,
        followee_id=pair.followee_id,
        market=pair.market,
        state=state,
        now_us=now_us,
    )
    return made == 1


async def accept(tx: Tx, pair: Pair, now_us: int) -> bool:
    """Turn a request into a follow; False when there is no request."""
    return bool(
        await tx.run(
            QUERIES["follow_accept"],
            follower_id=pair.follower_id,
            followee_id=pair.followee_id,
            now_us=now_us,
        )
    )


async def accept_all(tx: Tx, account_id: AccountId, now_us: int) -> list[AccountId]:
    """Turn every request into a follow; returns who asked."""
    found = await tx.column(
        int, QUERIES["requests_accept_all"], account_id=account_id, now_us=now_us
    )
    return [AccountId(number) for number in found]


async def end_follow(tx: Tx, follower_id: AccountId, followee_id: AccountId) -> Follows:
    """End a follow or a request; returns what there was."""
    state = await tx.value(
        str, QUERIES["follow_end"], follower_id=follower_id, followee_id=followee_id
    )
    return STATES[state or ""]


async def count(tx: Tx, follower_id: AccountId, followee_id: AccountId, change: int) -> None:
    """Add to both accounts' counters; locks their rows in the order of ids."""
    await tx.run(
        QUERIES["follow_count"], follower_id=follower_id, followee_id=followee_id, change=change
    )


async def following(tx: Tx, account_id: AccountId, limit: int) -> list[AccountId]:
    """Return whom somebody follows, the latest first."""
    return await _ids(tx, "following_ids", account_id, limit=limit)


async def friends(tx: Tx, account_id: AccountId, limit: int) -> list[AccountId]:
    """Return who follows back, the latest first."""
    return await _ids(tx, "friend_ids", account_id, limit=limit)


async def followers(tx: Tx, account_id: AccountId, after: int, limit: int) -> list[AccountId]:
    """Return followers with ids above `after`, in order of ids."""
    return await _ids(tx, "follower_ids", account_id, after=after, limit=limit)


async def blocks(tx: Tx, account_id: AccountId) -> set[AccountId]:
    """Return everybody on either side of a block with this account."""
    return set(await _ids(tx, "block_ids", account_id))


async def mutes(tx: Tx, account_id: AccountId) -> set[AccountId]:
    """Return whom somebody mutes."""
    return set(await _ids(tx, "mute_ids", account_id))


async def _ids(tx: Tx, query: str, account_id: AccountId, **params: object) -> list[AccountId]:
    found = await tx.column(int, QUERIES[query], account_id=account_id, **params)
    return [AccountId(number) for number in found]


async def page(
    tx: Tx, query: str, account_id: AccountId, page: PageRequest, **params: object
) -> list[Since]:
    """Return one more than a page of a list named by its query, the latest first."""
    since_us, other_id = page.after or (ID_MAX, ID_MAX)
    return await tx.rows(
        Since,
        QUERIES[query],
        account_id=account_id,
        since_us=since_us,
        other_id=other_id,
        limit=page.limit + 1,
        **params,
    )


async def set_block(
    tx: Tx, account_id: AccountId, other_id: AccountId, market: str, now_us: int
) -> bool:
    """Write a block; False when there is one already."""
    made = await tx.run(
        QUERIES["block_make"],
        account_id=account_id,
        other_id=other_id,
        market=market,
        now_us=now_us,
    )
    return made == 1


async def end_block(tx: Tx, account_id: AccountId, other_id: AccountId) -> bool:
    """End a block; False when there is none."""
    return bool(await tx.run(QUERIES["block_end"], account_id=account_id, other_id=other_id))


async def set_mute(
    tx: Tx, account_id: AccountId, other_id: AccountId, market: str, now_us: int
) -> None:
    """Write a mute; twice is once."""
    await tx.run(
        QUERIES["mute_make"], account_id=account_id, other_id=other_id, market=market, now_us=now_us
    )


async def end_mute(tx: Tx, account_id: AccountId, other_id: AccountId) -> bool:
    """End a mute; False when there is none."""
    return bool(await tx.run(QUERIES["mute_end"], account_id=account_id, other_id=other_id))


async def set_limit(
    tx: Tx, account_id: AccountId, other_id: AccountId, market: str, now_us: int
) -> None:
    """Write a limit; twice is once."""
    await tx.run(
        QUERIES["limit_make"],
        account_id=account_id,
        other_id=other_id,
        market=market,
        now_us=now_us,
    )


async def end_limit(tx: Tx, account_id: AccountId, other_id: AccountId) -> bool:
    """End a limit; False when there is none."""
    return bool(await tx.run(QUERIES["limit_end"], account_id=account_id, other_id=other_id))


async def is_limited(tx: Tx, account_id: AccountId, other_id: AccountId) -> bool:
    """Whether somebody limits the other."""
    found = await tx.value(bool, QUERIES["limit_there"], account_id=account_id, other_id=other_id)
    return bool(found)
