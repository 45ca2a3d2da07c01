"""How people sign in: addresses, password hashes, sessions and bearer tokens."""

from dataclasses import dataclass
from datetime import date

from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, SessionId

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


async def end_session(tx: Tx, account_id: AccountId, session_id: SessionId) -> bool:
    """End one session; False when the account has no such session."""
    return bool(await tx.run(QUERIES["session_end"], account_id=account_id, session_id=session_id))


async def end_sessions(tx: Tx, account_id: AccountId, kept: SessionId | None) -> int:
    """End all sessions but `kept`; returns how many."""
    return await tx.run(QUERIES["sessions_end"], account_id=account_id, kept_id=kept or 0)


async def end_oldest(tx: Tx, account_id: AccountId, kept: int) -> None:
    """Keep the latest used `kept` sessions."""
    await tx.run(QUERIES["sessions_end_oldest"], account_id=account_id, kept=kept)
