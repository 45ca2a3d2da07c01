"""Routes: profiles and the lists of whom they follow."""

from typing import Any

import msgspec
from litestar import get

from nightmarket.domains.identity.actions.see_profile import Seen, followers, following, see_profile
from nightmarket.domains.identity.routes.payloads import (
    Cursor,
    InPath,
    Limit,
    ProfilePage,
    ProfilePayload,
    profile_page,
)
from nightmarket.domains.identity.values import Profile, avatar_url
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel import pages
from nightmarket.kernel.ids import to_text

LIST_KEYS = 2


class CountsPayload(msgspec.Struct, kw_only=True):
    """What a profile counts."""

    followers: int
    following: int
    likes: int
    videos: int


class SeenPayload(ProfilePayload, kw_only=True):
    """One profile in full."""

    avatar_large_url: str | None
    bio: str
    links: list[str]
    counts: CountsPayload
    you_block: bool
    you_mute: bool
    is_you: bool
    may_see_content: bool


def seen_payload(seen: Seen) -> SeenPayload:
    """Return a profile in full."""
    card: Profile = seen.profile
    return SeenPayload(
        account_id=to_text(card.account_id),
        handle=card.handle,
        name=card.name,
        avatar_url=card.avatar_url,
        avatar_large_url=avatar_url(card.avatar_key, "large"),
        is_private=card.is_private,
        is_verified=card.is_verified,
        you_follow=card.you_follow,
        follows_you=card.follows_you,
        bio=seen.bio,
        links=seen.links,
        counts=CountsPayload(
            followers=seen.followers_count,
            following=seen.following_count,
            likes=seen.likes_count,
            videos=seen.videos_count,
        ),
        you_block=seen.relation.you_block,
        you_mute=seen.relation.you_mute,
        is_you=seen.is_you,
        may_see_content=seen.may_see_content,
    )


@get("/api/v1/profiles/{handle:str}")
async def read_profile(tx: Tx, subject: Subject, handle: InPath) -> SeenPayload:
    """One profile; a handle given up within a month leads to its owner's new one."""
    return seen_payload(await see_profile(tx, subject.account_id, handle))


@get("/api/v1/profiles/{handle:str}/followers")
async def list_followers(
    tx: Tx,
    subject: Subject,
    handle: InPath,
    cursor: Cursor = None,
    limit: Limit = None,
) -> ProfilePage:
    """Who follows a profile, the latest first."""
    page = pages.request(cursor, limit, keys=LIST_KEYS)
    return profile_page(await followers(tx, subject.account_id, handle, page))


@get("/api/v1/profiles/{handle:str}/following")
async def list_following(
    tx: Tx,
    subject: Subject,
    handle: InPath,
    cursor: Cursor = None,
    limit: Limit = None,
) -> ProfilePage:
    """Whom a profile follows, the latest first."""
    page = pages.request(cursor, limit, keys=LIST_KEYS)
    return profile_page(await following(tx, subject.account_id, handle, page))


ROUTES: tuple[Any, ...] = (read_profile, list_followers, list_following)
