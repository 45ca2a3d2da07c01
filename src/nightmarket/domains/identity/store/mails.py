"""Addresses, and the links that mails carry."""

from dataclasses import dataclass

from nightmarket.domains.identity.store.logins import Login
from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId

QUERIES = sql.load("nightmarket.domains.identity")
VERIFY = "verify_email"
RESET = "reset_password"
TRIMMED = (
    "mail_tokens_trim",
    "sessions_trim",
    "challenges_trim",
    "attempts_trim",
    "oauth_codes_trim",
    "oauth_access_trim",
    "awaiting_trim",
    "guests_trim",
)


@dataclass(frozen=True, slots=True)
class Taken:
    """Whose link was used, and for which address it was sent."""

    account_id: AccountId
    email_key: str


async def make_token(
    tx: Tx, login: Login, token_hash: bytes, purpose: str, *, now_us: int, expires_at_us: int
) -> None:
    """Write the digest of a link's token."""
    await tx.run(
        QUERIES["mail_token_make"],
        token_hash=token_hash,
        account_id=login.account_id,
        market=login.market,
        purpose=purpose,
        email_key=login.email_key,
        now_us=now_us,
        expires_at_us=expires_at_us,
    )


async def take_token(tx: Tx, token_hash: bytes, purpose: str, now_us: int) -> Taken | None:
    """Use a link; None: used, expired or never sent."""
    return await tx.maybe(
        Taken,
        QUERIES["mail_token_take"],
        token_hash=token_hash,
        purpose=purpose,
        now_us=now_us,
    )


async def drop_tokens(tx: Tx, account_id: AccountId, purpose: str) -> None:
    """Make every open link of a purpose worthless."""
    await tx.run(QUERIES["mail_tokens_drop"], account_id=account_id, purpose=purpose)


async def claimants(tx: Tx, email_key: str) -> list[Login]:
    """Return the owner of an address first, then who claims it, the latest first; at most 5."""
    return await tx.rows(Login, QUERIES["email_claimants"], email_key=email_key)


async def verify(tx: Tx, account_id: AccountId, email_key: str, now_us: int) -> bool:
    """Give an address to whoever proved it and take it from the others who claimed it."""
    proved = await tx.run(
        QUERIES["email_verify"], account_id=account_id, email_key=email_key, now_us=now_us
    )
    if proved:
        await tx.run(QUERIES["email_claims_drop"], account_id=account_id, email_key=email_key)
    return bool(proved)


async def set_email(tx: Tx, account_id: AccountId, email: str, email_key: str) -> None:
    """Write a new, unproved address."""
    await tx.run(QUERIES["email_set"], account_id=account_id, email=email, email_key=email_key)


async def addresses_of(tx: Tx, account_id: AccountId) -> list[str]:
    """Return where mails about an account went: its own address, and a parent's."""
    return await tx.column(str, QUERIES["addresses_of"], account_id=account_id)


async def trim(tx: Tx, now_us: int) -> int:
    """Delete what has expired; returns how many rows."""
    return sum([await tx.run(QUERIES[name], now_us=now_us) for name in TRIMMED])
