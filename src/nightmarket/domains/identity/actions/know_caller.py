"""Finds out who is calling, from a session, a bearer token or the signed cookie of a guest."""

import asyncio
import base64
import hashlib
import hmac
from collections import OrderedDict
from datetime import datetime, timedelta

from nightmarket.domains.identity.actions.begin_session import SESSION_LIFE, digest
from nightmarket.domains.identity.store import logins
from nightmarket.domains.identity.values import Guest
from nightmarket.domains.markets import face as markets
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel import ids
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.errors import Invalid
from nightmarket.kernel.ids import AccountId, GuestId, ViewerId

SEEN_EVERY = timedelta(minutes=5)
KNOWN_FOR_S = 1.0
KNOWN_MAX = 10_000
GUEST_VERSION = "1"
GUEST_PARTS = 6
SIGNATURE_BYTES = 16


class KnownCallers:
    """Callers looked up within the last second, so that a burst of calls asks the database once.

    `forget` takes effect at once here; other processes follow within a second. What was read
    before a `forget` is never kept after it.
    """

    def __init__(self) -> None:
        self._found: OrderedDict[bytes, tuple[float, int, Subject]] = OrderedDict()
        self._forgotten = 0

    def get(self, token_hash: bytes, now_us: int) -> Subject | None:
        """Return a caller looked up less than a second ago whose session has not expired since."""
        entry = self._found.get(token_hash)
        if entry is None or entry[0] <= _monotonic_s() or entry[1] <= now_us:
            return None
        return entry[2]

    def mark(self) -> int:
        """Return what to pass to `put`; taken before reading."""
        return self._forgotten

    def put(self, token_hash: bytes, expires_at_us: int, subject: Subject, mark: int) -> None:
        """Keep a caller, unless somebody was forgotten since `mark`."""
        if mark != self._forgotten:
            return
        self._found[token_hash] = (_monotonic_s() + KNOWN_FOR_S, expires_at_us, subject)
        self._found.move_to_end(token_hash)
        while len(self._found) > KNOWN_MAX:
            self._found.popitem(last=False)

    def forget(self, account_id: AccountId) -> None:
        """Look this account up anew next time."""
        self._forgotten += 1
        for key in [key for key, entry in self._found.items() if entry[2].account_id == account_id]:
            del self._found[key]


KNOWN = KnownCallers()
"""One per process; tokens are random, so applications in one process cannot mix."""


async def know_caller(tx: Tx, now: datetime, token: str, *, is_bearer: bool) -> Subject | None:
    """Return who holds a token; None: ended, revoked, expired or never existed."""
    token_hash = digest(token)
    now_us = microseconds(now)
    subject = KNOWN.get(token_hash, now_us)
    if subject is not None:
        return subject
    mark = KNOWN.mark()
    look_up = logins.known_by_token if is_bearer else logins.known_by_session
    known = await look_up(tx, token_hash, now_us)
    if known is None:
        return None
    if known.last_seen_at_us < microseconds(now - SEEN_EVERY):
        await logins.seen(tx, known, now_us, microseconds(now + SESSION_LIFE))
    subject = _subject(known, now)
    KNOWN.put(token_hash, known.expires_at_us, subject, mark)
    return subject


def forget_caller(tx: Tx, account_id: AccountId) -> None:
    """Let a change of the account show at once in this process, when it is committed."""

    async def forget() -> None:
        KNOWN.forget(account_id)

    KNOWN.forget(account_id)
    tx.after_commit(forget)


def guest_subject(guest: Guest) -> Subject:
    """Return a guest as a caller: their age is unknown, so they count as grown up."""
    return Subject(
        viewer_id=ViewerId(guest.guest_id),
        guest_id=guest.guest_id,
        market=guest.market,
        language=guest.language,
        is_personalised=guest.is_personalised,
    )


def guest_cookie(secret: bytes, guest: Guest) -> str:
    """Write a guest as a signed cookie value."""
    flag = "p" if guest.is_personalised else "n"
    parts = [GUEST_VERSION, ids.to_text(guest.guest_id), guest.market, guest.language, flag]
    payload = ".".join(parts)
    return f"{payload}.{_signature(secret, payload)}"


def read_guest(secret: bytes, text: str) -> Guest | None:
    """Read a guest's cookie; None: not ours, or of a market that is no longer hosted."""
    payload, _, signature = text.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(secret, payload).encode()):
        return None
    parts = payload.split(".")
    if len(parts) != GUEST_PARTS - 1 or parts[0] != GUEST_VERSION:
        return None
    try:
        return Guest(
            guest_id=GuestId(ids.from_text(parts[1])),
            market=markets.market(parts[2]).code,
            language=markets.language(parts[3]),
            is_personalised=parts[4] == "p",
        )
    except Invalid:
        return None


def _signature(secret: bytes, payload: str) -> str:
    mac = hmac.new(secret, f"guest\n{payload}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:SIGNATURE_BYTES]).decode().rstrip("=")


def _subject(known: logins.Known, now: datetime) -> Subject:
    """Return the caller; a token never carries roles, whatever its account may do."""
    facts = markets.Facts(
        viewer_market=known.market,
        age_years=max(0, markets.age_years(known.birth_date, now.date())),
        at=now,
    )
    may_personalise = markets.decide("personalise", facts).is_allowed
    return Subject(
        viewer_id=ViewerId(known.account_id),
        account_id=known.account_id,
        session_id=known.session_id if known.scopes is None else None,
        market=known.market,
        language=known.language,
        roles=frozenset(known.roles if known.scopes is None else ()),
        scopes=None if known.scopes is None else frozenset(known.scopes),
        is_minor=markets.is_minor(known.market, known.birth_date, now.date()),
        is_personalised=known.is_personalised and may_personalise,
        is_email_verified=known.is_email_verified,
    )


def _monotonic_s() -> float:
    return asyncio.get_running_loop().time()
