"""An auditor's way: say what and why, read the figures, follow a number to a page, and see its scores."""

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from web.e2e.conftest import DESKTOP, PHONE, Market
from web.e2e.people import PASSWORD, join, sign_in
from web.e2e.test_quality import findings_of

pytestmark = pytest.mark.browser
INSPECTOR = "an_inspector"
WHY = "Are new videos shown as often as the terms promise?"


@pytest.fixture(scope="module")
def inspector(market: Market) -> str:
    """An auditor of the market us, made as an operator makes one: on the command line."""
    command = [sys.executable, "-m", "nightmarket.entry.cli", "admin", "create", INSPECTOR]
    command += ["inspector@people.example", "--role", "auditor", "--data", str(market.data)]
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    done = subprocess.run(
        command, input=typed, text=True, capture_output=True, start_new_session=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return INSPECTOR


@pytest.fixture(params=[(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"])
def desk(
    request: pytest.FixtureRequest, browser: Browser, market: Market, inspector: str
) -> Iterator[Page]:
    """The auditor's own browser."""
    size, scheme = request.param
    context = opened(browser, market, inspector, size, scheme)
    yield context.new_page()
    context.close()


def opened(
    browser: Browser, market: Market, inspector: str, size: ViewportSize, scheme: Any
) -> BrowserContext:
    """A browser in which the auditor is signed in."""
    context = browser.new_context(
        base_url=market.url,
        viewport=size,
        color_scheme=scheme,
        reduced_motion="reduce",
        locale="en-US",
    )
    sign_in(context, market.url, inspector)
    return context


def test_a_number_is_followed_to_the_score_of_a_video(
    desk: Page, page: Page, market: Market
) -> None:
    """By keys where something is chosen; the screens have no serious finding, and stand in the log."""
    join(page.context, market.url, f"watches_{desk.viewport_size['width']}")  # type: ignore[index]
    page.goto("/")
    expect(page.get_by_role("article").first).to_be_visible()
    page.close()  # What is counted below stays as it is.

    desk.goto("/settings")
    desk.get_by_role("navigation", name="Settings").get_by_role("link", name="Console").click()
    expect(desk).to_have_url(re.compile("/console/shown$"))
    desk.get_by_label("Market", exact=True).select_option("jp")
    desk.get_by_label("Why you look").fill(WHY)
    desk.get_by_role("button", name="Begin inspection").click()
    expect(desk.get_by_role("alert").filter(has_text="auditors of this market")).to_be_visible()
    desk.get_by_label("Market", exact=True).select_option("us")
    desk.get_by_role("button", name="Begin inspection").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="United States")).to_be_visible()

    tabs = desk.get_by_role("table", name="Tabs")
    expect(tabs.get_by_role("row").filter(has_text="For You")).to_contain_text("%")
    address = desk.url
    assert findings_of(desk, address.removeprefix(market.url)) == []
    number = desk.get_by_role("table", name="How it came to its place").get_by_role("link").first
    told = re.search(r"(\d+) items", number.get_attribute("aria-label") or "")
    number.focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("How it came to its place: Chosen by its score")).to_be_visible()
    pages = desk.get_by_role("main").get_by_role("listitem")
    expect(pages.first).to_be_visible()
    assert told
    assert sum(matches(desk)) == int(told[1])

    pages.first.get_by_role("link").click()
    first = desk.get_by_role("main").get_by_role("listitem").first
    expect(first.get_by_role("row", name=re.compile("^Added up"))).to_be_visible()
    assert findings_of(desk, desk.url.removeprefix(market.url)) == []
    desk.goto("/console/audit")
    expect(desk.get_by_text("inspection.page_read").first).to_be_visible()
    expect(desk.get_by_text(WHY).first).to_be_visible()


def matches(desk: Page) -> list[int]:
    """How many items of each page of the list are meant, the whole list through."""
    pages = desk.get_by_role("main").get_by_role("listitem")
    more = desk.get_by_role("button", name="More")
    while more.is_visible():
        count = pages.count()
        more.click()
        expect(pages.nth(count)).to_be_visible()
    return [int(one) for one in re.findall(r"(\d+) match", " ".join(pages.all_inner_texts()))]


def test_what_is_empty_closed_or_wrong_says_so(desk: Page) -> None:
    """No page in the time, a page that is none, an inspection that was closed, one that never was."""
    desk.goto("/console/shown")
    desk.get_by_label("First day (UTC)").fill("2026-01-01")
    desk.get_by_label("Last day (UTC)").fill("2026-01-02")
    desk.get_by_label("Why you look").fill(WHY)
    desk.get_by_role("button", name="Begin inspection").click()
    expect(desk.get_by_text("Nothing was shown")).to_be_visible()
    desk.get_by_role("tab", name="Pages").click()
    expect(desk.get_by_text("Nothing was shown")).to_be_visible()
    desk.get_by_label("Number of a page").fill("17")
    desk.get_by_role("button", name="Open", exact=True).click()
    expect(desk.get_by_text("No such page was served")).to_be_visible()
    desk.get_by_role("link", name="All pages").click()
    desk.get_by_role("button", name="Close inspection").click()
    desk.get_by_role("alertdialog").get_by_role("button", name="Close inspection").click()
    expect(desk.get_by_text("This inspection is closed.")).to_be_visible()
    desk.goto("/console/shown/zz")
    expect(desk.get_by_text("You have no such inspection.")).to_be_visible()
