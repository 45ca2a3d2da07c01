"""What happens elsewhere shows up here, at once."""

import pytest
from playwright.sync_api import Browser, Page, expect

from web.e2e.conftest import PHONE, Market
from web.e2e.people import film, join, plays, sign_in

pytestmark = pytest.mark.browser


@pytest.mark.feature("V92")
def test_a_like_in_another_browser_rings_here(browser: Browser, page: Page, market: Market) -> None:
    sign_in(page.context, market.url, "yoru_ichi")
    page.goto("/inbox")
    expect(page.get_by_text("Your video can be watched now").first).to_be_visible()
    other = browser.new_context(base_url=market.url, viewport=PHONE, locale="en-US")
    join(other, market.url, "quiet_fan")
    tab = other.new_page()
    video = next(one for one in market.videos if one["creator"]["handle"] == "yoru_ichi")
    tab.goto(video["deep_link"])
    plays(tab)
    film(tab).get_by_role("button", name="Like", exact=True).click()
    expect(page.get_by_text("Quiet_Fan likes your video")).to_be_visible(timeout=10_000)
    other.close()
