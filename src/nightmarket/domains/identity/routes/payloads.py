"""What identity answers over HTTP, and how values become it."""

from typing import Annotated

import msgspec
from litestar.params import FromPath, FromQuery

from nightmarket.domains.identity.values import Follows, Me, Profile, avatar_url
from nightmarket.domains.markets import face as markets
from nightmarket.infra.http import moment
from nightmarket.kernel.clock import instant
from nightmarket.kernel.ids import to_text
from nightmarket.kernel.pages import Page

Text = Annotated[str, msgspec.Meta(max_length=400)]
Secret = Annotated[str, msgspec.Meta(max_length=1000)]
NO_STORE = {"Cache-Control": "no-store"}
"""Answers that nobody keeps: not caches, not the memory of repeated calls."""
InPath = FromPath[str]
Cursor = FromQuery[str | None]
Limit = FromQuery[int | None]


class MePayload(msgspec.Struct, kw_only=True):
    """The signed-in account."""

    account_id: str
    handle: str
    name: str
    bio: str
    avatar_url: str | None
    email: str | None
    email_verified: bool
    market: str
    language: str
    birth_date: str
    is_minor: bool
    is_private: bool
    is_personalised: bool
    may_personalise: bool
    has_totp: bool
    passkeys_count: int
    roles: list[str]
    links: list[str]
    created_at: str | None


class ProfilePayload(msgspec.Struct, kw_only=True):
    """One account in a list."""

    account_id: str
    handle: str
    name: str
    avatar_url: str | None
    is_private: bool
    is_verified: bool
    you_follow: Follows
    follows_you: bool


def me_payload(me: Me, now_us: int) -> MePayload:
    """Return an account as its owner is shown it."""
    now = instant(now_us)
    facts = markets.Facts(
        viewer_market=me.market,
        age_years=max(0, markets.age_years(me.birth_date, now.date())),
        at=now,
    )
    return MePayload(
        account_id=to_text(me.account_id),
        handle=me.handle,
        name=me.name,
        bio=me.bio,
        avatar_url=avatar_url(me.avatar_key),
        email=me.email,
        email_verified=me.is_email_verified,
        market=me.market,
        language=me.language,
        birth_date=me.birth_date.isoformat(),
        is_minor=markets.is_minor(me.market, me.birth_date, now.date()),
        is_private=me.is_private,
        is_personalised=me.is_personalised,
        may_personalise=markets.decide("personalise", facts).is_allowed,
        has_totp=me.has_totp,
        passkeys_count=me.passkeys_count,
        roles=me.roles,
        links=me.links,
        created_at=moment(me.created_at_us),
    )


def profile_payload(profile: Profile) -> ProfilePayload:
    """Return an account as lists show it."""
    return ProfilePayload(
        account_id=to_text(profile.account_id),
        handle=profile.handle,
        name=profile.name,
        avatar_url=profile.avatar_url,
        is_private=profile.is_private,
        is_verified=profile.is_verified,
        you_follow=profile.you_follow,
        follows_you=profile.follows_you,
    )


class ProfilePage(msgspec.Struct, kw_only=True):
    """A page of accounts."""

    items: list[ProfilePayload]
    next_cursor: str | None


def profile_page(page: Page[Profile]) -> ProfilePage:
    """Return a page of accounts."""
    return ProfilePage(
        items=[profile_payload(profile) for profile in page.items], next_cursor=page.next_cursor
    )
