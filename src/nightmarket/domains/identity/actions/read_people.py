"""Reads accounts as others may see them, in batches."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from nightmarket.domains.identity import rules
from nightmarket.domains.identity.errors import NoSuchAccount
from nightmarket.domains.identity.store import people, settings, ties
from nightmarket.domains.identity.values import (
    Account,
    Audience,
    Me,
    Neighbour,
    Profile,
    Relation,
    Surroundings,
)
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId

FOLLOWS_MAX = 10_000
STRANGER = Relation()


async def accounts(tx: Tx, ids: Iterable[AccountId]) -> dict[AccountId, Account]:
    """Return the accounts there are among `ids`; erased ones are absent."""
    return await people.accounts(tx, list(set(ids)))


async def account(tx: Tx, account_id: AccountId) -> Account:
    """Return one account.

    Raises:
        NoSuchAccount: never was, or erased.
    """
    found = (await people.accounts(tx, [account_id])).get(account_id)
    if found is None:
        raise NoSuchAccount("no such account")
    return found


async def by_handles(tx: Tx, handles: Iterable[str]) -> dict[str, Account]:
    """Return accounts by handle (lower case, without @); unknown ones are absent."""
    return await people.by_handles(tx, [handle.lower().removeprefix("@") for handle in handles])


async def accounts_after(tx: Tx, after: int, limit: int) -> list[Account]:
    """Return accounts with ids above `after`, in order of ids: to build an index anew."""
    return await people.after(tx, after, limit)


async def profiles(
    tx: Tx, ids: Iterable[AccountId], viewer: AccountId | None
) -> dict[AccountId, Profile]:
    """Return accounts as a viewer sees them in lists; erased ones are absent, blocked ones not."""
    found = await neighbours(tx, ids, viewer)
    return {account_id: one.profile for account_id, one in found.items()}


async def neighbours(
    tx: Tx, ids: Iterable[AccountId], viewer: AccountId | None
) -> dict[AccountId, Neighbour]:
    """Return accounts and how a viewer stands to each, by one query; erased ones are absent."""
    return await ties.neighbours(tx, viewer, list(set(ids)))


def profile(account: Account, relation: Relation) -> Profile:
    """Return an account as somebody who stands so to it sees it."""
    return Profile(
        account_id=account.account_id,
        handle=account.handle,
        name=account.name,
        avatar_key=account.avatar_key,
        is_private=account.is_private,
        is_verified=account.is_verified,
        you_follow=relation.you_follow,
        follows_you=relation.follows_you,
    )


async def relations(
    tx: Tx, viewer: AccountId | None, others: Sequence[AccountId]
) -> dict[AccountId, Relation]:
    """Return how a viewer stands to each of `others`; guests are strangers to everybody."""
    if viewer is None:
        return dict.fromkeys(others, STRANGER)
    return await ties.relations(tx, viewer, others)


async def may_see(tx: Tx, viewer: AccountId | None, owner: AccountId, audience: str) -> bool:
    """Whether a viewer may see what `owner` made for `audience`; of an erased owner nothing."""
    found = (await people.accounts(tx, [owner])).get(owner)
    if found is None:
        return False
    stands = await relations(tx, viewer, [owner])
    return rules.may_see(
        stands[owner],
        Audience(audience),
        is_owner=viewer == owner,
        is_private=found.is_private,
    )


async def may_see_many(
    tx: Tx, viewer: AccountId | None, wanted: Sequence[tuple[AccountId, str]]
) -> list[bool]:
    """Answer `may_see` for many (owner, audience) at once, in the same order."""
    owners = list({owner for owner, _ in wanted})
    found = await people.accounts(tx, owners)
    stands = await relations(tx, viewer, owners)
    return [
        owner in found
        and rules.may_see(
            stands.get(owner, STRANGER),
            Audience(audience),
            is_owner=viewer == owner,
            is_private=found[owner].is_private,
        )
        for owner, audience in wanted
    ]


async def follows_of(tx: Tx, account_id: AccountId) -> list[AccountId]:
    """Return whom an account follows, the latest first, at most 10,000."""
    return await ties.following(tx, account_id, FOLLOWS_MAX)


async def friends_of(tx: Tx, account_id: AccountId) -> list[AccountId]:
    """Return who follows back, the latest first, at most 10,000."""
    return await ties.friends(tx, account_id, FOLLOWS_MAX)


async def followers_of(
    tx: Tx, account_id: AccountId, after: int = 0, limit: int = 1000
) -> list[AccountId]:
    """Return followers with ids above `after`, in order of ids: for work in batches."""
    return await ties.followers(tx, account_id, after, limit)


async def blocks_of(tx: Tx, account_id: AccountId) -> set[AccountId]:
    """Return everybody who blocks or is blocked by an account."""
    return await ties.blocks(tx, account_id)


async def mutes_of(tx: Tx, account_id: AccountId) -> set[AccountId]:
    """Return whom an account mutes."""
    return await ties.mutes(tx, account_id)


async def surroundings_of(tx: Tx, account_id: AccountId) -> Surroundings:
    """Return follows, friends, blocks, mutes and settings of an account, by one query."""
    found = await ties.surroundings(tx, account_id, FOLLOWS_MAX)
    return replace(found, settings=settings.filled(found.settings))


async def settings_of(tx: Tx, account_id: AccountId) -> dict[str, Any]:
    """Return the settings document with every default filled in; defaults for an erased account."""
    return await settings.of(tx, account_id)


async def me(tx: Tx, account_id: AccountId) -> Me | None:
    """Return an account with what only its owner sees, address included; None: erased."""
    return await people.me(tx, account_id)
