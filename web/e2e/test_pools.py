"""The studio shows how a film races: level, grant, measured rates, and what would lift it."""

import re

import pytest
from playwright.sync_api import Page, expect

from web.e2e.conftest import Market
from web.e2e.people import film, plays, sign_in

pytestmark = pytest.mark.browser


def test_a_creator_sees_how_a_film_races(page: Page, market: Market) -> None:
    """A film that somebody saw is a newcomer; its owner reads what is missing, in any language."""
    video = next(one for one in market.videos if one["creator"]["handle"] == "stall_seven")
    sign_in(page.context, market.url, "stall_seven")
    page.goto(f"/studio/{video['video_id']}")
    part = page.locator(".part").filter(has=page.get_by_role("heading", name="Traffic pool"))
    step = part.locator("[aria-current='step']")
    expect(step).to_contain_text("Newcomer")
    expect(step).to_contain_text("up to 100 exposures")
    expect(part.get_by_text(re.compile(r"^\d+ of 100 exposures used$"))).to_be_visible()
    expect(part.get_by_text(re.compile("In the race until"))).to_be_visible()
    for signal in ("Long views", "Likes", "Comments", "Shares", "Saves"):
        expect(part.get_by_text(signal, exact=True)).to_be_visible()
    expect(part.get_by_text(re.compile(r"likely .* to .*; usual")).first).to_be_visible()
    expect(
        part.get_by_text(re.compile(r"more exposures?, so that it can be judged"))
    ).to_be_visible()


def test_nobody_else_sees_it(page: Page, market: Market) -> None:
    """To everybody but its owner there is no pool of a film."""
    video = next(one for one in market.videos if one["creator"]["handle"] == "stall_seven")
    page.goto(video["deep_link"])
    plays(page)
    expect(film(page)).to_be_visible()
    answer = page.request.get(f"{market.url}/api/v1/videos/{video['video_id']}/pool")
    assert answer.status == 403
    sign_in(page.context, market.url, "yoru_ichi")
    answer = page.request.get(f"{market.url}/api/v1/videos/{video['video_id']}/pool")
    assert answer.status == 404
    assert answer.json()["code"] == "pools.no_pool"
