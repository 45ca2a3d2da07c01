"""What makes watching comfortable: quality, captions, seeking, speed, hands-free, the system's own keys."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from nightmarket.entry.demo.api import Caller
from tests.builders.clips import make_clip
from web.e2e.conftest import CREATORS, PASSWORD, PHONE, Market
from web.e2e.people import caption, film, go_on, plays

pytestmark = pytest.mark.browser
VTT = "WEBVTT\n\n00:00.000 --> 00:08.000\nThe stall opens at dusk.\n"
FAST_LINK = "localStorage.setItem('nm.link', JSON.stringify([50e6, Date.now()]))"
"""What the last visit learned about the network, whatever this machine is busy with."""
SOURCE = "document.querySelector('article.slide:not([inert]) video').src"
SILENT = "button, a[href], input, select, textarea, [role=button], [role=slider], [role=switch]"
NAMELESS = f"""() => [...document.querySelectorAll({SILENT!r})]
  .filter((one) => one.checkVisibility() && !one.closest('[inert]'))
  .filter((one) => !(one.ariaLabel || one.textContent.trim() || one.labels?.length
    || one.getAttribute('aria-labelledby') || one.placeholder))
  .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def tall(market: Market, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A film large enough for several renditions, with captions and a storyboard, done."""

    async def publish(clip: Path) -> dict[str, Any]:
        async with Caller(market.url, "e2e") as caller:
            await caller.sign_up(CREATORS[0], PASSWORD)
            made: dict[str, Any] = await caller.publish(clip, caption="A tall clip")
            await caller.add_captions(made["video_id"], "en", VTT)
            for _ in range(900):
                video: dict[str, Any] = await caller.call("GET", f"/videos/{made['video_id']}")
                if len(video["renditions"]) > 1 and video["storyboard"] and video["captions"]:
                    return video
                await asyncio.sleep(0.2)
        pytest.fail("the renditions of the tall clip did not come")

    clip = make_clip(tmp_path_factory.mktemp("tall") / "t.mp4", seconds=8, width=720, height=1280)
    with ThreadPoolExecutor(1) as pool:  # The browser's driver already has a loop in this thread.
        return pool.submit(asyncio.run, publish(clip)).result()


def more(page: Page) -> Any:
    """Open the sheet of everything else."""
    film(page).get_by_role("button", name="More", exact=True).click()
    return page.get_by_role("dialog")


@pytest.mark.feature("V33")
@pytest.mark.feature("V41")
def test_who_saves_data_gets_the_smallest_pictures(
    browser: Browser, market: Market, tall: dict[str, Any]
) -> None:
    sizes = {one["url"]: one["width"] for one in tall["renditions"]}
    context = browser.new_context(
        base_url=market.url, viewport=PHONE, device_scale_factor=3, has_touch=True, locale="en-US"
    )
    page = context.new_page()
    page.add_init_script(FAST_LINK)
    page.goto(tall["deep_link"])
    plays(page)
    chosen = next(width for url, width in sizes.items() if url in page.evaluate(SOURCE))
    assert chosen > min(sizes.values())
    more(page).get_by_label("Save data").click()
    page.keyboard.press("Escape")
    page.reload()
    plays(page)
    saved = next(width for url, width in sizes.items() if url in page.evaluate(SOURCE))
    assert saved == min(sizes.values())
    context.close()


@pytest.mark.feature("V43")
def test_captions_are_drawn_and_can_be_switched_off(page: Page, tall: dict[str, Any]) -> None:
    page.goto(tall["deep_link"])
    plays(page)
    expect(film(page).locator(".cue")).to_have_text("The stall opens at dusk.")
    more(page).get_by_label("Captions").click()
    page.keyboard.press("Escape")
    expect(film(page).locator(".cue")).to_have_count(0)


@pytest.mark.feature("V37")
def test_dragging_the_bar_shows_the_picture_under_the_finger(
    page: Page, tall: dict[str, Any]
) -> None:
    page.goto(tall["deep_link"])
    plays(page)
    bar = film(page).get_by_role("slider")
    box = bar.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2, steps=4)
    tile = film(page).locator(".tile")
    expect(tile).to_be_visible()
    assert tall["storyboard"]["url"] in (tile.get_attribute("style") or "")
    page.mouse.up()
    page.wait_for_function(
        "() => document.querySelector('article.slide:not([inert]) video').currentTime > 5"
    )
    expect(tile).to_have_count(0)


@pytest.mark.feature("V35")
@pytest.mark.feature("V36")
def test_speed_is_chosen_and_a_held_finger_doubles_it(page: Page, tall: dict[str, Any]) -> None:
    rate = "document.querySelector('article.slide:not([inert]) video').playbackRate"
    page.goto(tall["deep_link"])
    plays(page)
    more(page).get_by_role("button", name="1.5×").click()
    page.keyboard.press("Escape")
    page.wait_for_function(f"() => {rate} === 1.5")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.mouse.move(150, 350)
    page.mouse.down()
    page.wait_for_function(f"() => {rate} === 2")
    page.mouse.up()
    page.wait_for_function(f"() => {rate} === 1.5")
    assert not page.evaluate("document.querySelector('article.slide:not([inert]) video').paused")


@pytest.mark.feature("V38")
def test_films_go_on_by_themselves_when_asked(page: Page) -> None:
    page.goto("/")
    plays(page)
    first = caption(page)
    more(page).get_by_label("Go on by itself").click()
    page.keyboard.press("Escape")
    expect(film(page).locator(".caption")).not_to_have_text(first, timeout=15_000)
    plays(page)


@pytest.mark.feature("V53")
def test_the_system_knows_what_plays_and_can_pause_it(page: Page) -> None:
    page.add_init_script("""(() => {
      window.handlers = {};
      const set = MediaSession.prototype.setActionHandler;
      MediaSession.prototype.setActionHandler = function (action, run) {
        window.handlers[action] = run;
        return set.call(this, action, run);
      };
    })()""")
    page.goto("/")
    plays(page)
    title = page.evaluate("navigator.mediaSession.metadata.title")
    assert title in caption(page) or caption(page).startswith(title[:20])
    page.evaluate("window.handlers.pause()")
    page.wait_for_function(
        "() => document.querySelector('article.slide:not([inert]) video').paused"
    )


@pytest.mark.feature("V40")
def test_the_words_can_be_put_away(browser: Browser, market: Market) -> None:
    context = browser.new_context(base_url=market.url, viewport=PHONE, locale="en-US")
    page = context.new_page()
    page.goto("/")
    plays(page)
    expect(film(page).locator(".caption")).to_be_visible()
    page.keyboard.press("h")
    expect(film(page).locator(".caption")).to_have_count(0)
    page.get_by_role("button", name="Show the words again").click()
    expect(film(page).locator(".caption")).to_be_visible()
    context.close()


@pytest.mark.feature("V49")
def test_with_reduced_motion_nothing_runs_but_the_film(browser: Browser, market: Market) -> None:
    context = browser.new_context(
        base_url=market.url, viewport=PHONE, reduced_motion="reduce", locale="en-US"
    )
    page = context.new_page()
    page.goto("/")
    plays(page)
    go_on(page)
    running = """() => document.getAnimations().filter((one) => one.playState === "running" && one.effect.getComputedTiming().endTime > 20)
      .map((one) => (one.animationName ?? one.transitionProperty) + " " + one.effect.target.className)"""
    assert page.evaluate(running) == []
    page.goto("/explore")
    page.locator("a[href*='/video/']").first.wait_for()
    assert page.locator("video").count() == 0  # Thumbnails are pictures, and stay still.
    assert page.evaluate(running) == []
    context.close()


@pytest.mark.feature("V51")
def test_every_control_says_its_name(page: Page) -> None:
    nameless = {}
    for path in ("/", "/explore", "/@lantern_lane", "/search", "/signup"):
        page.goto(path)
        page.locator("html.awake").wait_for()
        page.wait_for_timeout(300)
        found = page.evaluate(NAMELESS)
        if found:
            nameless[path] = found
    assert nameless == {}
    page.goto("/")
    plays(page)
    picture = film(page).get_by_role("img").first
    assert re.search(r"\w", picture.get_attribute("aria-label") or "")
