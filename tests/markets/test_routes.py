"""Anybody can read what a market allows and owes."""

from typing import Any

from litestar.testing import AsyncTestClient


async def test_a_market_in_full(client: AsyncTestClient[Any]) -> None:
    """Rules and duties in force today with their authorities; announced ones are not there yet."""
    found = (await client.get("/api/v1/markets/de")).json()
    assert (found["minimum_age"], found["has_personalisation_switch"]) == (16, True)
    by_name = {rule["rule"]: rule for rule in found["rules"]}
    assert by_name["de.minimum_age"]["since"] == "2018-05-25"
    assert by_name["de.live_is_for_adults"]["since"] is None
    duties = {duty["duty"]: duty for duty in found["duties"]}
    assert duties["personalisation_switch"]["authority"].endswith("art. 38")
    assert duties["ai_label"]["basis"] == "policy"
    refused = await client.get("/api/v1/markets/xx")
    assert (refused.status_code, refused.json()["code"]) == (422, "markets.no_such_market")
