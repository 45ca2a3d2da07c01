"""Anybody can look ahead: what they may do, by whose rule, since when and until when."""

from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.markets.values import Action
from nightmarket.domains.moderation.rules import decisions
from nightmarket.domains.moderation.values import Strike
from nightmarket.infra.services import Services
from tests.builders.accounts import sign_up
from tests.builders.app import visit
from tests.fakes.clock import HandClock
from tests.moderation.test_routes import give_role, owned_video

Browser = AsyncTestClient[Any]
PLACE = "/api/v1/me/permissions"


async def told(browser: Browser, language: str = "en") -> dict[str, Any]:
    """The whole answer, in a language."""
    answer = await browser.get(PLACE, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def by_action(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Action → permission."""
    return {one["action"]: one for one in answer["permissions"]}


@pytest.mark.parametrize("market", ["de", "us"])
async def test_an_adult_may_do_everything_the_market_has(client: Browser, market: str) -> None:
    """Every action but signing up is listed, allowed, and no rule is named."""
    await sign_up(client, market=market)
    answer = await told(client)
    found = by_action(answer)

    assert answer["market"] == market
    assert set(found) == set(Action) - {Action.SIGN_UP}
    assert all(one["is_allowed"] and one["is_on_by_default"] for one in found.values())
    assert {one["rule"] for one in found.values()} == {None}
    assert not any(one["needs_account"] for one in found.values())
    assert found["publish"]["is_offered"]
    assert not found["sell"]["is_offered"]


async def test_a_minor_in_germany_hears_why_and_until_which_birthday(client: Browser) -> None:
    """Seventeen on 17 May 2026's eve: rule, authority, since and until, in their language."""
    await sign_up(client, market="de", birth_date="2008-05-17", language="de")
    found = by_action(await told(client, "de"))

    assert found["personalise"] == {
        "action": "personalise",
        "is_allowed": False,
        "is_on_by_default": False,
        "is_offered": True,
        "needs_account": False,
        "rule": "de.no_profiling_of_minors",
        "authority": "Regulation (EU) 2022/2065 (DSA), art. 28(1)",
        "basis": "law",
        "reason": "Was Minderjährige tun, bestimmt nicht, was sie als Nächstes sehen.",
        "since": "2024-02-17",
        "until": "2026-05-17",
    }
    public = found["be_public"]
    assert (public["is_allowed"], public["is_on_by_default"]) == (True, False)
    assert (public["rule"], public["until"]) == ("de.minors_private_by_default", "2026-05-17")
    live = found["go_live"]
    assert (live["is_allowed"], live["basis"], live["since"]) == (False, "policy", None)
    assert found["comment"]["is_allowed"]


async def test_a_minor_in_the_united_states_has_other_rules(
    client: Browser, clock: HandClock
) -> None:
    """Fourteen: each rule ends on the birthday that it names, and is gone on the day itself."""
    await sign_up(client, market="us", birth_date="2012-02-29")
    found = by_action(await told(client))
    ends = {action: one["until"] for action, one in found.items() if one["rule"]}

    assert ends == {
        "personalise": "2030-03-01",
        "profile_for_ads": "2030-03-01",
        "be_public": "2028-02-29",
        "show_mature": "2030-03-01",
        "sell": "2030-03-01",
        "go_live": "2030-03-01",
        "direct_message": "2028-02-29",
    }
    assert found["personalise"]["rule"] == "us.no_addictive_feed_for_minors"
    clock.instant = clock.instant.replace(year=2028, month=2, day=29)
    client.cookies.clear()
    await sign_up(client, handle="again", market="us", birth_date="2012-02-29")
    later = by_action(await told(client))
    assert (later["be_public"]["rule"], later["direct_message"]["is_allowed"]) == (None, True)
    assert not later["personalise"]["is_allowed"]


@pytest.mark.parametrize(
    ("market", "refused"),
    [
        ("de", {"show_mature": "de.mature_for_adults", "go_live": "de.live_is_for_adults"}),
        ("id", {"show_mature": "id.no_mature", "buy_in_app": "id.no_payment_in_social_commerce"}),
    ],
)
async def test_a_guest_reads_what_an_account_would_allow(
    client: Browser, market: str, refused: dict[str, str]
) -> None:
    """Signing up and a feed of one's own are open; the rest needs an account; age is unknown."""
    assert (await client.patch("/api/v1/session", json={"market": market})).status_code == 200
    answer = await told(client, "ja")
    found = by_action(answer)

    assert set(found) == set(Action)
    allowed = {action for action, one in found.items() if one["is_allowed"]}
    assert allowed == {"sign_up", "personalise", "profile_for_ads"}
    assert {one["needs_account"] for one in found.values() if not one["is_allowed"]} == {True}
    for action, rule in refused.items():
        assert (found[action]["rule"], found[action]["until"]) == (rule, None)
    assert answer["strikes"]["points"] == 0


async def test_strikes_and_reports_are_counted(
    client: Browser, services: Services, clock: HandClock
) -> None:
    """A removal for the gravest reason makes everything wait for ninety days, and says so."""
    me = await sign_up(client)
    before = await told(client)
    assert before["strikes"].pop("authority").startswith("Nightmarket terms, strikes")
    assert before["strikes"] == {"points": 0, "points_max": 3, "is_held": False, "until": None}
    async with visit(services) as moderator:
        await give_role(services, await sign_up(moderator), "moderator")
        ref = await owned_video(services, me)
        report = {"ref": ref, "policy": "child_safety"}
        assert (await moderator.post("/api/v1/reports", json=report)).status_code == 201
        [case] = (await moderator.get("/api/v1/moderation/queue")).json()["items"]
        place = f"/api/v1/moderation/cases/{case['case_id']}"
        await moderator.post(f"{place}/claim")
        ruling = {"decision": "remove", "policy": "child_safety", "facts": "It harms a child."}
        assert (await moderator.post(f"{place}/decision", json=ruling)).status_code == 201
        reports = (await told(moderator))["limits"]

    struck = (await told(client))["strikes"]
    assert (struck["points"], struck["is_held"]) == (3, True)
    assert struck["until"] == "2026-05-31T12:00:00.000Z"
    assert [(one["name"], one["used"], one["used_max"]) for one in reports] == [
        ("reports_hour", 1, 20),
        ("reports_day", 1, 60),
    ]
    clock.move(days=90)
    assert (await told(client))["strikes"]["points"] == 0


@pytest.mark.parametrize(
    ("points", "held_until_us"),
    [((), None), ((2,), None), ((3,), 10), ((1, 1, 1), 10), ((1, 3, 1), 20), ((1, 1, 3), 30)],
)
def test_things_wait_until_enough_strikes_ended(
    points: tuple[int, ...], held_until_us: int | None
) -> None:
    """In the order in which they end, at 10, 20 and 30: the first end that leaves less than three."""
    strikes = [Strike(one, 10 * place) for place, one in enumerate(points, 1)]
    assert decisions.held_until_us(strikes) == held_until_us
