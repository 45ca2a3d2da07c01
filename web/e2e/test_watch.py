"""A guest watches: the first film, the next ones, back again, a shared link, sound, and what needs an account."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from web.e2e.conftest import CLIPS, DESKTOP, Market
from web.e2e.people import caption, film, go_on, plays, swipe

pytestmark = pytest.mark.browser
FILMS_MAX = 40
ELEMENTS_MAX = 5


def elements(page: Page) -> int:
    return page.locator("video").count()


@pytest.mark.feature("V1")
def test_a_guest_sees_the_first_film_play_without_a_touch(page: Page) -> None:
    """Nobody touched the page yet: it plays, and silently."""
    page.goto("/")
    plays(page)
    page.wait_for_function("() => document.querySelector('article.slide:not([inert]) video').muted")
    expect(film(page)).to_have_count(1)
    expect(page.get_by_role("button", name="Tap for sound")).to_be_visible()


@pytest.mark.feature("V31")
@pytest.mark.feature("V32")
def test_no_film_comes_twice_until_all_were_shown(page: Page) -> None:
    """Every film of the market once; then the page says so, and they come again."""
    page.goto("/")
    plays(page)
    up_to_date = film(page).get_by_text("You are up to date.")
    seen = [caption(page)]
    most = elements(page)
    for _ in range(FILMS_MAX):
        expect(up_to_date).to_have_count(0)
        came = go_on(page)
        most = max(most, elements(page))
        if came in seen:
            break
        seen.append(came)
    # Other journeys publish films of their own: there are at least the market's.
    assert len(seen) >= CLIPS
    expect(up_to_date).to_be_visible()
    plays(page)
    assert go_on(page) in seen
    expect(up_to_date).to_have_count(0)
    assert max(most, elements(page)) <= ELEMENTS_MAX


@pytest.mark.feature("V31")
def test_a_finger_brings_one_film_at_a_time(page: Page) -> None:
    page.goto("/")
    plays(page)
    first = caption(page)
    swipe(page, 520)
    expect(film(page).locator(".caption")).not_to_have_text(first)
    second = caption(page)
    plays(page)
    swipe(page, -520)
    expect(film(page).locator(".caption")).to_have_text(first)
    assert second != first


@pytest.mark.feature("V50")
def test_wheel_buttons_and_keys_lead_the_same_way(browser: Browser, market: Market) -> None:
    context = browser.new_context(base_url=market.url, viewport=DESKTOP, locale="en-US")
    page = context.new_page()
    page.goto("/")
    plays(page)
    first = caption(page)
    page.mouse.move(700, 400)
    page.mouse.wheel(0, 120)
    expect(film(page).locator(".caption")).not_to_have_text(first)
    second = caption(page)
    page.get_by_role("button", name="Next video").click()
    expect(film(page).locator(".caption")).not_to_have_text(second)
    page.get_by_role("button", name="Previous video").click()
    expect(film(page).locator(".caption")).to_have_text(second)
    assert go_on(page, "k") == first
    assert go_on(page, "j") == second
    plays(page)
    page.mouse.move(5, 5)
    page.evaluate("() => document.activeElement?.blur()")
    page.keyboard.press("Space")
    page.wait_for_function(
        "() => document.querySelector('article.slide:not([inert]) video').paused"
    )
    page.keyboard.press("?")
    expect(page.get_by_role("dialog").get_by_text("Five seconds on")).to_be_visible()
    context.close()


@pytest.mark.feature("V31")
def test_going_back_finds_the_film_that_was_left(page: Page) -> None:
    page.goto("/")
    plays(page)
    go_on(page)
    left = go_on(page)
    film(page).locator(".who a").click()
    expect(page).to_have_url(re.compile(r"/@\w+$"))
    page.go_back()
    expect(film(page).locator(".caption")).to_have_text(left)
    plays(page)
    page.go_forward()
    expect(page).to_have_url(re.compile(r"/@\w+$"))


@pytest.mark.feature("V1")
def test_a_shared_link_opens_that_film_and_says_what_it_is(page: Page, market: Market) -> None:
    video = market.videos[4]
    answer = page.goto(video["deep_link"])
    assert answer is not None
    served = answer.text()
    assert re.search(r'<meta property="og:title" content="[^"]+"', served)
    assert re.search(r'<meta property="og:image" content="http[^"]+"', served)
    assert "Clip 4 of the night" in served
    expect(film(page).locator(".caption")).to_contain_text("Clip 4 of the night")
    plays(page)


@pytest.mark.feature("V34")
def test_sound_comes_with_a_touch_and_stays(page: Page) -> None:
    page.goto("/")
    plays(page)
    page.get_by_role("button", name="Tap for sound").tap()
    muted = "() => document.querySelector('article.slide:not([inert]) video').muted"
    page.wait_for_function(f"() => !({muted})()")
    go_on(page)
    plays(page)
    assert not page.evaluate(muted)


@pytest.mark.feature("V34")
def test_a_tap_pauses_and_likes_ask_a_guest_to_sign_in(page: Page) -> None:
    page.goto("/")
    plays(page)
    page.mouse.click(150, 350)
    page.wait_for_function(
        "() => document.querySelector('article.slide:not([inert]) video').paused"
    )
    page.mouse.click(150, 350)
    plays(page)
    film(page).get_by_role("button", name="Like", exact=True).click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("Sign in to like videos")
    expect(sheet.get_by_role("link", name="Create account")).to_be_visible()
    expect(film(page).get_by_role("button", name="Like", exact=True)).to_have_attribute(
        "aria-pressed", "false"
    )


@pytest.mark.feature("V32")
def test_the_next_film_is_ready_before_it_is_asked_for(page: Page) -> None:
    """Its first picture waits, at its start, while this one plays; no more than five are held."""
    page.goto("/")
    plays(page)
    page.wait_for_function("""() => [...document.querySelectorAll('video')].some((one) =>
      one.closest('article.slide[inert]') && one.readyState >= 2 && one.paused && one.currentTime < 0.1)""")
    for _ in range(3):
        go_on(page)
        plays(page)
        assert elements(page) <= ELEMENTS_MAX
