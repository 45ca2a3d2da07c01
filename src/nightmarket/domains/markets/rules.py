"""Pure decisions: which rules bear on an action, and which of them is named."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from nightmarket.domains.markets.errors import NoSuchMarket, NotAllowedHere
from nightmarket.domains.markets.values import (
    OPEN_TO_GUESTS,
    Action,
    Basis,
    Decision,
    Duty,
    Effect,
    Facts,
    Market,
    Office,
    Permission,
    Rule,
    Side,
)

ALLOWED = Decision(is_allowed=True)


def decide(markets: Mapping[str, Market], action: Action | Office, facts: Facts) -> Decision:
    """Return what the strictest of the concerned markets says.

    One refusal is enough. Of several the one named is law before our own terms, then the
    viewer's market before the item's before the seller's, then the order of the file.

    Raises:
        NoSuchMarket: a fact names a market that is not hosted.
    """
    hits = [(market, rule) for market, rule in _concerned(markets, action, facts)]
    hits.sort(key=lambda hit: (hit[1].effect is not Effect.REFUSE, hit[1].basis is not Basis.LAW))
    if not hits:
        return ALLOWED
    code, rule = hits[0]
    return Decision(
        is_allowed=rule.effect is not Effect.REFUSE,
        is_on_by_default=False,
        rule=rule.rule,
        authority=rule.authority,
        reason=rule.reason,
        market=code,
        basis=rule.basis,
        since=rule.since,
        until=rule.until,
        age_below=rule.age_below,
    )


def require(decision: Decision) -> None:
    """Turn a refusal into an error that carries rule, authority and reason.

    Raises:
        NotAllowedHere: the decision refuses.
    """
    if decision.is_allowed:
        return
    assert decision.reason is not None
    refusal = NotAllowedHere(
        decision.reason.said(),
        rule=decision.rule,
        authority=decision.authority,
        reason=decision.reason.said(),
        market=decision.market,
    )
    refusal.words = decision.reason
    raise refusal


def permissions(
    markets: Mapping[str, Market], market: str, birth_date: date | None, at: datetime
) -> tuple[Permission, ...]:
    """Return what somebody may do in their market, in the order of the actions.

    `birth_date` None: a guest, whose age is unknown. Whoever has an account has signed up already.

    Raises:
        NoSuchMarket: not hosted here.
    """
    today = at.date()
    facts = Facts(
        viewer_market=market,
        item_market=market,
        seller_market=market,
        age_years=None if birth_date is None else max(0, age_years(birth_date, today)),
        at=at,
    )
    is_guest = birth_date is None
    found = []
    for action in Action:
        if action is Action.SIGN_UP and not is_guest:
            continue
        decision = decide(markets, action, facts)
        permission = Permission(
            action=action,
            decision=decision,
            until=_until(decision, birth_date),
            needs_account=is_guest and action not in OPEN_TO_GUESTS,
        )
        found.append(permission)
    return tuple(found)


def birthday(birth_date: date, age: int) -> date:
    """Return the day on which somebody is `age`; born on 29 February: 1 March in other years."""
    try:
        return birth_date.replace(year=birth_date.year + age)
    except ValueError:
        return date(birth_date.year + age, 3, 1)


def _until(decision: Decision, birth_date: date | None) -> date | None:
    ends = [decision.until] if decision.until < date.max else []
    if decision.age_below is not None and birth_date is not None:
        ends.append(birthday(birth_date, decision.age_below))
    return min(ends, default=None)


def duties_in_force(market: Market, day: date) -> tuple[Duty, ...]:
    """Return what is owed on `day`, one entry per duty, law before our own terms."""
    found: dict[str, Duty] = {}
    for duty in sorted(market.duties, key=lambda duty: duty.basis is not Basis.LAW):
        if duty.since <= day:
            found.setdefault(duty.duty, duty)
    return tuple(found.values())


def age_years(birth_date: date, today: date) -> int:
    """Return completed years; someone born on 29 February turns older on 1 March.

    Negative for a birth date in the future.
    """
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return today.year - birth_date.year - (0 if had_birthday else 1)


def _concerned(
    markets: Mapping[str, Market], action: Action | Office, facts: Facts
) -> Iterator[tuple[str, Rule]]:
    sides = (
        (Side.VIEWER, facts.viewer_market),
        (Side.ITEM, facts.item_market),
        (Side.SELLER, facts.seller_market),
    )
    for side, code in sides:
        if code is None:
            continue
        if code not in markets:
            raise NoSuchMarket("there is no such market here", market=code[:20])
        for rule in markets[code].rules:
            if rule.is_of_strangers and facts.viewer_market == code:
                continue
            if rule.action is action and side in rule.sides and _bears_on(rule, facts):
                yield code, rule


def _bears_on(rule: Rule, facts: Facts) -> bool:
    if not rule.since <= facts.at.date() < rule.until:
        return False
    if rule.is_waived_by_parent and facts.has_parental_consent:
        return False
    if rule.age_below is None:
        return True
    if facts.age_years is None:
        return rule.is_unknown_age_refused
    return facts.age_years < rule.age_below
