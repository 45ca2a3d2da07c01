"""Changes what a person says about themselves and how they are treated."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from nightmarket.domains.identity import rules
from nightmarket.domains.identity.actions.follow import accept_everybody
from nightmarket.domains.identity.actions.know_caller import forget_caller
from nightmarket.domains.identity.actions.read_people import account
from nightmarket.domains.identity.actions.tell import tell_profile
from nightmarket.domains.identity.errors import HandleChangedLately, HandleTaken, MarketBound
from nightmarket.domains.identity.store import changes, people, words
from nightmarket.domains.identity.values import Account, Role
from nightmarket.domains.markets import face as markets
from nightmarket.infra.db import Tx
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, IdMaker

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is to be different; None: as it is."""

    handle: str | None = None
    name: str | None = None
    bio: str | None = None
    links: list[str] | None = None
    language: str | None = None
    market: str | None = None
    is_private: bool | None = None
    is_personalised: bool | None = None


async def change_profile(
    tx: Tx, ids: IdMaker, now: datetime, account_id: AccountId, wanted: Changes
) -> Account:
    """Apply changes and tell the new profile; all of them or none.

    Raises:
        NotAllowedHere: links, a market or personalisation that the market does not allow.
        MarketBound: an auditor wants to move.
        HandleMalformed, HandleReserved, HandleTaken, HandleChangedLately: the handle.
        ProfileMalformed, NoSuchLanguage, NoSuchMarket: the rest.
    """
    await changes.lock(tx, account_id)
    before = await account(tx, account_id)
    after = _wanted(before, wanted)
    _require_allowed(before, after, now)
    if wanted.handle is not None:
        after = await _with_handle(tx, now, before, after, wanted.handle)
    if after == before:
        return before
    await changes.set_profile(tx, after)
    if after.market != before.market:
        await changes.move(tx, account_id, after.market)
    if before.is_private and not after.is_private:
        await accept_everybody(tx, ids, now, account_id)
    forget_caller(tx, account_id)
    await tell_profile(tx, ids, now, after)
    return await account(tx, account_id)


def _wanted(before: Account, wanted: Changes) -> Account:
    given: dict[str, Any] = {
        "name": None if wanted.name is None else rules.display_name(wanted.name),
        "bio": None if wanted.bio is None else rules.bio(wanted.bio),
        "links": None if wanted.links is None else rules.links(wanted.links),
        "language": None if wanted.language is None else markets.language(wanted.language),
        "market": None if wanted.market is None else markets.market(wanted.market).code,
        "is_private": wanted.is_private,
        "is_personalised": wanted.is_personalised,
    }
    return replace(before, **{key: value for key, value in given.items() if value is not None})


def _require_allowed(before: Account, after: Account, now: datetime) -> None:
    facts = markets.Facts(
        viewer_market=after.market,
        age_years=max(0, markets.age_years(after.birth_date, now.date())),
        at=now,
    )
    if after.market != before.market:
        markets.require_allowed("sign_up", facts)
        if Role.AUDITOR in before.roles:
            raise MarketBound("who gives the role says in which market; give it back to move")
    if set(after.links) - set(before.links):
        markets.require_allowed("add_link", facts)
    if after.is_personalised and not before.is_personalised:
        markets.require_allowed("personalise", facts)
    if before.is_private and not after.is_private:
        markets.require_allowed("be_public", facts)


async def _with_handle(
    tx: Tx, now: datetime, before: Account, after: Account, wanted: str
) -> Account:
    handle = rules.handle(wanted, words.reserved_handles())
    if handle == before.handle:
        return after
    now_us = microseconds(now)
    changed_at_us = await changes.handle_changed_at_us(tx, before.account_id)
    every_us = timedelta(days=rules.HANDLE_CHANGES_EVERY_DAYS) // timedelta(microseconds=1)
    if changed_at_us is not None and changed_at_us + every_us > now_us:
        wait_s = (changed_at_us + every_us - now_us) // SECOND_US + 1
        raise HandleChangedLately("a handle may be changed every 14 days", retry_after_s=wait_s)
    since_us = microseconds(now - timedelta(days=rules.HANDLE_KEPT_DAYS))
    is_kept = await people.is_handle_kept(tx, handle, before.account_id, since_us)
    if is_kept or not await changes.set_handle(tx, before, handle, now_us):
        raise HandleTaken("this handle is taken", handle=handle)
    return replace(after, handle=handle)
