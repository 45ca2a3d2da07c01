"""Mails what stayed unread: one digest, in the person's language, outside of their quiet hours."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources

import msgspec

from nightmarket.domains.identity import face as identity
from nightmarket.domains.markets import face as markets
from nightmarket.domains.notifications import rules
from nightmarket.domains.notifications.actions.notify import preference_of
from nightmarket.domains.notifications.store import choices
from nightmarket.domains.notifications.store.choices import Unmailed
from nightmarket.domains.notifications.values import Kind
from nightmarket.infra import jobs, telemetry
from nightmarket.infra.db import Database, Tx
from nightmarket.infra.providers.mail.mailer import Mail
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import instant, microseconds
from nightmarket.kernel.ids import AccountId, NotificationId, to_text

MAIL_JOB = "notifications.mail"
LINES_MAX = 20
DUE_MAX = 1000
"""Mails begun in one minute; the rest waits for the next."""


class MailDue(msgspec.Struct):
    """Whose mail may go."""

    account_id: int


async def begin_mails(database: Database, now: datetime) -> int:
    """Queue a job for everybody whose mail may go now; returns how many."""
    async with database.transaction() as tx:
        due = await choices.mails_due(tx, microseconds(now), DUE_MAX)
        for account_id in due:
            await jobs.defer(
                tx, MAIL_JOB, MailDue(account_id), when=jobs.When(key=f"{MAIL_JOB}:{account_id}")
            )
    return len(due)


@dataclass(frozen=True, slots=True)
class _Digest:
    mail: Mail
    lines: tuple[NotificationId, ...]


async def send_mail(account_id: AccountId, services: Services) -> None:
    """Send the digest that is due, if there still is one; put it off when it is quiet now.

    Reads, sends, records: a crash between the last two sends the same `mail_id` again.
    """
    now = services.clock()
    async with services.database.transaction() as tx:
        digest = await _compose(tx, account_id, services, now)
    if digest is None:
        return
    await services.mailer.send(digest.mail)
    async with services.database.transaction() as tx:
        await choices.mailed(tx, account_id, digest.lines, microseconds(now))
    telemetry.happened("inbox_mailed", account_id=account_id, lines=len(digest.lines))


async def _compose(
    tx: Tx, account_id: AccountId, services: Services, now: datetime
) -> _Digest | None:
    person = await identity.me(tx, account_id)
    if person is None or person.email is None or not person.is_email_verified:
        await _put_off(tx, account_id, None)
        return None
    is_minor = markets.is_minor(person.market, person.birth_date, now.date())
    chosen = await choices.preferences(tx, account_id)
    kinds = [k for k in Kind if preference_of(k, chosen, is_minor=is_minor).has_mail]
    lines = await choices.unmailed(tx, account_id, kinds, LINES_MAX)
    if not lines:
        await _put_off(tx, account_id, None)
        return None
    rhythm = await choices.rhythm(tx, account_id)
    is_urgent = any(line.kind == Kind.MODERATION for line in lines)
    at = _not_before(rhythm, now, is_minor=is_minor, market=person.market, is_urgent=is_urgent)
    if at > now:
        await _put_off(tx, account_id, at)
        return None
    newest = lines[0]
    mail = Mail(
        mail_id=f"inbox-{to_text(account_id)}-{newest.notification_id}-{newest.updated_at_us}",
        to=person.email,
        subject=subject_of(person.language, len(lines)),
        text=text_of(person.language, person.name, lines, services.settings.public_url),
    )
    return _Digest(mail, tuple(line.notification_id for line in lines))


async def _put_off(tx: Tx, account_id: AccountId, at: datetime | None) -> None:
    await choices.put_mail_off(tx, account_id, None if at is None else microseconds(at))


def _not_before(
    rhythm: choices.Rhythm, now: datetime, *, is_minor: bool, market: str, is_urgent: bool
) -> datetime:
    quiet_ends = rules.quiet_now(
        now, rhythm.quiet, is_minor=is_minor, timezone=markets.market(market).time_zone
    )
    at = quiet_ends or now
    if rhythm.mailed_at_us is not None and not is_urgent:
        at = max(at, instant(rhythm.mailed_at_us) + rules.MAIL_PAUSE)
    return at


def subject_of(language: str, count: int) -> str:
    """Return the subject line."""
    words = _words(language)
    return words["subject_one" if count == 1 else "subject_many"].format(count=count)


def text_of(language: str, name: str, lines: Sequence[Unmailed], public_url: str) -> str:
    """Return the mail's text: one line a notice, then where to read and where to switch it off."""
    words = _words(language)
    told = [
        line_of(language, line.kind, line.actors_count)
        + (f"\n  “{line.text_preview}”" if line.text_preview and line.kind != "moderation" else "")
        for line in lines
    ]
    return "\n".join(
        [
            words["greeting"].format(name=name),
            "",
            *(f"- {line}" for line in told),
            "",
            words["read"].format(url=f"{public_url}/inbox"),
            words["stop"].format(url=f"{public_url}/settings/notifications"),
            "",
        ]
    )


def line_of(language: str, kind: str, actors_count: int) -> str:
    """Return what one line of the inbox says in words, without names."""
    form = "many" if actors_count > 1 else "one"
    return _words(language)[f"{form}.{kind}"].format(count=actors_count)


@cache
def _words(language: str) -> dict[str, str]:
    folder = resources.files("nightmarket.domains.notifications") / "words"
    known = language if (folder / f"{language}.json").is_file() else "en"
    words: dict[str, str] = json.loads((folder / f"{known}.json").read_text(encoding="utf-8"))
    return words
