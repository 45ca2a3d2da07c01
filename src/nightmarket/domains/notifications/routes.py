"""HTTP of the inbox: what is unread, what one wants to hear, and tickets to the live socket."""

from datetime import datetime

import msgspec
from litestar import delete, get, post, put

from nightmarket.domains.notifications.actions.push import public_key, subscribe, unsubscribe
from nightmarket.domains.notifications.actions.read_inbox import mark_read, unread_count
from nightmarket.domains.notifications.actions.set_preferences import (
    Preferences,
    preferences,
    set_kinds,
    set_quiet,
)
from nightmarket.domains.notifications.actions.tickets import make_ticket, realtime_url
from nightmarket.domains.notifications.errors import UnknownKind, UnusableBrowser
from nightmarket.domains.notifications.rules import minute_of, time_of
from nightmarket.domains.notifications.values import Kind, Preference, QuietHours
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment
from nightmarket.infra.services import Services
from nightmarket.infra.webpush import Keys, bytes_of
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import NotificationId, from_text, to_text

READ = "inbox:read"
TIMEZONE_LENGTH_MAX = 60


class Unread(msgspec.Struct):
    """How much is unread."""

    count: int


class ReadUpTo(msgspec.Struct):
    """The newest line that was seen; null: everything."""

    up_to: str | None = None


class Ways(msgspec.Struct):
    """Where one kind is heard."""

    inbox: bool
    mail: bool


class Quiet(msgspec.Struct, rename={"from_": "from"}):
    """A daily span `HH:MM` to `HH:MM` in an IANA time zone; it may pass midnight."""

    from_: str
    to: str
    timezone: str


class PreferencesPayload(msgspec.Struct):
    """Everything as it takes effect."""

    notifications: dict[str, Ways]
    quiet_hours: Quiet | None


class PreferencesChange(msgspec.Struct):
    """Kinds that are not named keep their choice; `quiet_hours` null switches them off."""

    notifications: dict[str, Ways] = {}
    quiet_hours: Quiet | msgspec.UnsetType | None = msgspec.UNSET


class RealtimePayload(msgspec.Struct):
    """Open `url?ticket=…` before `expires_at`; the ticket is good once."""

    url: str
    ticket: str
    expires_at: str


class PushKey(msgspec.Struct):
    """What `applicationServerKey` must be."""

    public_key: str


class BrowserKeys(msgspec.Struct):
    """The keys of a `PushSubscription`, base64url."""

    p256dh: str
    auth: str


class NewBrowser(msgspec.Struct):
    """A `PushSubscription` as browsers write it in JSON."""

    endpoint: str
    keys: BrowserKeys


class GoneBrowser(msgspec.Struct):
    """Which `PushSubscription` ends."""

    endpoint: str


class BrowserPayload(msgspec.Struct):
    """A browser that is told."""

    subscription_id: str


@get("/api/v1/inbox/unread")
async def get_unread(tx: Tx, subject: Subject) -> Unread:
    """Count unread lines."""
    return Unread(await unread_count(tx, subject.account(READ)))


@post("/api/v1/inbox/read", status_code=200)
async def post_read(tx: Tx, subject: Subject, now: datetime, data: ReadUpTo) -> Unread:
    """Mark lines read; answers what is left unread."""
    up_to = NotificationId(from_text(data.up_to)) if data.up_to else None
    return Unread(await mark_read(tx, subject.account(READ), up_to, now))


@get("/api/v1/notifications/preferences")
async def get_preferences(tx: Tx, subject: Subject) -> PreferencesPayload:
    """What one hears, where, and when it is quiet."""
    return _payload(await preferences(tx, subject.account(READ), is_minor=subject.is_minor))


@put("/api/v1/notifications/preferences")
async def put_preferences(tx: Tx, subject: Subject, data: PreferencesChange) -> PreferencesPayload:
    """Choose what one hears."""
    account_id = subject.account("profile:write")
    chosen = {
        _kind(name): Preference(one.inbox, one.mail) for name, one in data.notifications.items()
    }
    if chosen:
        await set_kinds(tx, account_id, chosen, subject.market)
    if data.quiet_hours is not msgspec.UNSET:
        await set_quiet(tx, account_id, _quiet(data.quiet_hours), subject.market)
    return _payload(await preferences(tx, account_id, is_minor=subject.is_minor))


@get("/api/v1/realtime")
async def get_realtime(subject: Subject, services: Services, now: datetime) -> RealtimePayload:
    """Give a ticket to the WebSocket, for guests too."""
    ticket, expires_at = make_ticket(services.secret, services.ids(), subject, now)
    ends = moment(microseconds(expires_at))
    assert ends is not None
    return RealtimePayload(realtime_url(services.settings), ticket, ends)


@get("/api/v1/push/key", sync_to_thread=False)
def get_push_key(services: Services) -> PushKey:
    """Show the key a browser subscribes with."""
    return PushKey(public_key(services.secret))


@post("/api/v1/push/subscriptions")
async def post_push(
    tx: Tx, subject: Subject, services: Services, data: NewBrowser
) -> BrowserPayload:
    """Tell this browser while Nightmarket is closed. Idempotent."""
    try:
        keys = Keys(bytes_of(data.keys.p256dh), bytes_of(data.keys.auth))
    except ValueError as error:
        raise UnusableBrowser("this browser cannot be written to") from error
    return BrowserPayload(to_text(await subscribe(tx, services, subject, data.endpoint, keys)))


@delete("/api/v1/push/subscriptions", status_code=204)
async def delete_push(tx: Tx, subject: Subject, data: GoneBrowser) -> None:
    """Tell this browser no more: when it is switched off, and before signing out. Idempotent."""
    await unsubscribe(tx, subject, data.endpoint)


def _kind(name: str) -> Kind:
    try:
        return Kind(name)
    except ValueError as error:
        raise UnknownKind("there is no such kind", kind=name[:40]) from error


def _quiet(sent: Quiet | None) -> QuietHours | None:
    if sent is None:
        return None
    return QuietHours(
        minute_of(sent.from_), minute_of(sent.to), sent.timezone[:TIMEZONE_LENGTH_MAX]
    )


def _payload(found: Preferences) -> PreferencesPayload:
    quiet = found.quiet
    return PreferencesPayload(
        {str(kind): Ways(one.has_inbox, one.has_mail) for kind, one in found.kinds.items()},
        Quiet(time_of(quiet.from_minute), time_of(quiet.to_minute), quiet.timezone)
        if quiet
        else None,
    )


ROUTES = (
    get_unread,
    post_read,
    get_preferences,
    put_preferences,
    get_realtime,
    get_push_key,
    post_push,
    delete_push,
)
