"""What five markets allow: exact cases with their authorities, and properties of every decision."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.domains.markets import face as markets
from nightmarket.domains.markets.errors import NoSuchLanguage, NoSuchMarket, NotAllowedHere
from nightmarket.domains.markets.face import Action, Facts
from nightmarket.domains.markets.rules import birthday, require
from nightmarket.domains.markets.values import Basis

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CODES = tuple(market.code for market in markets.markets())
codes = st.sampled_from(CODES)
actions = st.sampled_from(list(Action))
ages = st.none() | st.integers(0, 100)
instants = st.datetimes(datetime(2000, 1, 1), datetime(2035, 1, 1)).map(  # noqa: DTZ001  # Made UTC.
    lambda naive: naive.replace(tzinfo=UTC)
)


def facts(market: str, age: int | None = None, at: datetime = NOW, **more: str) -> Facts:
    return Facts(viewer_market=market, age_years=age, at=at, **more)  # type: ignore[arg-type]  # Only names of markets.


def test_the_markets_there_are() -> None:
    """Five, with what a sign-up page needs to know of each."""
    assert {
        market.code: (market.minimum_age, market.currency, market.languages[0])
        for market in markets.markets()
    } == {
        "de": (16, "EUR", "de"),
        "gb": (13, "GBP", "en"),
        "id": (18, "IDR", "id"),
        "jp": (13, "JPY", "ja"),
        "us": (13, "USD", "en"),
    }
    assert all(market.has_personalisation_switch for market in markets.markets())


@pytest.mark.parametrize(
    ("market", "age", "rule", "authority"),
    [
        ("us", 12, "us.minimum_age", "Children's Online Privacy Protection Act"),
        ("gb", 12, "gb.minimum_age", "UK GDPR, art. 8(1)"),
        ("de", 15, "de.minimum_age", "GDPR), art. 8(1)"),
        ("id", 15, "id.no_accounts_under_16", "No. 17 of 2025 (PP Tunas), art. 21"),
        ("id", 17, "id.minimum_age", "No. 17 of 2025 (PP Tunas), art. 21"),
        ("jp", 12, "jp.minimum_age", "Nightmarket terms"),
    ],
)
def test_the_minimum_age_names_its_rule(market: str, age: int, rule: str, authority: str) -> None:
    """One year younger than allowed is refused by name; the minimum age itself is not."""
    refused = markets.decide("sign_up", facts(market, age))
    assert (refused.is_allowed, refused.rule) == (False, rule)
    assert authority in refused.authority
    minimum = markets.market(market).minimum_age
    assert markets.decide("sign_up", facts(market, minimum)).is_allowed


def test_a_parent_opens_what_the_rule_lets_a_parent_open() -> None:
    """From 16 to 18 a parent's consent is enough where the law says so; under 16 it is not."""
    assert markets.decide(
        "sign_up", Facts(viewer_market="id", age_years=17, has_parental_consent=True, at=NOW)
    ).is_allowed
    assert not markets.decide(
        "sign_up", Facts(viewer_market="id", age_years=15, has_parental_consent=True, at=NOW)
    ).is_allowed


def test_rules_begin_on_their_day() -> None:
    """The day before, the older rule holds; a law that is announced is in force from its date."""
    before = datetime(2025, 3, 27, 23, 59, tzinfo=UTC)
    assert markets.decide("sign_up", facts("id", 14, before)).is_allowed
    assert not markets.decide("sign_up", facts("id", 12, before)).is_allowed
    assert not markets.decide("sign_up", facts("id", 14, before + timedelta(minutes=1))).is_allowed

    def ai_label(at: datetime) -> Basis:
        return next(duty.basis for duty in markets.duties("de", at) if duty.duty == "ai_label")

    assert ai_label(datetime(2026, 8, 1, tzinfo=UTC)) is Basis.POLICY
    assert ai_label(datetime(2026, 8, 2, tzinfo=UTC)) is Basis.LAW


@pytest.mark.feature("V8")
@pytest.mark.parametrize("market", ["us", "gb", "de", "id"])
def test_minors_are_not_profiled_where_the_market_forbids_it(market: str) -> None:
    """Seventeen: no; eighteen: yes; advertising never looks at what a minor did."""
    assert not markets.decide("personalise", facts(market, 17)).is_allowed
    assert markets.decide("personalise", facts(market, 18)).is_allowed
    assert not markets.decide("profile_for_ads", facts(market, 17)).is_allowed


def test_buying_in_the_app_looks_at_both_sides() -> None:
    """The market that forbids it wins, whether the buyer or the seller is there; watching is free."""
    rule = "id.no_payment_in_social_commerce"
    assert markets.decide("buy_in_app", facts("id", 30)).rule == rule
    refused = markets.decide("buy_in_app", facts("us", 30, seller_market="id"))
    assert (refused.rule, refused.market) == (rule, "id")
    assert "art. 21(3)" in refused.authority
    assert markets.decide("buy_in_app", facts("us", 30, item_market="id")).is_allowed
    assert markets.decide("tag_product", facts("id", 30, seller_market="id")).is_allowed


def test_unknown_ages_see_nothing_for_adults() -> None:
    """Guests may watch, but not what needs a birth date."""
    assert not markets.decide("show_mature", facts("us")).is_allowed
    assert markets.decide("show_mature", facts("us", 18)).is_allowed
    assert markets.decide("personalise", facts("us")).is_allowed


def test_minors_start_private_but_may_choose() -> None:
    """Off by default is not forbidden, and says why it is off."""
    decision = markets.decide("be_public", facts("de", 17))
    assert (decision.is_allowed, decision.is_on_by_default) == (True, False)
    assert decision.rule == "de.minors_private_by_default"


def test_unknown_names_are_refused() -> None:
    """A market or a language that is not here."""
    with pytest.raises(NoSuchMarket):
        markets.decide("sign_up", facts("atlantis"))
    with pytest.raises(NoSuchMarket):
        markets.market("atlantis")
    with pytest.raises(NoSuchLanguage):
        markets.language("tlh")
    assert markets.language("de-AT") == "de"
    assert markets.language("zh_Hans") == "zh"


@pytest.mark.parametrize(
    ("born", "today", "years"),
    [
        (date(2010, 3, 2), date(2026, 3, 2), 16),
        (date(2010, 3, 3), date(2026, 3, 2), 15),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2027, 1, 1), date(2026, 1, 1), -1),
    ],
)
def test_ages_in_completed_years(born: date, today: date, years: int) -> None:
    """A birthday counts from its day on."""
    assert markets.age_years(born, today) == years


@given(action=actions, market=codes, age=ages, at=instants)
def test_a_refusal_always_says_who_and_why(
    action: Action, market: str, age: int | None, at: datetime
) -> None:
    """Rule, authority and reason are in the decision and in the error."""
    decision = markets.decide(action, facts(market, age, at))
    if decision.is_allowed:
        require(decision)
        return
    with pytest.raises(NotAllowedHere) as refusal:
        require(decision)
    assert refusal.value.words is decision.reason
    assert refusal.value.facts == {
        "rule": decision.rule,
        "authority": decision.authority,
        "reason": refusal.value.detail,
        "market": market,
    }
    assert decision.rule.startswith(f"{market}.")


@given(action=actions, viewer=codes, item=codes, seller=codes, age=ages, at=instants)
def test_one_more_market_never_allows_more(  # One argument per drawn fact.
    action: Action, viewer: str, item: str, seller: str, age: int | None, at: datetime
) -> None:
    """The strictest wins: what one side refuses stays refused whoever else is concerned."""
    alone = markets.decide(action, facts(viewer, age, at))
    together = markets.decide(
        action, facts(viewer, age, at, item_market=item, seller_market=seller)
    )
    if not alone.is_allowed:
        assert not together.is_allowed
    if together.is_allowed:
        assert markets.decide(action, facts(viewer, age, at, item_market=item)).is_allowed


@given(action=actions, market=codes, age=st.integers(0, 99), at=instants)
def test_growing_older_never_forbids(action: Action, market: str, age: int, at: datetime) -> None:
    """No rule here is against the old."""
    if markets.decide(action, facts(market, age, at)).is_allowed:
        assert markets.decide(action, facts(market, age + 1, at)).is_allowed


@given(market=codes, age=st.integers(0, 17))
def test_who_may_sign_up_alone_is_at_least_the_minimum_age(market: str, age: int) -> None:
    """The number the sign-up page shows is the number the rule applies."""
    allowed = markets.decide("sign_up", facts(market, age)).is_allowed
    assert allowed == (age >= markets.market(market).minimum_age)


@given(
    born=st.dates(date(1900, 1, 1), date(2020, 1, 1)),
    age=st.integers(0, 100),
)
def test_a_birthday_is_the_first_day_of_an_age(born: date, age: int) -> None:
    """The day before somebody is a year younger; leap days, too."""
    day = birthday(born, age)
    assert markets.age_years(born, day) == age
    assert age == 0 or markets.age_years(born, day - timedelta(days=1)) == age - 1


@given(
    market=codes,
    born=st.none() | st.dates(date(1930, 1, 1), date(2020, 1, 1)),
    at=instants,
)
def test_permissions_are_the_decisions_and_end_when_they_say(
    market: str, born: date | None, at: datetime
) -> None:
    """Looking ahead never contradicts what is decided then, and a rule is gone on its `until`."""
    for one in markets.permissions(market, born, at):
        age = None if born is None else max(0, markets.age_years(born, at.date()))
        sides = {"item_market": market, "seller_market": market}
        assert one.decision == markets.decide(one.action, facts(market, age, at, **sides))
        assert one.needs_account <= (born is None)
        if one.until is not None:
            assert one.until > at.date()
            then = datetime.combine(one.until, time(), UTC)
            later = {two.action: two for two in markets.permissions(market, born, then)}
            assert later[one.action].decision.rule != one.decision.rule


@pytest.mark.parametrize("market", CODES)
def test_a_markets_records_are_inspected_by_its_own_people_only(market: str) -> None:
    """Anybody of another market is refused by the rule of the market whose records they are."""
    for own in CODES:
        found = markets.decide("inspect", facts(own, 40, item_market=market))
        assert found.is_allowed == (own == market)
        assert found.rule == ("" if own == market else f"{market}.records_stay")
    assert "inspect" not in {one.action.value for one in markets.permissions(market, None, NOW)}
