"""A parent's consent: a sign-up waits for it; it is given or refused, and may be taken back."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from nightmarket.domains.identity import rules
from nightmarket.domains.identity.actions.begin_session import digest
from nightmarket.domains.identity.actions.end_sessions import end_sessions
from nightmarket.domains.identity.actions.limit_attempts import MAIL_PER_ADDRESS, limit_attempts
from nightmarket.domains.identity.actions.sign_up import Wish, open_account, prepare, starts
from nightmarket.domains.identity.errors import HandleTaken, LinkExpired, ParentNeeded
from nightmarket.domains.identity.store import logins, parents, people, words
from nightmarket.domains.identity.values import Arrival
from nightmarket.domains.markets import face as markets
from nightmarket.events.accounts import ConsentWithdrawn
from nightmarket.infra import jobs, outbox, telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.providers.mail.mailer import Mail
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, to_text

JOB = "identity.mail_parent"
WAIT = timedelta(days=14)
TOKEN_BYTES = 32
PAGE_PATH = "/api/v1/parental-consent"


class ParentMail(msgspec.Struct, kw_only=True):
    """A mail to a parent: about a sign-up that waits, or else about the account they agreed to."""

    mail_id: str
    awaiting_id: int = 0
    account_id: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link of a parent is about: exactly one is set."""

    waiting: parents.Awaiting | None = None
    consent: parents.Consent | None = None


def rule_for_parents(market: str, age_years: int, now: datetime) -> markets.Decision | None:
    """Return the rule that a parent's consent would lift; None: it is not needed, or not enough.

    Raises:
        NoSuchMarket: not hosted here.
    """
    facts = markets.Facts(viewer_market=market, age_years=max(0, age_years), at=now)
    alone = markets.decide("sign_up", facts)
    if alone.is_allowed:
        return None
    led = markets.Facts(
        viewer_market=market, age_years=max(0, age_years), has_parental_consent=True, at=now
    )
    return alone if markets.decide("sign_up", led).is_allowed else None


async def ask_parent(
    tx: Tx, services: Services, now: datetime, wish: Wish, arrival: Arrival
) -> parents.Awaiting | None:
    """Let a sign-up wait and write to the parent; None: nobody need be asked, go on as usual.

    No account is made: until a parent agrees there is nothing that could be used, found or shown.

    Raises:
        ParentNeeded: no parent's address, or the person's own; names rule and authority.
        EmailMalformed: the parent's address.
        TooManyAttempts: three mails an hour for one address.
        Others: as `sign_up`.
    """
    age_years = markets.age_years(wish.birth_date, now.date())
    rule = rule_for_parents(wish.market, age_years, now)
    if rule is None:
        return None
    facts = {"rule": rule.rule, "authority": rule.authority}
    if not wish.parent_email.strip():
        raise ParentNeeded("the address of a parent is needed", **facts)
    parent_email, parent_key = rules.email(wish.parent_email)
    if parent_key == rules.email(wish.email)[1]:
        raise ParentNeeded("a parent's address is not your own", **facts)
    new, login = await prepare(tx, services, now, wish, arrival, has_parental_consent=True)
    await limit_attempts(tx, services.secret, now, [(MAIL_PER_ADDRESS, parent_key)])
    assert login.email is not None
    assert login.email_key is not None
    waiting = parents.Awaiting(
        awaiting_id=new.account_id,
        market=new.market,
        handle=new.handle,
        name=new.name,
        email=login.email,
        email_key=login.email_key,
        password_hash=login.password_hash,
        language=new.language,
        birth_date=new.birth_date,
        parent_email=parent_email,
        rule=rule.rule,
        authority=rule.authority,
        asked_at_us=microseconds(now),
        expires_at_us=microseconds(now + WAIT),
    )
    if not await parents.wait(tx, waiting) or await people.by_handles(tx, [new.handle]):
        raise HandleTaken("this handle is taken", handle=new.handle)
    mail = ParentMail(mail_id=f"parent-{to_text(services.ids())}", awaiting_id=waiting.awaiting_id)
    await jobs.defer(tx, JOB, mail)
    telemetry.happened("parent_asked", market=new.market)
    return waiting


async def read_link(tx: Tx, now: datetime, token: str) -> Asked:
    """Return what a parent's link is about, locked.

    Raises:
        LinkExpired: answered, expired, or never sent.
    """
    token_hash = digest(token)
    waiting = await parents.take_awaiting(tx, token_hash, microseconds(now))
    consent = None if waiting else await parents.take_consent(tx, token_hash)
    if waiting is None and (consent is None or consent.withdrawn_at_us is not None):
        raise LinkExpired("this link was used or has expired")
    return Asked(waiting, consent)


async def agree(tx: Tx, services: Services, now: datetime, waiting: parents.Awaiting) -> AccountId:
    """Make the account that waited, keep who agreed and when, and mail how to take it back.

    Raises:
        HandleTaken: never, as long as nobody may take a handle that somebody waits with.
    """
    is_private, is_personalised = starts(
        waiting.market, waiting.birth_date, now, has_parental_consent=True
    )
    account_id = AccountId(waiting.awaiting_id)
    new = people.NewAccount(
        account_id=account_id,
        market=waiting.market,
        handle=waiting.handle,
        name=waiting.name,
        language=waiting.language,
        birth_date=waiting.birth_date,
        is_private=is_private,
        is_personalised=is_personalised,
    )
    login = logins.Login(
        account_id=account_id,
        market=waiting.market,
        email=waiting.email,
        email_key=waiting.email_key,
        is_email_verified=False,
        password_hash=waiting.password_hash,
    )
    await parents.drop_awaiting(tx, waiting.awaiting_id)
    await open_account(tx, services, now, new, login, None)
    await parents.make_consent(tx, account_id, waiting, microseconds(now))
    mail = ParentMail(mail_id=f"parent-{to_text(services.ids())}", account_id=account_id)
    await jobs.defer(tx, JOB, mail)
    telemetry.happened("parent_agreed", account_id=account_id, market=waiting.market)
    return account_id


async def refuse(tx: Tx, waiting: parents.Awaiting) -> None:
    """Forget a sign-up: nothing of it is kept, not even that it was refused."""
    await parents.drop_awaiting(tx, waiting.awaiting_id)
    telemetry.happened("parent_refused", market=waiting.market)


async def withdraw(tx: Tx, services: Services, now: datetime, consent: parents.Consent) -> None:
    """Take a consent back: the account is closed at once, and erased within moments. Idempotent.

    Raises:
        LinkExpired: the person is old enough now to decide alone.
    """
    account_id = consent.account_id
    found = (await people.accounts(tx, [account_id]))[account_id]
    age_years = markets.age_years(found.birth_date, now.date())
    if rule_for_parents(consent.market, age_years, now) is None:
        raise LinkExpired("they are old enough to decide alone now")
    if not await parents.withdraw(tx, account_id, microseconds(now)):
        return
    await end_sessions(tx, account_id, None)
    withdrawn = ConsentWithdrawn(
        event_id=services.ids(), occurred_at=now, market=consent.market, account_id=account_id
    )
    await outbox.publish(tx, withdrawn)
    telemetry.happened("parent_withdrew", account_id=account_id, market=consent.market)


async def mail_parent(wish: ParentMail, services: Services) -> None:
    """Write to a parent with a fresh link; answered meanwhile or erased is fine."""
    async with services.database.transaction() as tx:
        mail = await _written(tx, wish, services)
    if mail is not None:
        await services.mailer.send(mail)


async def _written(tx: Tx, wish: ParentMail, services: Services) -> Mail | None:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = f"{services.settings.public_url}{PAGE_PATH}?token={token}"
    if wish.awaiting_id:
        waiting = await parents.awaiting(tx, wish.awaiting_id)
        if waiting is None:
            return None
        await parents.set_awaiting_token(tx, waiting.awaiting_id, digest(token))
        template = words.mails(waiting.language)["parent_asked"]
        names, to = (waiting.name, waiting.handle), waiting.parent_email
    else:
        account_id = AccountId(wish.account_id)
        consent = await parents.consent(tx, account_id)
        if consent is None or consent.withdrawn_at_us is not None:
            return None
        await parents.set_consent_token(tx, account_id, digest(token))
        account = (await people.accounts(tx, [account_id]))[account_id]
        template = words.mails(account.language)["parent_agreed"]
        names, to = (account.name, account.handle), consent.parent_email
    fields = {"name": names[0], "handle": names[1], "link": link, "days": WAIT.days}
    return Mail(
        mail_id=wish.mail_id,
        to=to,
        subject=template["subject"].format_map(fields),
        text=template["text"].lstrip("\n").format_map(fields),
    )
