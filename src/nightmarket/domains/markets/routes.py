"""Routes: what each market allows and owes, with who says so, for everybody to read."""

from datetime import datetime

import msgspec
from litestar import get
from litestar.params import FromPath

from nightmarket.domains.markets.face import duties, market
from nightmarket.domains.markets.values import Rule


class RulePayload(msgspec.Struct, kw_only=True):
    """One rule in force."""

    action: str
    rule: str
    authority: str
    reason: str
    basis: str
    effect: str
    age_below: int | None
    since: str | None


class DutyPayload(msgspec.Struct, kw_only=True):
    """One thing the operator owes people."""

    duty: str
    authority: str
    reason: str
    basis: str


class MarketPayload(msgspec.Struct, kw_only=True):
    """One market in full."""

    code: str
    name: str
    languages: list[str]
    currency: str
    time_zone: str
    minimum_age: int
    minimum_age_with_parent: int | None
    minor_until_age: int
    has_personalisation_switch: bool
    profiling_of_minors_allowed: bool
    buying_in_app_allowed: bool
    rules: list[RulePayload]
    duties: list[DutyPayload]


@get("/api/v1/markets/{code:str}")
async def read_market(code: FromPath[str], now: datetime, spoken: str) -> MarketPayload:
    """One market: the rules and duties in force today, each with its authority.

    Reasons are in the language that `Accept-Language` asks for.
    """
    found = market(code)
    today = now.date()
    return MarketPayload(
        code=found.code,
        name=found.name,
        languages=list(found.languages),
        currency=found.currency,
        time_zone=found.time_zone,
        minimum_age=found.minimum_age,
        minimum_age_with_parent=found.minimum_age_with_parent,
        minor_until_age=found.minor_until_age,
        has_personalisation_switch=found.has_personalisation_switch,
        profiling_of_minors_allowed=found.profiling_of_minors_allowed,
        buying_in_app_allowed=found.buying_in_app_allowed,
        rules=[_rule(one, spoken) for one in found.rules if one.since <= today < one.until],
        duties=[
            DutyPayload(
                duty=one.duty,
                authority=one.authority,
                reason=one.reason.said(spoken),
                basis=one.basis.value,
            )
            for one in duties(code, now)
        ],
    )


def _rule(one: Rule, language: str) -> RulePayload:
    is_dated = one.since.year > 1
    return RulePayload(
        action=one.action.value,
        rule=one.rule,
        authority=one.authority,
        reason=one.reason.said(language),
        basis=one.basis.value,
        effect=one.effect.value,
        age_below=one.age_below,
        since=one.since.isoformat() if is_dated else None,
    )


ROUTES = (read_market,)
