"""The pure decision over small markets made by hand: days, ages, sides, and which rule is named."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from nightmarket.domains.markets import rules
from nightmarket.domains.markets.errors import NoSuchMarket, NotAllowedHere
from nightmarket.domains.markets.values import (
    Action,
    Basis,
    Decision,
    Duty,
    Effect,
    Facts,
    Market,
    Rule,
    Side,
)
from nightmarket.kernel.words import Words

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


def rule(name: str, **given: Any) -> Rule:
    """A refusal of comments by our own terms, unless said otherwise."""
    wanted: dict[str, Any] = {
        "action": Action.COMMENT,
        "rule": name,
        "authority": f"authority of {name}",
        "reason": Words.of(f"reason of {name}"),
        "basis": Basis.POLICY,
        "since": date(2020, 1, 1),
    }
    return Rule(**wanted | given)


def market(code: str, *of: Rule, duties: tuple[Duty, ...] = ()) -> Market:
    """A market with these rules."""
    return Market(
        code=code,
        name=code,
        languages=("en",),
        currency="EUR",
        time_zone="UTC",
        minor_until_age=18,
        rules=of,
        duties=duties,
    )


def decide(
    *of: Rule, item: tuple[Rule, ...] = (), seller: tuple[Rule, ...] = (), **facts: Any
) -> Decision:
    """Decide for a viewer of market `v`, a thing of `i` and a seller of `s`."""
    hosted = {"v": market("v", *of), "i": market("i", *item), "s": market("s", *seller)}
    given: dict[str, Any] = {
        "viewer_market": "v",
        "item_market": "i",
        "seller_market": "s",
        "at": NOON,
    }
    return rules.decide(hosted, Action.COMMENT, Facts(**given | facts))


@pytest.mark.parametrize(
    ("since", "until", "is_allowed"),
    [
        (DAY, DAY + ONE_DAY, False),
        (DAY - ONE_DAY, DAY, True),
        (DAY + ONE_DAY, date.max, True),
        (date(2020, 1, 1), date.max, False),
    ],
)
def test_a_rule_holds_from_its_first_day_to_the_day_before_its_end(
    since: date, until: date, *, is_allowed: bool
) -> None:
    assert decide(rule("a", since=since, until=until)).is_allowed is is_allowed


@pytest.mark.parametrize(
    ("age", "is_unknown_refused", "is_allowed"),
    [
        (15, False, False),
        (16, False, True),
        (None, False, True),
        (None, True, False),
        (17, True, True),
    ],
)
def test_ages_below_are_meant_and_the_age_itself_is_not(
    age: int | None, *, is_unknown_refused: bool, is_allowed: bool
) -> None:
    one = rule("a", age_below=16, is_unknown_age_refused=is_unknown_refused)
    assert decide(one, age_years=age).is_allowed is is_allowed


def test_a_parent_opens_only_what_says_so() -> None:
    for is_waived in (True, False):
        one = rule("a", is_waived_by_parent=is_waived)
        assert decide(one, has_parental_consent=True).is_allowed is is_waived
        assert not decide(one).is_allowed


def test_a_rule_of_another_action_or_side_says_nothing() -> None:
    assert decide(rule("a", action=Action.PUBLISH)) == rules.ALLOWED
    assert decide(rule("a", sides=frozenset({Side.ITEM, Side.SELLER}))) == rules.ALLOWED
    assert decide(item=(rule("a", sides=frozenset({Side.VIEWER, Side.SELLER})),)) == rules.ALLOWED
    assert decide(item=(rule("a"),)).market == "i"
    assert decide(seller=(rule("a"),)).market == "s"
    assert rules.ALLOWED.is_allowed
    assert rules.ALLOWED.is_on_by_default


def test_the_strictest_is_named_law_first_then_the_viewer_s_then_the_first() -> None:
    """A refusal before a default, law before terms, viewer, thing, seller, then the file's order."""
    off = rule("off", effect=Effect.DEFAULT_OFF, basis=Basis.LAW)
    law, terms, second = rule("law", basis=Basis.LAW), rule("terms"), rule("second")

    assert decide(off, terms, second).rule == "terms"
    assert decide(terms, item=(law,)).rule == "law"
    assert decide(off, item=(terms,)).rule == "terms"
    assert decide(second, item=(terms,), seller=(terms,)).rule == "second"
    assert decide(item=(terms,), seller=(second,)).rule == "terms"


def test_what_only_starts_switched_off_is_allowed() -> None:
    found = decide(rule("off", effect=Effect.DEFAULT_OFF))

    assert (found.is_allowed, found.is_on_by_default, found.market) == (True, False, "v")
    assert (found.rule, found.authority, found.reason) == (
        "off",
        "authority of off",
        Words.of("reason of off"),
    )
    rules.require(found)


def test_a_refusal_becomes_an_error_with_everything_in_it() -> None:
    with pytest.raises(NotAllowedHere) as refused:
        rules.require(decide(rule("a")))

    assert refused.value.detail == "reason of a"
    assert refused.value.facts == {
        "rule": "a",
        "authority": "authority of a",
        "reason": "reason of a",
        "market": "v",
    }


def test_markets_that_are_not_hosted_are_named_briefly() -> None:
    with pytest.raises(NoSuchMarket) as refused:
        decide(item_market="x" * 30)

    assert refused.value.facts == {"market": "x" * 20}
    assert decide(
        rule("a", sides=frozenset({Side.ITEM})), item_market=None, seller_market=None
    ).is_allowed


def test_duties_hold_from_their_day_once_each_law_first() -> None:
    ours = Duty(
        duty="switch", authority="us", reason=Words.of("ours"), basis=Basis.POLICY, since=DAY
    )
    law = Duty(duty="switch", authority="law", reason=Words.of("law"), since=DAY)
    later = Duty(duty="report", authority="law", reason=Words.of("later"), since=DAY + ONE_DAY)
    house = market("v", duties=(ours, law, later))

    assert rules.duties_in_force(house, DAY - ONE_DAY) == ()
    assert rules.duties_in_force(house, DAY) == (law,)
    assert rules.duties_in_force(house, DAY + ONE_DAY) == (law, later)
