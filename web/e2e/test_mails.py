"""A market that is tried out keeps its mails: a forgotten password is found again without a mailbox."""

import re

import pytest
from playwright.sync_api import Page, expect

from web.e2e.conftest import Market
from web.e2e.people import PASSWORD, join
from web.e2e.test_quality import findings_of

pytestmark = pytest.mark.browser
NEW_PASSWORD = "a lantern of paper"


@pytest.mark.feature("V133")
def test_a_forgotten_password_is_found_in_the_mails_of_the_market(
    page: Page, market: Market
) -> None:
    """The line below the form leads to the mails; the new one comes by itself; its link works."""
    join(page.context, market.url, "forgetful")
    page.context.clear_cookies()
    page.goto("/mails")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mails of this market")
    other = page.context.new_page()
    other.goto("/forgot")
    other.get_by_label("E-mail").fill("forgetful@people.example")
    other.get_by_role("button", name="Send the link").click()
    expect(other.get_by_text("a mail is on its way")).to_be_visible()

    first = page.get_by_role("main").get_by_role("listitem").filter(has_text="forgetful@").first
    expect(first).to_contain_text("password", timeout=15_000, ignore_case=True)

    other.get_by_role("link", name="open them here").click()
    expect(other).to_have_url(re.compile("/mails$"))
    line = other.get_by_role("main").get_by_role("listitem").filter(has_text="forgetful@")
    line.filter(has_text=re.compile("password", re.IGNORECASE)).get_by_role("link").first.click()
    expect(other.get_by_text("to forgetful@people.example")).to_be_visible()
    other.get_by_role("main").get_by_role("link", name=re.compile("reset")).click()
    expect(other.get_by_role("heading", name="Choose a new password")).to_be_visible()
    other.get_by_label("Password").fill(NEW_PASSWORD)
    other.get_by_role("button", name="Save the password").click()
    expect(other.get_by_text("Your password is changed")).to_be_visible()
    assert NEW_PASSWORD != PASSWORD


def test_who_signs_up_is_told_where_the_mail_lies(page: Page, market: Market) -> None:
    """The line stands on the sign-up page, too; the page of mails is accessible and runs over no edge."""
    join(page.context, market.url, "greeted")
    page.context.clear_cookies()
    page.goto("/signup")
    page.get_by_role("link", name="open them here").click()
    greeted = page.get_by_role("listitem").filter(has_text="greeted@").get_by_role("link")
    expect(greeted.first).to_be_visible(timeout=15_000)
    assert findings_of(page, "/mails") == []
    greeted.first.click()
    expect(page.get_by_text("to greeted@people.example")).to_be_visible()
    link = page.get_by_role("main").get_by_role("link", name=re.compile("verify"))
    expect(link).to_have_attribute("href", re.compile(r"^/verify\?"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
