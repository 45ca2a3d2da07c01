"""What people have in their own hands: their copy, their leaving, their feed, their language."""

import json
import re
import zipfile

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from web.e2e.conftest import PHONE, Market
from web.e2e.people import PASSWORD, caller_of, changed, film, join, plays, words

pytestmark = pytest.mark.browser
IMPERSONAL = (
    "People near you watch it to the end",
    "Popular right now",
    "Many leave it early",
    "New",
    "In your language",
    "From your market",
)
"""What a feed that knows nobody may give as its reasons."""


@pytest.mark.feature("V99")
def test_a_copy_of_everything_is_made_and_fetched(page: Page, market: Market) -> None:
    join(page.context, market.url, "packs_up")
    say = f"/videos/{market.videos[6]['video_id']}/comments"
    caller_of(page.context, market.url)("POST", say, {"text": "I was here, under the lamp"})
    page.goto("/settings/data")
    page.get_by_role("button", name="Prepare an archive").click()
    download = page.get_by_role("link", name="Download")
    expect(download).to_be_visible(timeout=20_000)
    expect(page.get_by_text(re.compile("^ready$", re.IGNORECASE))).to_be_visible()
    with page.expect_download() as fetched:
        download.click()
    assert fetched.value.suggested_filename.endswith(".zip")
    with zipfile.ZipFile(fetched.value.path()) as archive:
        assert json.loads(archive.read("about.json"))["handle"] == "packs_up"
        said = json.loads(archive.read("tables/social_comment.json"))
    assert [one["text"] for one in said] == ["I was here, under the lamp"]
    expect(page).to_have_url(re.compile("/settings/data$"))


@pytest.mark.feature("V99")
def test_who_leaves_is_gone_at_once(browser: Browser, page: Page, market: Market) -> None:
    join(page.context, market.url, "goes_away")
    page.goto("/settings/data")
    page.get_by_label("Your password").fill("not my password")
    page.get_by_role("button", name="Delete for good").click()
    sure = page.get_by_role("alertdialog")
    sure.get_by_role("button", name="Cancel").click()
    expect(sure).to_have_count(0)
    page.get_by_role("button", name="Delete for good").click()
    sure.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("The login or the password is wrong.")).to_be_visible()
    expect(sure).to_have_count(0)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Delete for good").click()
    sure.get_by_role("button", name="Delete for good").click()
    expect(page).to_have_url(re.compile(r"/$"))
    page.get_by_role("link", name=words("nav.inbox")).first.click()
    expect(page.get_by_text("Nothing for guests")).to_be_visible()

    other = browser.new_context(base_url=market.url, viewport=PHONE, locale="en-US")
    tab = other.new_page()
    is_erased(tab, "goes_away")
    tab.goto("/@goes_away")
    expect(tab.get_by_text("There is no such account.")).to_be_visible()
    tab.goto("/signin")
    tab.get_by_label("Handle or e-mail").fill("goes_away")
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(tab.get_by_role("alert")).to_have_text("The login or the password is wrong.")
    other.close()


def is_erased(page: Page, handle: str) -> None:
    """Wait until nobody has a handle: erasing begins within seconds of leaving."""
    for _ in range(100):
        if page.request.get(f"/api/v1/profiles/{handle}").status == 404:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{handle} is still there")


@pytest.mark.feature("V8")
def test_a_feed_that_learns_nothing_is_the_same_for_everybody(
    browser: Browser, page: Page, market: Market
) -> None:
    join(page.context, market.url, "no_profile")
    page.goto("/")
    plays(page)
    film(page).get_by_role("button", name="Like", exact=True).click()
    page.get_by_role("link", name=words("nav.profile")).first.click()
    switch_off(page, "/settings/privacy")
    with page.expect_response("**/api/v1/feed?*") as asked:
        page.get_by_role("link", name=words("nav.home")).first.click()
    plays(page)
    mine = said(asked.value)

    other = browser.new_context(base_url=market.url, viewport=PHONE, locale="en-US")
    guest = other.new_page()
    switch_off(guest, "/settings")
    with guest.expect_response("**/api/v1/feed?*") as asked:
        guest.get_by_role("link", name=words("nav.home")).first.click()
    assert said(asked.value)[:3] == mine[:3]
    other.close()

    film(page).get_by_role("button", name="More", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Why am I seeing this?").click()
    sheet = page.get_by_role("dialog")
    reason = sheet.get_by_role("listitem").first
    expect(reason).to_be_visible()
    assert set(sheet.get_by_role("listitem").all_inner_texts()) <= set(IMPERSONAL)
    with changed(page, "**/feed/personalisation"):
        sheet.get_by_role("switch", name="Personal feed").check()
    expect(page.get_by_text("Your feed is personal again")).to_be_visible()
    page.goto("/settings/privacy")
    expect(page.get_by_role("switch", name="Personalised feed")).to_be_checked()


def switch_off(page: Page, path: str) -> None:
    """Want no personal feed from now on."""
    page.goto(path)
    personal = page.get_by_role("switch", name="Personalised feed")
    expect(personal).to_be_checked()
    personal.uncheck()
    expect(page.get_by_text("Saved")).to_be_visible()


def said(feed: Response) -> list[str]:
    """The captions of a page of a feed that knows nobody."""
    page = feed.json()
    assert page["is_personalised"] is False
    return [item["video"]["caption"] for item in page["items"]]


@pytest.mark.feature("V136")
@pytest.mark.parametrize(("code", "name"), [("de", "Deutsch"), ("ja", "日本語")])
def test_a_language_stays_wherever_one_goes(
    browser: Browser, page: Page, market: Market, code: str, name: str
) -> None:
    handle = f"speaks_{code}"
    join(page.context, market.url, handle)
    page.goto("/settings")
    with changed(page, "**/api/v1/me"):
        page.get_by_role("main").get_by_role("combobox").first.select_option(label=name)
    speaks(page, code, "nav.settings")
    page.reload()
    speaks(page, code, "nav.settings")
    page.get_by_role("link", name=words("nav.explore", code)).first.click()
    expect(page).to_have_url(re.compile("/explore$"))
    speaks(page, code, "nav.explore")
    page.goto("/inbox")
    speaks(page, code, "nav.inbox")
    page.goto("/settings/security")
    expect(page.locator("html")).to_have_attribute("lang", code)

    other = browser.new_context(base_url=market.url, viewport=PHONE, locale="en-US")
    tab = other.new_page()
    tab.goto("/signin?next=/settings")
    tab.get_by_label("Handle or e-mail").fill(handle)
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("main").get_by_role("button", name="Sign in").click()
    speaks(tab, code, "nav.settings")
    other.close()


def speaks(page: Page, code: str, key: str) -> None:
    """See a page whose title is in a language."""
    expect(page.locator("html")).to_have_attribute("lang", code)
    expect(page.get_by_role("heading", level=1)).to_have_text(words(key, code))
