"""Finding films and people by words."""

import re

import pytest
from playwright.sync_api import Page, expect

from web.e2e.people import film, plays

pytestmark = pytest.mark.browser


@pytest.mark.feature("V20")
def test_a_hashtag_leads_to_its_films(page: Page) -> None:
    page.goto("/search")
    field = page.get_by_role("combobox")
    field.fill("#stall1")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"q=%23stall1"))
    page.get_by_role("link", name=re.compile(r"stall1 · 3")).click()
    expect(page).to_have_url(re.compile(r"/tag/stall1$"))
    films = page.get_by_role("main").locator("a[href*='/video/']")
    expect(films).to_have_count(3)
    films.first.click()
    expect(film(page).locator(".caption")).to_contain_text("#stall1")
    plays(page)


@pytest.mark.feature("V22")
def test_people_are_suggested_while_one_types(page: Page) -> None:
    page.goto("/search")
    field = page.get_by_role("combobox")
    field.press_sequentially("lantern_l", delay=40)
    expect(page.get_by_role("option").first).to_contain_text("lantern_lane")
    field.press("ArrowDown")
    field.press("Enter")
    page.get_by_role("link", name=re.compile("Lantern Lane")).first.click()
    expect(page).to_have_url(re.compile(r"/@lantern_lane$"))


@pytest.mark.feature("V20")
def test_nothing_found_is_said_in_words(page: Page) -> None:
    page.goto("/search?q=zzyzzyva")
    expect(page.get_by_role("heading", name=re.compile("zzyzzyva"))).to_be_visible()
