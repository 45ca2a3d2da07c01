"""Tells browsers while Nightmarket is closed: who asked for it, and one encrypted message each."""

import secrets
from dataclasses import dataclass
from email.utils import parseaddr

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from nightmarket.domains.identity import face as identity
from nightmarket.domains.notifications.actions.send_mail import line_of
from nightmarket.domains.notifications.errors import UnusableBrowser
from nightmarket.domains.notifications.store import browsers
from nightmarket.domains.notifications.store.browsers import Browser, Told
from nightmarket.infra import telemetry, webpush
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.providers.push.pusher import Delivery, Push, Pusher
from nightmarket.infra.services import Services
from nightmarket.infra.webpush import Keys
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, NotificationId, to_text

BROWSERS_MAX = 10
ENDPOINT_LENGTH_MAX = 1000
WAITS_S = 24 * 3600
"""How long a push service keeps a message for a browser that is off."""


@dataclass(frozen=True, slots=True)
class _Errand:
    language: str
    told: Told
    browsers: list[Browser]


def public_key(secret: bytes) -> str:
    """Return the key browsers must be given when they subscribe."""
    return webpush.text_of(webpush.public_bytes(webpush.signing_key(secret)))


async def subscribe(tx: Tx, services: Services, subject: Subject, endpoint: str, keys: Keys) -> int:
    """Remember a browser; the same one again is the same subscription. At most ten are kept.

    Raises:
        UnusableBrowser: no https address, or keys that are none.
    """
    account_id = subject.account("profile:write")
    is_address = webpush.is_endpoint(endpoint) and len(endpoint) <= ENDPOINT_LENGTH_MAX
    if not is_address or not webpush.is_usable(keys):
        raise UnusableBrowser("this browser cannot be written to")
    return await browsers.add(
        tx,
        Browser(services.ids(), endpoint, keys.p256dh, keys.auth),
        account_id,
        market=subject.market,
        created_at_us=microseconds(services.clock()),
        keep=BROWSERS_MAX,
    )


async def unsubscribe(tx: Tx, subject: Subject, endpoint: str) -> None:
    """Forget one of the caller's browsers. Idempotent."""
    await browsers.drop(tx, subject.account("profile:write"), endpoint)


async def send_push(
    account_id: AccountId, notification_id: NotificationId, services: Services, pusher: Pusher
) -> None:
    """Tell every browser of an account of one line, while it is unread; forget those that are gone.

    Raises:
        Unavailable: no service took it, and one asked for patience.
    """
    async with services.database.transaction() as tx:
        errand = await _errand(tx, account_id, notification_id)
    if errand is None:
        return
    body = _body(errand, notification_id)
    gone = []
    for browser in errand.browsers:
        delivery = await pusher.send(_sealed(body, browser, notification_id, services))
        if delivery is Delivery.GONE:
            gone.append(browser.subscription_id)
        telemetry.log("push_sent", account_id=account_id, delivery=delivery.name.lower())
    if gone:
        async with services.database.transaction() as tx:
            await browsers.drop_gone(tx, gone)


async def _errand(tx: Tx, account_id: AccountId, notification_id: NotificationId) -> _Errand | None:
    person = await identity.me(tx, account_id)
    told = await browsers.told(tx, account_id, notification_id)
    if person is None or told is None:
        return None
    return _Errand(person.language, told, await browsers.of(tx, account_id))


def _body(errand: _Errand, notification_id: NotificationId) -> bytes:
    """Return what the service worker shows. What people wrote stays inside: screens are seen."""
    return msgspec.json.encode(
        {
            "title": "Nightmarket",
            "body": line_of(errand.language, errand.told.kind, errand.told.actors_count),
            "tag": to_text(notification_id),
            "url": "/inbox",
        }
    )


def _sealed(
    body: bytes, browser: Browser, notification_id: NotificationId, services: Services
) -> Push:
    sender = ec.generate_private_key(webpush.CURVE)
    sealed = webpush.encrypt(
        body, browser.keys, sender=sender, salt=secrets.token_bytes(webpush.SALT_BYTES)
    )
    contact = parseaddr(services.settings.mail_from)[1]
    headers = {
        "Authorization": webpush.authorization(
            webpush.signing_key(services.secret),
            browser.endpoint,
            f"mailto:{contact}",
            services.clock(),
        ),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(WAITS_S),
        "Topic": to_text(notification_id),
        "Urgency": "normal",
    }
    return Push(browser.endpoint, headers, sealed)
