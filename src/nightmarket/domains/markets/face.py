"""What others may ask of markets; all of it pure and synchronous."""

from datetime import date, datetime

from nightmarket.domains.markets import rules, store
from nightmarket.domains.markets.errors import NoSuchLanguage, NoSuchMarket
from nightmarket.domains.markets.rules import age_years, require
from nightmarket.domains.markets.values import (
    LANGUAGES,
    Action,
    Basis,
    Decision,
    Duty,
    Facts,
    Market,
    Office,
    Permission,
)

__all__ = [
    "LANGUAGES",
    "Action",
    "Basis",
    "Decision",
    "Duty",
    "Facts",
    "Market",
    "Office",
    "Permission",
    "age_years",
    "decide",
    "duties",
    "is_minor",
    "language",
    "market",
    "markets",
    "permissions",
    "require",
    "require_allowed",
]


def decide(action: str, facts: Facts) -> Decision:
    """Return what the strictest of the markets of viewer, item and seller says.

    Raises:
        NoSuchMarket: a fact names a market that is not hosted.
    """
    return rules.decide(store.territories(), store.act(action), facts)


def require_allowed(action: str, facts: Facts) -> None:
    """Refuse unless every concerned market allows the action.

    Raises:
        NotAllowedHere: with rule, authority and reason.
        NoSuchMarket: a fact names a market that is not hosted.
    """
    rules.require(decide(action, facts))


def market(code: str) -> Market:
    """Return one market.

    Raises:
        NoSuchMarket: not hosted here.
    """
    found = store.territories().get(code)
    if found is None:
        raise NoSuchMarket("there is no such market here", market=code[:20])
    return found


def markets() -> tuple[Market, ...]:
    """Return every market, ordered by code."""
    return tuple(store.territories().values())


def permissions(code: str, birth_date: date | None, at: datetime) -> tuple[Permission, ...]:
    """Return what somebody may do in their market at an instant; None: a guest.

    Raises:
        NoSuchMarket: not hosted here.
    """
    return rules.permissions(store.territories(), code, birth_date, at)


def duties(code: str, at: datetime) -> tuple[Duty, ...]:
    """Return what the operator owes people of a market at an instant.

    Raises:
        NoSuchMarket: not hosted here.
    """
    return rules.duties_in_force(market(code), at.date())


def is_minor(code: str, birth_date: date, today: date) -> bool:
    """Whether the market counts somebody as a minor today.

    Raises:
        NoSuchMarket: not hosted here.
    """
    return rules.age_years(birth_date, today) < market(code).minor_until_age


def language(tag: str) -> str:
    """Return the interface language of a tag such as `de-AT`.

    Raises:
        NoSuchLanguage: the interface does not speak it.
    """
    base = tag.replace("_", "-").split("-", 1)[0].lower()
    if base not in LANGUAGES:
        raise NoSuchLanguage("the interface does not speak this language", language=tag[:20])
    return base
