"""Tickets to the realtime process: signed, good for a minute, spent once."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from nightmarket.domains.identity import face as identity
from nightmarket.domains.notifications.errors import TicketRefused
from nightmarket.domains.notifications.store import upkeep
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.settings import Settings
from nightmarket.kernel.clock import instant, microseconds

GOOD_FOR = timedelta(seconds=60)
PURPOSE = b"realtime-ticket"
TEXT_LENGTH_MAX = 2000
SIGNATURE_BYTES = 32


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who may connect, until when, once."""

    ticket_id: int
    expires_at_us: int
    subject: Subject


def make_ticket(
    secret: bytes, ticket_id: int, subject: Subject, now: datetime
) -> tuple[str, datetime]:
    """Return a ticket as text, and when it ends; nothing is stored until it is spent."""
    expires_at = now + GOOD_FOR
    body = msgspec.msgpack.encode(Ticket(ticket_id, microseconds(expires_at), subject))
    return base64.urlsafe_b64encode(_sign(secret, body) + body).decode().rstrip("="), expires_at


def read_ticket(secret: bytes, text: str, now: datetime) -> Ticket:
    """Return what a ticket says.

    Raises:
        TicketRefused: not ours, or too old. Whether it was spent, `spend_ticket` knows.
    """
    refused = TicketRefused("this ticket is not good any more; ask for a new one")
    if not text or len(text) > TEXT_LENGTH_MAX:
        raise refused
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error) as error:
        raise refused from error
    signature, body = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _sign(secret, body)):
        raise refused
    ticket = msgspec.msgpack.decode(body, type=Ticket)
    if instant(ticket.expires_at_us) <= now:
        raise refused
    return ticket


async def spend_ticket(tx: Tx, ticket: Ticket, now: datetime) -> bool:
    """Whether this is the ticket's first use; true at most once, in any process.

    A ticket of a session that ended meanwhile is worth nothing.
    """
    session_id = ticket.subject.session_id
    if session_id is not None and not await identity.is_session_open(tx, session_id, now):
        return False
    return await upkeep.spend_ticket(tx, ticket.ticket_id, ticket.expires_at_us)


def realtime_port(settings: Settings) -> int:
    """Return the port the realtime process listens on."""
    return settings.realtime_port or settings.port + 1


def realtime_url(settings: Settings) -> str:
    """Return where pages open the WebSocket.

    A public address on another port than the web server's own belongs to a proxy, which hands
    `/realtime` on; without a proxy the process is reached on its own port.
    """
    if settings.realtime_url:
        return settings.realtime_url
    public = urlsplit(settings.public_url)
    is_secure = public.scheme == "https"
    scheme = "wss" if is_secure else "ws"
    if (public.port or (443 if is_secure else 80)) != settings.port:
        return f"{scheme}://{public.netloc}/realtime"
    return f"{scheme}://{public.hostname}:{realtime_port(settings)}/realtime"


def _sign(secret: bytes, body: bytes) -> bytes:
    return hmac.digest(hmac.digest(secret, PURPOSE, hashlib.sha256), body, hashlib.sha256)
