"""Parents: sign-ups that wait for their consent, and what they agreed to."""

from dataclasses import asdict, dataclass
from datetime import date

from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId

QUERIES = sql.load("nightmarket.domains.identity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaiting:
    """A sign-up that waits for a parent; nothing else is known of its person."""

    awaiting_id: int
    market: str
    handle: str
    name: str
    email: str
    email_key: str
    password_hash: str
    language: str
    birth_date: date
    parent_email: str
    rule: str
    authority: str
    asked_at_us: int
    expires_at_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a parent agreed to, and whether they took it back."""

    account_id: AccountId
    market: str
    parent_email: str
    rule: str
    authority: str
    agreed_at_us: int
    withdrawn_at_us: int | None


async def wait(tx: Tx, awaiting: Awaiting) -> bool:
    """Write a sign-up that waits; False when another waits with this handle."""
    return bool(await tx.run(QUERIES["awaiting_make"], **asdict(awaiting)))


async def awaiting(tx: Tx, awaiting_id: int) -> Awaiting | None:
    """Return a sign-up that waits; None: it was answered, or its time is over."""
    return await tx.maybe(Awaiting, QUERIES["awaiting_by_id"], awaiting_id=awaiting_id)


async def take_awaiting(tx: Tx, token_hash: bytes, now_us: int) -> Awaiting | None:
    """Return and lock the sign-up of a link."""
    return await tx.maybe(
        Awaiting, QUERIES["awaiting_by_token"], token_hash=token_hash, now_us=now_us
    )


async def awaiting_by_login(tx: Tx, handle: str, email_key: str) -> Awaiting | None:
    """Return who waits under a handle or an address."""
    return await tx.maybe(
        Awaiting, QUERIES["awaiting_by_login"], handle=handle, email_key=email_key
    )


async def set_awaiting_token(tx: Tx, awaiting_id: int, token_hash: bytes) -> None:
    """Write the digest of the link that is being mailed."""
    await tx.run(QUERIES["awaiting_token_set"], awaiting_id=awaiting_id, token_hash=token_hash)


async def drop_awaiting(tx: Tx, awaiting_id: int) -> None:
    """Forget a sign-up that was answered."""
    await tx.run(QUERIES["awaiting_drop"], awaiting_id=awaiting_id)


async def make_consent(tx: Tx, account_id: AccountId, waited: Awaiting, agreed_at_us: int) -> None:
    """Write that a parent agreed to an account."""
    await tx.run(
        QUERIES["consent_make"],
        account_id=account_id,
        market=waited.market,
        parent_email=waited.parent_email,
        rule=waited.rule,
        authority=waited.authority,
        asked_at_us=waited.asked_at_us,
        agreed_at_us=agreed_at_us,
    )


async def consent(tx: Tx, account_id: AccountId) -> Consent | None:
    """Return what a parent agreed to."""
    return await tx.maybe(Consent, QUERIES["consent_of"], account_id=account_id)


async def take_consent(tx: Tx, token_hash: bytes) -> Consent | None:
    """Return and lock the consent of a link."""
    return await tx.maybe(Consent, QUERIES["consent_by_token"], token_hash=token_hash)


async def set_consent_token(tx: Tx, account_id: AccountId, token_hash: bytes) -> None:
    """Write the digest of the link that takes a consent back."""
    await tx.run(QUERIES["consent_token_set"], account_id=account_id, token_hash=token_hash)


async def withdraw(tx: Tx, account_id: AccountId, now_us: int) -> bool:
    """Write that a consent was taken back, and close the door; False: it was before."""
    withdrawn = await tx.run(QUERIES["consent_withdraw"], account_id=account_id, now_us=now_us)
    if withdrawn:
        await tx.run(QUERIES["login_close"], account_id=account_id)
    return bool(withdrawn)
