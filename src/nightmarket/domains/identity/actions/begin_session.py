"""Begins a session: a random token for the browser, its digest for us."""

import hashlib
import secrets
from datetime import datetime, timedelta

from nightmarket.domains.identity.store import logins
from nightmarket.domains.identity.values import Arrival, NewSession
from nightmarket.events.accounts import GuestMerged
from nightmarket.infra import network, outbox
from nightmarket.infra.db import Tx
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, IdMaker, SessionId

TOKEN_BYTES = 32
SESSION_LIFE = timedelta(days=60)
SESSIONS_MAX = 50
DEVICE_LENGTH_MAX = 200


async def begin_session(
    tx: Tx, ids: IdMaker, now: datetime, account: tuple[AccountId, str], arrival: Arrival
) -> NewSession:
    """Write a session of (account, market) and return its token; the oldest beyond 50 end."""
    account_id, market = account
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session_id = SessionId(ids())
    row = logins.SessionRow(
        session_id=session_id,
        account_id=account_id,
        market=market,
        token_hash=digest(token),
        device=arrival.device[:DEVICE_LENGTH_MAX],
        ip_hint=network.hint(arrival.address),
        expires_at_us=microseconds(now + SESSION_LIFE),
    )
    await logins.make_session(tx, row, microseconds(now))
    await logins.end_oldest(tx, account_id, SESSIONS_MAX)
    return NewSession(session_id=session_id, account_id=account_id, token=token)


async def merge_guest(
    tx: Tx, ids: IdMaker, now: datetime, account: tuple[AccountId, str], arrival: Arrival
) -> None:
    """Tell that what the guest learned belongs to the account now."""
    if arrival.guest_id is not None:
        merged = GuestMerged(
            event_id=ids(),
            occurred_at=now,
            market=account[1],
            account_id=account[0],
            guest_id=arrival.guest_id,
        )
        await logins.remember_guest(tx, arrival.guest_id, account, microseconds(now))
        await outbox.publish(tx, merged)


async def is_session_open(tx: Tx, session_id: SessionId, now: datetime) -> bool:
    """Whether somebody is still signed in by this session."""
    return await logins.is_session_open(tx, session_id, microseconds(now))


def digest(token: str) -> bytes:
    """Return what is stored of a token: it is random, so a plain digest cannot be guessed."""
    return hashlib.sha256(token.encode()).digest()
