"""A whole evening at 1440 by 900: once with a pointer, once with keys alone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect

from web.e2e.conftest import DESKTOP, PHONE, Market
from web.e2e.people import caller_of, caption, film, go_on, join, plays
from web.e2e.rooms import WATCH_MOTION

pytestmark = pytest.mark.browser
TABS_MAX = 40
SHOWN_PX = 2
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const ring = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  const said = (one.ariaLabel ?? one.textContent ?? '').trim().slice(0, 40) || one.tagName;
  return {
    said,
    isInLayer: one.closest('dialog, [role=menu]') !== null,
    ring: ring.outlineStyle === 'none' ? 0 : parseFloat(ring.outlineWidth),
    isSeen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""


@contextmanager
def tab(browser: Browser, market: Market, handle: str, **more: Any) -> Iterator[Page]:
    """One tab of somebody new; a script error in it fails the test."""
    given = {"viewport": DESKTOP, "locale": "en-US", **more}
    context = browser.new_context(base_url=market.url, **given)
    join(context, market.url, handle)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert errors == []
    context.close()


def steps(page: Page, count: int, key: str = "Tab") -> list[dict[str, Any]]:
    """Press a key so often; answers what had the focus after each press."""
    found = []
    for _ in range(count):
        page.keyboard.press(key)
        at = page.evaluate(FOCUSED)
        if at:
            found.append(at)
    return found


def reach(page: Page, name: str) -> None:
    """Press Tab until something of that name has the focus."""
    seen = []
    for _ in range(TABS_MAX):
        at = page.evaluate(FOCUSED)
        if at and at["said"].startswith(name):
            return
        seen.append(at and at["said"])
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never came to {name}: {seen}")


def box(one: Locator) -> FloatRect:
    """Where something stands."""
    found = one.bounding_box()
    assert found is not None
    return found


TAKEN_BACK = """() => {
  for (const key of ['c', 'Escape', 's', 'Escape'])
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
}"""
"""Asked for and taken back before anything could open."""


@pytest.mark.feature("V50")
def test_comments_stand_beside_the_film_and_follow_it(browser: Browser, market: Market) -> None:
    with tab(browser, market, "side_reader") as page:
        page.goto("/")
        plays(page)
        film(page).get_by_role("button", name=re.compile("comment")).click()
        panel = page.get_by_role("dialog")
        expect(panel).to_be_visible()
        page.wait_for_function("() => !document.querySelector('dialog').getAnimations().length")
        beside, smaller = box(panel), box(film(page).locator(".screen"))
        assert beside["x"] + beside["width"] == pytest.approx(DESKTOP["width"], abs=1)
        assert beside["height"] == DESKTOP["height"]
        assert smaller["x"] + smaller["width"] <= beside["x"], "the film is beside the words"
        plays(page)
        first = caption(page)
        page.mouse.move(smaller["x"] + 60, 400)
        page.mouse.wheel(0, 120)
        expect(film(page).locator(".caption")).not_to_have_text(first)
        expect(panel).to_be_visible()
        panel.get_by_role("button", name="Close").click()
        expect(panel).to_have_count(0)


@pytest.mark.feature("V50")
def test_a_film_opened_from_a_profile_leads_back_to_its_place(
    browser: Browser, market: Market
) -> None:
    with tab(browser, market, "pointer_only") as page:
        call = caller_of(page.context, market.url)
        for video in market.videos:
            call("PUT", f"/videos/{video['video_id']}/repost")
        page.goto("/@pointer_only")
        page.get_by_role("tab", name="Reposts").click()
        films = page.get_by_role("main").locator("a[href*='/video/']")
        expect(films).to_have_count(len(market.videos))
        films.last.scroll_into_view_if_needed()
        films.last.hover()
        expect(films.last.locator("img")).to_have_css("scale", "1.04")
        expect(films.first.locator("img")).to_have_css("scale", "none")
        down_px = page.evaluate("scrollY")
        assert down_px > 0
        asked = films.last.get_attribute("href")
        films.last.click()
        plays(page)
        expect(page).to_have_url(re.compile(f"{asked}$"))
        page.get_by_role("button", name="Back").click()
        expect(page).to_have_url(re.compile("/@pointer_only$"))
        expect(page.get_by_role("tab", name="Reposts")).to_have_attribute("aria-selected", "true")
        page.wait_for_function(f"() => scrollY === {down_px}")


@pytest.mark.feature("V50")
def test_the_film_stays_when_the_window_changes(browser: Browser, market: Market) -> None:
    with tab(browser, market, "window_mover") as page:
        page.goto("/")
        plays(page)
        go_on(page)
        third = go_on(page)
        for size in (PHONE, {"width": 844, "height": 390}, DESKTOP):
            page.set_viewport_size(size)  # type: ignore[arg-type]  # The same two keys.
            page.wait_for_timeout(250)
            assert caption(page) == third
        plays(page)


@pytest.mark.feature("V50")
def test_an_evening_with_keys_alone(browser: Browser, market: Market) -> None:
    with tab(browser, market, "no_mouse") as page:
        page.goto("/")
        plays(page)
        way = steps(page, 24)
        assert [at["said"] for at in way if at["ring"] < SHOWN_PX] == []
        assert [at["said"] for at in way if not at["isSeen"]] == []

        _sheets_hold_the_keys(page)
        _sheets_lead_on_and_back(page)
        _settings_by_keys(page)
        _menus_by_keys(page)


def _sheets_hold_the_keys(page: Page) -> None:
    reach(page, "Share")
    for key in ("Enter", "s", "b", "?"):
        page.keyboard.press(key)
        sheet = page.get_by_role("dialog")
        expect(sheet).to_be_visible()
        inside = steps(page, 14)
        assert inside
        assert [at["said"] for at in inside if not at["isInLayer"]] == []
        page.keyboard.press("Escape")
        expect(sheet).to_have_count(0)
        assert page.evaluate(FOCUSED)["said"].startswith("Share")


def _sheets_lead_on_and_back(page: Page) -> None:
    """From one sheet to the next, twice: the focus comes back to where the first one was opened."""
    reach(page, "More")
    for row, title in (("Why", "Why am I seeing this?"), ("Report", "Report")) * 2:
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog", name="More")).to_be_visible()
        reach(page, row)
        page.keyboard.press("Enter")
        sheet = page.get_by_role("dialog", name=title)
        expect(sheet).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(1)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert page.evaluate(FOCUSED)["said"] == "More"
    page.keyboard.press("c")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate(FOCUSED)["said"] == "More"


def _settings_by_keys(page: Page) -> None:
    page.locator("nav").first.get_by_role("link", name="Home").focus()
    reach(page, "Settings")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/settings$"))
    reach(page, "Your data")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/settings/data$"))
    reach(page, "Delete for good")
    page.keyboard.press("Enter")
    ask = page.get_by_role("alertdialog")
    expect(ask).to_be_visible()
    assert [at["said"] for at in steps(page, 6) if not at["isInLayer"]] == []
    page.keyboard.press("Escape")
    expect(ask).to_have_count(0)
    assert page.evaluate(FOCUSED)["said"] == "Delete for good"


def _menus_by_keys(page: Page) -> None:
    page.goto("/@lantern_lane")
    page.get_by_role("main").get_by_role("button", name="More").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menu")).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED)["isInLayer"]
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_be_hidden()
    assert page.evaluate(FOCUSED)["said"] == "More"
    films = page.get_by_role("main").locator("a[href*='/video/']")
    films.nth(1).focus()
    asked = films.nth(1).get_attribute("href")
    page.keyboard.press("Enter")
    plays(page)
    expect(page).to_have_url(re.compile(f"{asked}$"))
    page.get_by_role("main").locator("header").get_by_role("button", name="Back").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/@lantern_lane$"))
    expect(films.first).to_be_visible()


@pytest.mark.feature("V49")
def test_with_reduced_motion_no_heart_sheet_or_word_flies(browser: Browser, market: Market) -> None:
    with tab(browser, market, "stands_still", reduced_motion="reduce") as page:
        page.add_init_script(WATCH_MOTION)
        page.goto("/")
        plays(page)
        page.mouse.dblclick(700, 350)
        expect(film(page).get_by_role("button", name="Take the like back")).to_be_visible()
        for key in ("c", "s", "?"):
            page.keyboard.press(key)
            expect(page.get_by_role("dialog")).to_be_visible()
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)
        page.keyboard.press("<")
        expect(page.get_by_role("status").filter(has_text="0.75")).to_be_visible()
        page.set_viewport_size(PHONE)
        page.keyboard.press("c")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert page.evaluate("[...window.moved]") == []


@pytest.mark.feature("V50")
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_keys_are_the_films_as_soon_as_a_sheet_begins_to_go(
    browser: Browser, market: Market, size: dict[str, int]
) -> None:
    """What was pressed while it still moved away used to be lost."""
    with tab(browser, market, f"quick_{size['width']}", viewport=size) as page:
        page.goto("/")
        plays(page)
        for key in ("s", "?", "c"):
            before = caption(page)
            page.keyboard.press(key)
            expect(page.get_by_role("dialog")).to_be_visible()
            page.keyboard.press("Escape")
            page.keyboard.press("j")
            expect(film(page).locator(".caption")).not_to_have_text(before)
            expect(page.get_by_role("dialog")).to_have_count(0)
        page.evaluate(TAKEN_BACK)
        before = caption(page)
        page.keyboard.press("j")
        expect(film(page).locator(".caption")).not_to_have_text(before)
        plays(page)
        expect(page.get_by_role("dialog")).to_have_count(0)
