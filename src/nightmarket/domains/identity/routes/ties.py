"""Routes: following, asking to follow, blocking, muting."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import delete, get, post, put
from litestar.params import FromQuery

from nightmarket.domains.identity.actions.block import block, mute, unblock, unlimit, unmute
from nightmarket.domains.identity.actions.block import limit as limit_person
from nightmarket.domains.identity.actions.follow import answer_request, follow, unfollow
from nightmarket.domains.identity.actions.see_profile import as_profiles
from nightmarket.domains.identity.routes.payloads import (
    Cursor,
    InPath,
    Limit,
    ProfilePage,
    profile_page,
)
from nightmarket.domains.identity.store import ties
from nightmarket.domains.identity.values import Follows
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel import pages
from nightmarket.kernel.ids import AccountId, from_text

LIST_KEYS = 2
IMPRESSION_LETTERS = 100
"""What is longer is none, and need not be told whole."""
WRITE = "follows:write"
READ = "profile:read"


class FollowPayload(msgspec.Struct, kw_only=True):
    """How it stands after asking."""

    you_follow: Follows


class Answer(msgspec.Struct, kw_only=True):
    """Yes or no to somebody who asks to follow."""

    accept: bool


def other(account_id: str) -> AccountId:
    """Read an account's id of a path."""
    return AccountId(from_text(account_id))


@put("/api/v1/follows/{account_id:str}")
async def make_follow(
    tx: Tx,
    services: Services,
    subject: Subject,
    now: datetime,
    account_id: InPath,
    impression_id: FromQuery[str | None] = None,
) -> FollowPayload:
    """Follow somebody, or ask to when the account is private.

    `impression_id`: the showing of a video this comes from; the feed learns by it.
    """
    shown = impression_id and impression_id[:IMPRESSION_LETTERS]
    follower_id = subject.account(WRITE)
    state = await follow(tx, services.ids, now, follower_id, other(account_id), shown)
    return FollowPayload(you_follow=state)


@delete("/api/v1/follows/{account_id:str}", status_code=204)
async def drop_follow(
    tx: Tx, services: Services, subject: Subject, now: datetime, account_id: InPath
) -> None:
    """Unfollow somebody, or take a request back."""
    await unfollow(tx, services.ids, now, subject.account(WRITE), other(account_id))


@delete("/api/v1/followers/{account_id:str}", status_code=204)
async def drop_follower(
    tx: Tx, services: Services, subject: Subject, now: datetime, account_id: InPath
) -> None:
    """Take somebody off one's followers, without a block."""
    await unfollow(tx, services.ids, now, other(account_id), subject.account(WRITE))


@get("/api/v1/follow-requests")
async def list_requests(
    tx: Tx,
    subject: Subject,
    cursor: Cursor = None,
    limit: Limit = None,
) -> ProfilePage:
    """Who asks to follow, the latest first."""
    account_id = subject.account(READ)
    page = pages.request(cursor, limit, keys=LIST_KEYS)
    rows = await ties.page(tx, "followers_page", account_id, page, state="requested")
    return profile_page(await as_profiles(tx, account_id, rows, page))


@post("/api/v1/follow-requests/{account_id:str}", status_code=204)
async def answer_follow_request(
    tx: Tx,
    services: Services,
    subject: Subject,
    now: datetime,
    account_id: InPath,
    data: Answer,
) -> None:
    """Accept a request or turn it down."""
    pair = (other(account_id), subject.account(WRITE))
    await answer_request(tx, services.ids, now, pair, is_accepted=data.accept)


@put("/api/v1/blocks/{account_id:str}", status_code=204)
async def make_block(
    tx: Tx, services: Services, subject: Subject, now: datetime, account_id: InPath
) -> None:
    """Block somebody: neither sees the other any more."""
    await block(tx, services.ids, now, subject.account(WRITE), other(account_id))


@delete("/api/v1/blocks/{account_id:str}", status_code=204)
async def drop_block(tx: Tx, subject: Subject, account_id: InPath) -> None:
    """End a block."""
    await unblock(tx, subject.account(WRITE), other(account_id))


@get("/api/v1/blocks")
async def list_blocks(
    tx: Tx,
    subject: Subject,
    cursor: Cursor = None,
    limit: Limit = None,
) -> ProfilePage:
    """Whom the account blocks, the latest first."""
    account_id = subject.account(READ)
    page = pages.request(cursor, limit, keys=LIST_KEYS)
    rows = await ties.page(tx, "blocks_page", account_id, page)
    return profile_page(await as_profiles(tx, None, rows, page))


@put("/api/v1/mutes/{account_id:str}", status_code=204)
async def make_mute(tx: Tx, subject: Subject, now: datetime, account_id: InPath) -> None:
    """Mute somebody; they do not learn of it."""
    await mute(tx, now, subject.account(WRITE), other(account_id))


@delete("/api/v1/mutes/{account_id:str}", status_code=204)
async def drop_mute(tx: Tx, subject: Subject, account_id: InPath) -> None:
    """End a mute."""
    await unmute(tx, subject.account(WRITE), other(account_id))


@get("/api/v1/mutes")
async def list_mutes(
    tx: Tx,
    subject: Subject,
    cursor: Cursor = None,
    limit: Limit = None,
) -> ProfilePage:
    """Whom the account mutes, the latest first."""
    account_id = subject.account(READ)
    page = pages.request(cursor, limit, keys=LIST_KEYS)
    rows = await ties.page(tx, "mutes_page", account_id, page)
    return profile_page(await as_profiles(tx, account_id, rows, page))


@put("/api/v1/limits/{account_id:str}", status_code=204)
async def make_limit(tx: Tx, subject: Subject, now: datetime, account_id: InPath) -> None:
    """Limit somebody: their comments under my videos wait for me; they do not learn of it."""
    await limit_person(tx, now, subject.account(WRITE), other(account_id))


@delete("/api/v1/limits/{account_id:str}", status_code=204)
async def drop_limit(tx: Tx, subject: Subject, account_id: InPath) -> None:
    """End a limit."""
    await unlimit(tx, subject.account(WRITE), other(account_id))


@get("/api/v1/limits")
async def list_limits(
    tx: Tx,
    subject: Subject,
    cursor: Cursor = None,
    limit: Limit = None,
) -> ProfilePage:
    """Whom the account limits, the latest first."""
    account_id = subject.account(READ)
    page = pages.request(cursor, limit, keys=LIST_KEYS)
    rows = await ties.page(tx, "limits_page", account_id, page)
    return profile_page(await as_profiles(tx, account_id, rows, page))


ROUTES: tuple[Any, ...] = (
    make_follow,
    drop_follow,
    drop_follower,
    list_requests,
    answer_follow_request,
    make_block,
    drop_block,
    list_blocks,
    make_mute,
    drop_mute,
    list_mutes,
    make_limit,
    drop_limit,
    list_limits,
)
