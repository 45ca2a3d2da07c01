"""A profile as a viewer sees it, and its lists of people."""

from collections.abc import Sequence
from dataclasses import dataclass

from nightmarket.domains.identity import rules
from nightmarket.domains.identity.actions.read_people import (
    STRANGER,
    account,
    by_handles,
    profile,
    profiles,
    relations,
)
from nightmarket.domains.identity.errors import AccountPrivate, NoSuchAccount
from nightmarket.domains.identity.store import changes, people, ties
from nightmarket.domains.identity.values import Account, Audience, Profile, Relation
from nightmarket.infra.db import Tx
from nightmarket.kernel import pages
from nightmarket.kernel.ids import AccountId
from nightmarket.kernel.pages import Page, PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One profile in full, as one viewer sees it."""

    profile: Profile
    relation: Relation
    bio: str
    links: list[str]
    followers_count: int
    following_count: int
    videos_count: int
    likes_count: int
    is_you: bool
    may_see_content: bool


async def see_profile(tx: Tx, viewer: AccountId | None, handle: str) -> Seen:
    """Return the profile with this handle, or who gave the handle up a short while ago.

    Raises:
        NoSuchAccount: nobody, or somebody who blocks the viewer.
    """
    found, relation = await _visible(tx, viewer, handle)
    counts = await changes.tally(tx, found.account_id)
    return Seen(
        profile=profile(found, relation),
        relation=relation,
        bio=found.bio,
        links=found.links,
        followers_count=found.followers_count,
        following_count=found.following_count,
        videos_count=counts.videos_count,
        likes_count=counts.likes_count,
        is_you=viewer == found.account_id,
        may_see_content=_sees(found, relation, viewer),
    )


async def followers(
    tx: Tx, viewer: AccountId | None, handle: str, page: PageRequest
) -> Page[Profile]:
    """Return who follows a profile, the latest first.

    Raises:
        NoSuchAccount: as in `see_profile`.
        AccountPrivate: only its followers see whom a private account knows.
    """
    found = await _open(tx, viewer, handle)
    rows = await ties.page(tx, "followers_page", found, page, state="accepted")
    return await as_profiles(tx, viewer, rows, page)


async def following(
    tx: Tx, viewer: AccountId | None, handle: str, page: PageRequest
) -> Page[Profile]:
    """Return whom a profile follows, the latest first.

    Raises:
        NoSuchAccount, AccountPrivate: as in `followers`.
    """
    found = await _open(tx, viewer, handle)
    rows = await ties.page(tx, "following_page", found, page, state="accepted")
    return await as_profiles(tx, viewer, rows, page)


async def as_profiles(
    tx: Tx, viewer: AccountId | None, rows: Sequence[ties.Since], page: PageRequest
) -> Page[Profile]:
    """Cut a page and fill in profiles; people who block the viewer are left out."""
    cut = pages.page(rows, page.limit, lambda row: (row.since_us, row.other_id))
    wanted = [row.other_id for row in cut.items]
    cards = await profiles(tx, wanted, viewer)
    stands = await relations(tx, viewer, wanted)
    shown = [
        cards[one] for one in wanted if one in cards and not stands.get(one, STRANGER).blocks_you
    ]
    return Page(shown, cut.next_cursor)


async def _open(tx: Tx, viewer: AccountId | None, handle: str) -> AccountId:
    found, relation = await _visible(tx, viewer, handle)
    if not _sees(found, relation, viewer):
        raise AccountPrivate("this account is private", handle=found.handle)
    return found.account_id


def _sees(found: Account, relation: Relation, viewer: AccountId | None) -> bool:
    return rules.may_see(
        relation,
        Audience.EVERYONE,
        is_owner=viewer == found.account_id,
        is_private=found.is_private,
    )


async def _visible(tx: Tx, viewer: AccountId | None, handle: str) -> tuple[Account, Relation]:
    name = handle.lower().removeprefix("@")
    found = (await by_handles(tx, [name])).get(name)
    if found is None:
        moved_id = await people.moved_from(tx, name)
        if moved_id is None:
            raise NoSuchAccount("no such account")
        found = await account(tx, moved_id)
    relation = (await relations(tx, viewer, [found.account_id])).get(found.account_id, STRANGER)
    if relation.blocks_you:
        raise NoSuchAccount("no such account")
    return found, relation
