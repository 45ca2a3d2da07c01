"""What a person changes about themselves."""

from dataclasses import dataclass

from nightmarket.domains.identity.values import Account
from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, VideoId

QUERIES = sql.load("nightmarket.domains.identity")
MOVED_TABLES = (
    "login", "session", "api_token", "mail_token", "totp", "recovery_code", "passkey",
    "handle_history", "tally", "tally_video", "oauth_client", "oauth_code", "oauth_grant",
)  # fmt: skip
"""Rows that are the account's alone and move to another market with it."""


async def lock(tx: Tx, account_id: AccountId) -> None:
    """Hold the account's row until the transaction ends."""
    await tx.run(QUERIES["account_lock"], account_id=account_id)


async def set_profile(tx: Tx, account: Account) -> None:
    """Write name, bio, links, language, market, privacy and personalisation."""
    await tx.run(
        QUERIES["profile_set"],
        account_id=account.account_id,
        name=account.name,
        bio=account.bio,
        links=account.links,
        language=account.language,
        market=account.market,
        is_private=account.is_private,
        is_personalised=account.is_personalised,
    )


async def move(tx: Tx, account_id: AccountId, market: str) -> None:
    """Write the new market into every row that is the account's alone."""
    for table in MOVED_TABLES:
        await tx.run(QUERIES[f"move_{table}"], account_id=account_id, market=market)


async def set_handle(tx: Tx, account: Account, handle: str, now_us: int) -> bool:
    """Change the handle and remember the old one; False when somebody has it."""
    if not await tx.run(QUERIES["handle_set"], account_id=account.account_id, handle=handle):
        return False
    await tx.run(
        QUERIES["handle_remember"],
        account_id=account.account_id,
        market=account.market,
        handle=account.handle,
        now_us=now_us,
    )
    return True


async def handle_changed_at_us(tx: Tx, account_id: AccountId) -> int | None:
    """Return when the handle was changed last; None: never."""
    return await tx.value(int, QUERIES["handle_changed_at"], account_id=account_id)


async def set_avatar(tx: Tx, account_id: AccountId, avatar_key: str | None) -> None:
    """Write where the avatar lies; None: there is none."""
    await tx.run(QUERIES["avatar_set"], account_id=account_id, avatar_key=avatar_key)


async def set_roles(tx: Tx, account_id: AccountId, roles: list[str]) -> None:
    """Write what an account may do for the house."""
    await tx.run(QUERIES["roles_set"], account_id=account_id, roles=roles)


async def set_verified(tx: Tx, account_id: AccountId, *, is_verified: bool) -> None:
    """Give or take the badge."""
    await tx.run(QUERIES["verified_set"], account_id=account_id, is_verified=is_verified)


async def with_roles(tx: Tx) -> list[Account]:
    """Return everybody with a role, in order of ids."""
    return await tx.rows(Account, QUERIES["accounts_with_roles"])


@dataclass(frozen=True, slots=True)
class Tally:
    """What a profile counts that happens elsewhere."""

    videos_count: int = 0
    likes_count: int = 0


@dataclass(frozen=True, slots=True)
class _Ended:
    account_id: AccountId
    likes_count: int


async def tally(tx: Tx, account_id: AccountId) -> Tally:
    """Return an account's counts of videos and likes."""
    return await tx.maybe(Tally, QUERIES["tally_of"], account_id=account_id) or Tally()


async def count_video(tx: Tx, account_id: AccountId, video_id: VideoId) -> None:
    """Count a published video; twice is once."""
    params = {"account_id": account_id, "video_id": video_id}
    if await tx.run(QUERIES["tally_video_make"], **params):
        await tx.run(QUERIES["tally_add"], account_id=account_id, videos=1, likes=0)


async def uncount_video(tx: Tx, video_id: VideoId) -> None:
    """Take a video and its likes out of the counts; twice is once."""
    ended = await tx.maybe(_Ended, QUERIES["tally_video_end"], video_id=video_id)
    if ended is not None:
        await tx.run(
            QUERIES["tally_add"],
            account_id=ended.account_id,
            videos=-1,
            likes=-ended.likes_count,
        )


async def count_like(tx: Tx, account_id: AccountId, video_id: VideoId, likes: int) -> None:
    """Count a like of a video that is counted itself."""
    if await tx.run(QUERIES["tally_video_like"], video_id=video_id, likes=likes):
        await tx.run(QUERIES["tally_add"], account_id=account_id, videos=0, likes=likes)
