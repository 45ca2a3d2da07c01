"""Looking ahead: what somebody may do, by whose rule not, in their language; reached from the settings."""

import re

import pytest
from playwright.sync_api import Page, expect

from web.e2e.conftest import Market
from web.e2e.people import PASSWORD
from web.e2e.test_quality import findings_of

pytestmark = pytest.mark.browser
PLACE = "/settings/permissions"


def test_a_minor_reads_what_they_may_do_and_why_not(page: Page, market: Market) -> None:
    """Rule, authority and the day on which it ends; the words change with the language."""
    minor = {
        "handle": "young_owl",
        "name": "Young Owl",
        "email": "young_owl@people.example",
        "password": PASSWORD,
        "birth_date": "2010-06-01",
        "market": "de",
        "language": "en",
    }
    headers = {"Origin": market.url, "X-Nightmarket-Bulk": "e2e"}
    made = page.context.request.post(f"{market.url}/api/v1/accounts", data=minor, headers=headers)
    assert made.ok, made.text()
    page.goto("/settings")
    page.get_by_role("link", name="What you may do now").click()
    expect(page).to_have_url(re.compile(f"{PLACE}$"))
    learns = page.locator("[data-action=personalise]")
    expect(learns).to_contain_text("No")
    expect(learns).to_contain_text("What minors do is not used to choose what they see next.")
    expect(learns).to_contain_text("Regulation (EU) 2022/2065 (DSA), art. 28(1)")
    expect(learns).to_contain_text("until Jun 1, 2028")
    expect(page.locator("[data-action=be_public]")).to_contain_text("off until you switch it on")
    expect(page.locator("[data-action=publish]")).to_contain_text("Yes")
    assert findings_of(page, PLACE) == []

    page.goto("/settings")
    page.get_by_role("main").get_by_role("combobox").first.select_option("ja")
    page.get_by_role("link", name="今できること").click()
    expect(learns).to_contain_text("未成年者の行動は")
    page.goto("/transparency/market?market=de")
    expect(page.get_by_text("未成年者のアカウントは、初めは非公開です。")).to_be_visible()


def test_a_guest_reads_what_an_account_would_allow(page: Page, market: Market) -> None:
    """Without an account, in the language of the page; nothing runs over the edge."""
    del market
    page.goto(f"{PLACE}?lang=de")
    expect(page.locator("[data-action=sign_up]")).to_contain_text("Ja")
    expect(page.locator("[data-action=comment]")).to_contain_text("Mit einem Konto")
    mature = page.locator("[data-action=show_mature]")
    expect(mature).to_contain_text("Inhalte für Erwachsene sehen nur Menschen")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert findings_of(page, PLACE) == []
