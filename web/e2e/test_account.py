"""People come, leave, come back, and make the place their own: account, name, language."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from web.e2e.conftest import PHONE, Market
from web.e2e.people import PASSWORD, join, words

pytestmark = pytest.mark.browser
LANGUAGES = ("de", "id", "ja", "zh-Hans", "en")


@pytest.mark.feature("V1")
def test_sign_up_sign_out_and_sign_in_again(page: Page) -> None:
    page.goto("/signup")
    main = page.get_by_role("main")
    main.get_by_label("Handle").fill("night_owl")
    main.get_by_label("E-mail").fill("owl@people.example")
    main.get_by_label("Password").fill(PASSWORD)
    main.get_by_label("Birth date").fill("1991-04-05")
    main.get_by_label("Market").select_option("us")
    main.get_by_role("button", name="Create account").click()
    expect(page).to_have_url(re.compile(r"/$"))

    page.goto("/settings")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile(r"/$"))
    page.goto("/inbox")
    expect(page.get_by_text("Nothing for guests")).to_be_visible()

    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    page.get_by_label("Handle or e-mail").fill("night_owl")
    page.get_by_label("Password").fill("not my password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/inbox$"))
    expect(page.get_by_text("All quiet")).to_be_visible()


@pytest.mark.feature("V1")
def test_a_changed_name_shows_on_the_profile(page: Page, market: Market) -> None:
    join(page.context, market.url, "moth_maker")
    page.goto("/settings/profile")
    page.get_by_label("Name", exact=True).fill("Moth & Lantern")
    page.get_by_label("Bio").fill("Light, paper, wings.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved")).to_be_visible()
    page.goto("/@moth_maker")
    expect(page.get_by_role("heading", name="Moth & Lantern")).to_be_visible()
    expect(page.get_by_text("Light, paper, wings.")).to_be_visible()


@pytest.mark.feature("V136")
def test_every_language_speaks_at_once_and_right_to_left_turns_the_page(page: Page) -> None:
    page.goto("/settings")
    language = page.get_by_role("main").get_by_role("combobox").first
    bar = page.get_by_role("navigation").filter(has=page.locator("a[href='/explore']"))
    for code in LANGUAGES:
        language.select_option(code)
        expect(bar).to_contain_text(words("nav.home", code))
        expect(bar).to_contain_text(words("nav.inbox", code))
        expect(page.locator("html")).to_have_attribute("lang", code)
        expect(page.get_by_role("heading", level=1)).to_have_text(words("nav.settings", code))
    language.select_option("ar-XB")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.goto("/explore")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    sideways = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(sideways)


@pytest.mark.feature("V136")
def test_who_is_too_young_is_told_by_which_rule(browser: Browser, market: Market) -> None:
    """In words, with the rule's name and the authority, which leads to all rules of that market."""
    context = browser.new_context(base_url=market.url, viewport=PHONE, locale="de-DE")
    page = context.new_page()
    page.goto("/signup")
    main = page.get_by_role("main")
    main.get_by_label("E-Mail").fill("jung@people.example")
    main.get_by_label("Passwort").fill(PASSWORD)
    main.get_by_label("Benutzername").fill("jung")
    main.get_by_label("Geburtsdatum").fill("2014-05-05")
    main.get_by_label("Markt").select_option(label="Deutschland")
    main.get_by_role("button", name="Konto erstellen").click()
    told = page.get_by_role("alert")
    expect(told).to_contain_text("Unter 16 ist die Zustimmung eines Elternteils nötig")
    expect(told).to_contain_text("de.minimum_age")
    told.get_by_role("link", name="Regulation (EU) 2016/679 (GDPR), art. 8(1)").click()
    expect(page.get_by_role("heading", name="Deutschland")).to_be_visible()
    context.close()


def test_whatever_is_refused_names_rule_and_authority(page: Page, market: Market) -> None:
    """In the message that passes and on a page that cannot be shown, leading to that market's rules."""
    join(page.context, market.url, "young_moth", birth_date="2010-06-01", market="de")
    page.goto("/settings/privacy")
    page.get_by_role("switch", name="Personalised feed").click()
    told = page.get_by_role("status").filter(has_text="de.no_profiling_of_minors")
    expect(told).to_contain_text("What minors do is not used to choose what they see next.")
    told.get_by_role("link", name="Regulation (EU) 2022/2065 (DSA), art. 28(1)").click()
    expect(page).to_have_url(re.compile(r"/transparency/market\?market=de$"))

    refusal = page.context.request.patch(
        f"{market.url}/api/v1/me",
        data={"is_personalised": True},
        headers={"Origin": market.url, "X-Nightmarket-Bulk": "e2e"},
    )
    assert refusal.status == 403
    page.route("**/api/v1/collections*", lambda route: route.fulfill(response=refusal))
    page.goto("/collections")
    told = page.get_by_role("alert")
    expect(told).to_contain_text("de.no_profiling_of_minors")
    expect(told.get_by_role("link")).to_have_text("Regulation (EU) 2022/2065 (DSA), art. 28(1)")
