"""Makes an account: the market's minimum age, minors private and not profiled, one handle each."""

import ipaddress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nightmarket.domains.identity import rules
from nightmarket.domains.identity.actions.limit_attempts import SIGN_UP_PER_NETWORK, limit_attempts
from nightmarket.domains.identity.actions.send_mail import ask_for_mail
from nightmarket.domains.identity.errors import HandleTaken
from nightmarket.domains.identity.store import logins, mails, people, words
from nightmarket.domains.identity.values import Arrival
from nightmarket.domains.markets import face as markets
from nightmarket.events.accounts import AccountCreated
from nightmarket.infra import network, outbox, passwords, telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, GuestId

DISPOSABLE_WEIGHT = 5
"""An address from a ten-minute mailbox counts as five sign-ups from its network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody who signs up sends."""

    handle: str
    email: str
    password: str
    birth_date: date
    market: str
    language: str
    name: str = ""
    parent_email: str = ""


async def sign_up(
    tx: Tx, services: Services, now: datetime, wish: Wish, arrival: Arrival
) -> AccountId:
    """Make an account and return its id.

    Whether the address has an account already is not told: it belongs to whoever proves it.

    Raises:
        NotAllowedHere: the market's minimum age; names rule and authority.
        BirthDateImpossible, HandleMalformed, HandleReserved, HandleTaken, EmailMalformed,
        PasswordWeak, NoSuchMarket, NoSuchLanguage, ProfileMalformed: what was sent.
        TooManyAttempts: too many accounts from one network.
    """
    new, login = await prepare(tx, services, now, wish, arrival)
    await open_account(tx, services, now, new, login, arrival.guest_id)
    return new.account_id


async def prepare(
    tx: Tx,
    services: Services,
    now: datetime,
    wish: Wish,
    arrival: Arrival,
    *,
    has_parental_consent: bool = False,
) -> tuple[people.NewAccount, logins.Login]:
    """Check what was sent and return the account it would make; see `sign_up` for refusals."""
    email, email_key = rules.email(wish.email)
    handle = rules.handle(wish.handle, words.reserved_handles())
    name = rules.display_name(wish.name or handle)
    language = markets.language(wish.language)
    market = markets.market(wish.market).code
    is_private, is_personalised = starts(
        market, wish.birth_date, now, has_parental_consent=has_parental_consent
    )
    rules.require_password(wish.password, words.common_passwords(), (handle, email, name))
    await _limit_network(tx, services, now, arrival, email_key)

    account_id = AccountId(services.ids())
    kept_since_us = microseconds(now - timedelta(days=rules.HANDLE_KEPT_DAYS))
    if await people.is_handle_kept(tx, handle, account_id, kept_since_us):
        raise HandleTaken("this handle is taken", handle=handle)
    password_hash = await passwords.hashed(wish.password)
    new = people.NewAccount(
        account_id=account_id,
        market=market,
        handle=handle,
        name=name,
        language=language,
        birth_date=wish.birth_date,
        is_private=is_private,
        is_personalised=is_personalised,
    )
    login = logins.Login(
        account_id=account_id,
        market=market,
        email=email,
        email_key=email_key,
        is_email_verified=False,
        password_hash=password_hash,
    )
    return new, login


async def open_account(
    tx: Tx,
    services: Services,
    now: datetime,
    new: people.NewAccount,
    login: logins.Login,
    guest_id: GuestId | None,
) -> None:
    """Write an account that was checked, tell everybody, and ask its owner to prove the address.

    Raises:
        HandleTaken: somebody was faster.
    """
    if not await people.make(tx, new, microseconds(now)):
        raise HandleTaken("this handle is taken", handle=new.handle)
    await logins.make_login(tx, login, microseconds(now))
    if guest_id is not None:
        owner = (new.account_id, new.market)
        await logins.remember_guest(tx, guest_id, owner, microseconds(now))
    created = AccountCreated(
        event_id=services.ids(),
        occurred_at=now,
        market=new.market,
        account_id=new.account_id,
        guest_id=guest_id,
        handle=new.handle,
        display_name=new.name,
    )
    await outbox.publish(tx, created)
    await ask_for_mail(tx, services, mails.VERIFY, account_id=new.account_id)
    telemetry.happened("account_created", account_id=new.account_id, market=new.market)


def starts(
    market: str, birth_date: date, now: datetime, *, has_parental_consent: bool = False
) -> tuple[bool, bool]:
    """Return (is_private, is_personalised) of a new account.

    Raises:
        BirthDateImpossible: nobody was born then.
        NotAllowedHere: the market's minimum age.
    """
    rules.require_birth_date(birth_date, now.date())
    facts = markets.Facts(
        viewer_market=market,
        age_years=markets.age_years(birth_date, now.date()),
        has_parental_consent=has_parental_consent,
        at=now,
    )
    markets.require_allowed("sign_up", facts)
    is_minor = markets.is_minor(market, birth_date, now.date())
    is_private = is_minor or not markets.decide("be_public", facts).is_on_by_default
    return is_private, markets.decide("personalise", facts).is_allowed


async def _limit_network(
    tx: Tx, services: Services, now: datetime, arrival: Arrival, email_key: str
) -> None:
    if not services.settings.is_rate_limited or ipaddress.ip_address(arrival.address).is_loopback:
        return
    domain = email_key.rsplit("@", 1)[1]
    weight = DISPOSABLE_WEIGHT if domain in words.disposable_domains() else 1
    wanted = [(SIGN_UP_PER_NETWORK, network.neighbourhood(arrival.address))]
    await limit_attempts(tx, services.secret, now, wanted, weight=weight)
