"""Tells one account one thing: inbox, open pages, and a mail later when it stays unread."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from nightmarket.domains.identity import face as identity
from nightmarket.domains.markets import face as markets
from nightmarket.domains.notifications import rules
from nightmarket.domains.notifications.store import browsers, choices, lines
from nightmarket.domains.notifications.values import (
    ALWAYS_IN_INBOX,
    DEFAULTS,
    Kind,
    Notice,
    Preference,
)
from nightmarket.infra import jobs, realtime
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import instant, microseconds
from nightmarket.kernel.ids import AccountId, NotificationId, to_text

TOPIC = "inbox"
PUSH_JOB = "notifications.push"


class PushDue(msgspec.Struct):
    """Which line an account's browsers are to be told of."""

    account_id: int
    notification_id: int


async def notify(tx: Tx, notice: Notice, services: Services, happened_at: datetime) -> bool:
    """Write one notice and wake its account's open pages; False when it is not to be told.

    Nobody is told of what they did themselves, by people they blocked or muted or who blocked
    them, of kinds they switched off, and minors not by strangers. Telling the same thing twice
    changes nothing.
    """
    if notice.actor_id == notice.account_id:
        return False
    now = services.clock()
    person = await identity.me(tx, notice.account_id)
    if person is None:
        return False
    is_minor = markets.is_minor(person.market, person.birth_date, now.date())
    if not await _is_welcome(tx, notice, is_minor=is_minor):
        return False
    chosen = await choices.preferences(tx, notice.account_id)
    preference = preference_of(notice.kind, chosen, is_minor=is_minor)
    if not preference.has_inbox:
        return False
    at_us = microseconds(min(happened_at, now))
    fresh = NotificationId(services.ids())
    line = await lines.add(
        tx,
        notice,
        fresh,
        market=person.market,
        at_us=at_us,
        repeat_us=microseconds(now - rules.REPEAT_PAUSE),
    )
    if line is None:
        return False
    rhythm = await choices.rhythm(tx, notice.account_id)
    quiet_ends = rules.quiet_now(
        now,
        rhythm.quiet,
        is_minor=is_minor,
        timezone=markets.market(person.market).time_zone,
    )
    await tell_unread(tx, notice.account_id, notice, line, is_quiet=quiet_ends is not None)
    if quiet_ends is None and _is_worth_a_push(notice, is_new=line == fresh):
        await _defer_push(tx, notice.account_id, line)
    if preference.has_mail and person.is_email_verified:
        mailed_at = instant(rhythm.mailed_at_us) if rhythm.mailed_at_us is not None else None
        is_urgent = notice.kind == Kind.MODERATION
        at = rules.mail_at(now, quiet_ends, mailed_at, is_urgent=is_urgent)
        await choices.set_mail_due(tx, notice.account_id, person.market, microseconds(at))
    return True


def _is_worth_a_push(notice: Notice, *, is_new: bool) -> bool:
    """The first like is worth it, the twelfth on the same line is not; words always are."""
    return is_new or notice.kind not in rules.PUSHED_ONCE


async def _defer_push(tx: Tx, account_id: AccountId, line: NotificationId) -> None:
    if await browsers.exists(tx, account_id):
        await jobs.defer(
            tx, PUSH_JOB, PushDue(account_id, line), when=jobs.When(key=f"{PUSH_JOB}:{line}")
        )


async def _is_welcome(tx: Tx, notice: Notice, *, is_minor: bool) -> bool:
    if notice.actor_id is None:
        return True
    if notice.actor_id in await identity.blocks_of(tx, notice.account_id):
        return False
    if notice.actor_id in await identity.mutes_of(tx, notice.account_id):
        return False
    if not is_minor or notice.kind not in rules.STRANGER_KINDS:
        return True
    followed = await identity.follows_of(tx, notice.account_id)
    return rules.may_tell(notice.kind, is_minor=is_minor, follows_actor=notice.actor_id in followed)


def preference_of(kind: Kind, chosen: Mapping[Kind, Preference], *, is_minor: bool) -> Preference:
    """Return where a kind is heard, as it takes effect."""
    preference = rules.narrowed(kind, chosen.get(kind, DEFAULTS[kind]), is_minor=is_minor)
    if kind in ALWAYS_IN_INBOX:
        return Preference(has_inbox=True, has_mail=preference.has_mail)
    return preference


async def tell_unread(
    tx: Tx,
    account_id: AccountId,
    notice: Notice | None = None,
    line: NotificationId | None = None,
    *,
    is_quiet: bool = True,
) -> None:
    """Tell open pages how much is unread, and what is new; `is_quiet`: without sound or toast."""
    await realtime.tell(
        tx,
        realtime.topic(TOPIC, account_id),
        "notification" if notice is not None else "unread",
        {
            "notification_id": to_text(line) if line is not None else None,
            "kind": notice.kind if notice is not None else None,
            "unread_count": await lines.unread_count(tx, account_id),
            "is_quiet": is_quiet,
        },
    )
