"""How people sign in: addresses, password hashes, sessions and bearer tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, GuestId, SessionId

QUERIES = sql.load("nightmarket.domains.identity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What a password is checked against."""

    account_id: AccountId
    market: str
    email: str | None
    email_key: str | None
    is_email_verified: bool
    password_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Who a session or token is; `session_id` is the token's id for an API token."""

    session_id: SessionId
    last_seen_at_us: int
    expires_at_us: int
    account_id: AccountId
    market: str
    language: str
    roles: list[str]
    birth_date: date
    is_personalised: bool
    is_email_verified: bool
    scopes: list[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One line of the session list."""

    session_id: SessionId
    device: str
    ip_hint: str
    created_at_us: int
    last_seen_at_us: int


async def make_login(tx: Tx, login: Login, now_us: int) -> None:
    """Write how a new account signs in."""
    await tx.run(
        QUERIES["login_make"],
        account_id=login.account_id,
        market=login.market,
        email=login.email,
        email_key=login.email_key,
        password_hash=login.password_hash,
        now_us=now_us,
    )


async def by_handle(tx: Tx, handle: str) -> Login | None:
    """Return the login of whoever has the handle."""
    return await tx.maybe(Login, QUERIES["login_by_handle"], handle=handle)


async def by_email(tx: Tx, email_key: str) -> Login | None:
    """Return the login of whoever proved the address, else of who claimed it last."""
    return await tx.maybe(Login, QUERIES["login_by_email"], email_key=email_key)


async def of(tx: Tx, account_id: AccountId) -> Login | None:
    """Return an account's login."""
    return await tx.maybe(Login, QUERIES["login_of"], account_id=account_id)


async def set_password(tx: Tx, account_id: AccountId, password_hash: str, now_us: int) -> None:
    """Replace the password."""
    await tx.run(
        QUERIES["password_set"], account_id=account_id, password_hash=password_hash, now_us=now_us
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session about to be written."""

    session_id: SessionId
    account_id: AccountId
    market: str
    token_hash: bytes
    device: str
    ip_hint: str
    expires_at_us: int


async def make_session(tx: Tx, row: SessionRow, now_us: int) -> None:
    """Write a session."""
    await tx.run(
        QUERIES["session_make"],
        session_id=row.session_id,
        account_id=row.account_id,
        market=row.market,
        token_hash=row.token_hash,
        device=row.device,
        ip_hint=row.ip_hint,
        now_us=now_us,
        expires_at_us=row.expires_at_us,
    )


async def known_by_session(tx: Tx, token_hash: bytes, now_us: int) -> Known | None:
    """Return who a session cookie is, None: ended or expired."""
    return await tx.maybe(Known, QUERIES["session_subject"], token_hash=token_hash, now_us=now_us)


async def known_by_token(tx: Tx, token_hash: bytes, now_us: int) -> Known | None:
    """Return who a bearer token is, None: revoked or expired."""
    return await tx.maybe(Known, QUERIES["api_token_subject"], token_hash=token_hash, now_us=now_us)


async def seen(tx: Tx, known: Known, now_us: int, expires_at_us: int) -> None:
    """Remember that a session or token was used; a session then lasts until `expires_at_us`."""
    if known.scopes is not None:
        await tx.run(QUERIES["api_token_seen"], session_id=known.session_id, now_us=now_us)
        return
    await tx.run(
        QUERIES["session_seen"],
        session_id=known.session_id,
        now_us=now_us,
        expires_at_us=expires_at_us,
    )


async def sessions(tx: Tx, account_id: AccountId, now_us: int) -> list[Session]:
    """Return an account's sessions, the latest used first."""
    return await tx.rows(Session, QUERIES["sessions_of"], account_id=account_id, now_us=now_us)


async def session_ids(tx: Tx, account_id: AccountId) -> list[SessionId]:
    """Return an account's sessions, the expired ones too."""
    found = await tx.column(int, QUERIES["session_ids"], account_id=account_id)
    return [SessionId(one) for one in found]


async def is_session_open(tx: Tx, session_id: SessionId, now_us: int) -> bool:
    """Whether somebody is still signed in by this session."""
    found = await tx.value(bool, QUERIES["session_is_open"], session_id=session_id, now_us=now_us)
    return bool(found)


async def remember_guest(
    tx: Tx, guest_id: GuestId, account: tuple[AccountId, str], now_us: int
) -> None:
    """Keep for some days that a guest became (account, market)."""
    await tx.run(
        QUERIES["guest_merge"],
        guest_id=guest_id,
        account_id=account[0],
        market=account[1],
        now_us=now_us,
    )


async def guests_of(tx: Tx, account_id: AccountId, ids: Sequence[int]) -> set[int]:
    """Return which of these viewers the account was before it signed in."""
    return set(await tx.column(int, QUERIES["guests_of"], account_id=account_id, ids=list(ids)))


async def end_session(tx: Tx, account_id: AccountId, session_id: SessionId) -> bool:
    """End one session; False when the account has no such session."""
    return bool(await tx.run(QUERIES["session_end"], account_id=account_id, session_id=session_id))


async def end_sessions(tx: Tx, account_id: AccountId, kept: SessionId | None) -> int:
    """End all sessions but `kept`; returns how many."""
    return await tx.run(QUERIES["sessions_end"], account_id=account_id, kept_id=kept or 0)


async def end_oldest(tx: Tx, account_id: AccountId, kept: int) -> None:
    """Keep the latest used `kept` sessions."""
    await tx.run(QUERIES["sessions_end_oldest"], account_id=account_id, kept=kept)
