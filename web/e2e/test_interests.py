"""The feed learns while somebody watches, shows what it learned, and is told otherwise."""

import asyncio
import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from nightmarket.entry.demo.api import Caller, Newcomer
from tests.builders.clips import make_clip
from tests.builders.places import quick_folder
from web.e2e.conftest import PHONE, REAL_TOUCHES, opened, settled
from web.e2e.people import MESSAGES, PASSWORD, caller_of, caption, changed, film, go_on, join, plays
from web.e2e.test_quality import findings_of

pytestmark = pytest.mark.browser
KINDS = ("fractal", "kitchen")
MAKERS = 5
FILMS = 28
FILM_S = 2.0
ENOUGH = 3
LATER = 2
MOSTLY = 0.6
PLACE = "/settings/interests"


@pytest.fixture(scope="module")
def fair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A market of its own with films of two kinds, each by every one of five makers."""
    with quick_folder() as data, opened(data) as url:
        with ThreadPoolExecutor(1) as pool:  # The browser's driver has a loop in this thread.
            folder = tmp_path_factory.mktemp("films")
            pool.submit(asyncio.run, _publish(url, folder)).result()
        yield url


async def _publish(url: str, folder: Path) -> None:
    async with AsyncExitStack() as stack:
        callers = [await stack.enter_async_context(Caller(url, "e2e")) for _ in range(MAKERS)]
        for maker, caller in enumerate(callers):
            someone = Newcomer(f"maker_{maker}", f"Maker {maker}", "us", "en")
            await caller.sign_up(someone, PASSWORD)
        made = []
        for number in range(FILMS):
            clip = make_clip(folder / f"{number}.mp4", seconds=FILM_S, hue=number / FILMS)
            caption = f"Film {number} #{KINDS[number % 2]}"
            made.append(await callers[number % MAKERS].publish(clip, caption=caption))
        for number, video in enumerate(made):
            await settled(callers[number % MAKERS], video["video_id"])


@pytest.fixture
def context(browser: Browser, fair: str) -> Iterator[BrowserContext]:
    """A phone that was never here."""
    fresh = browser.new_context(base_url=fair, viewport=PHONE, has_touch=True, locale="en-US")
    fresh.add_init_script(REAL_TOUCHES)
    yield fresh
    fresh.close()


def kind_of(words: str) -> str:
    """The kind of a film by its caption."""
    return next(kind for kind in KINDS if f"#{kind}" in words)


def next_pages(page: Page) -> list[list[str]]:
    """The kinds of films on every page but the first, as they come; not those chance chose."""
    found: list[list[str]] = []

    def hear(answer: Response) -> None:
        address = urlsplit(answer.url)
        if address.path != "/api/v1/feed" or "cursor" not in parse_qs(address.query):
            return
        items = [one for one in answer.json()["items"] if not one["is_exploration"]]
        found.append([kind_of(one["video"]["caption"]) for one in items])

    page.on("response", hear)
    return found


def answers(later: list[list[str]], loved: str) -> bool:
    """Whether a page is mostly of one kind, where a page that knows nothing has as many of both."""
    return any(one.count(loved) > MOSTLY * len(one) for one in later)


def watch(page: Page, loved: str) -> bool:
    """Look at one film: of the loved kind to the end, another hardly at all; and go on.

    Answers whether it was of the loved kind.
    """
    plays(page, 0.1)
    is_loved = kind_of(caption(page)) == loved
    if is_loved:
        page.wait_for_timeout(FILM_S * 1000 + 400)
    go_on(page)
    return is_loved


@pytest.mark.feature("V1")
@pytest.mark.parametrize("loved", KINDS)
def test_the_second_page_is_of_the_kind_that_was_watched(page: Page, loved: str) -> None:
    """One kind to the end, the other skipped, by somebody who was never here before."""
    later = next_pages(page)
    page.goto("/")
    deadline, watched = time.monotonic() + 60, 0
    # A busy machine may count too late for the second page; then the third one answers.
    while time.monotonic() < deadline and len(later) < LATER and not answers(later, loved):
        watched += watch(page, loved)
    assert answers(later, loved), later
    while watched < ENOUGH:  # One or two of a kind are called little.
        watched += watch(page, loved)

    page.goto(PLACE)
    liked = page.locator(f"[data-interest='hashtag:{loved}']")
    expect(liked).to_contain_text("You like it")
    expect(liked).to_contain_text(re.compile(r"from \d videos, the latest"))
    other = next(kind for kind in KINDS if kind != loved)
    expect(page.locator(f"[data-interest='hashtag:{other}']")).to_contain_text(
        "You tend to skip it"
    )
    assert findings_of(page, PLACE) == []
    page.get_by_role("button", name=f"Forget #{loved}").click()
    expect(page.get_by_text("Forgotten.")).to_be_visible()
    expect(liked).to_have_count(0)
    page.reload()
    expect(page.locator("[data-interest^='hashtag:']").first).to_be_visible()
    expect(liked).to_have_count(0)


@pytest.mark.feature("V12")
def test_a_slider_decides_what_comes_next(page: Page, fair: str) -> None:
    """Added by its name, turned by keys, kept; the films that come are those that were asked for."""
    join(page.context, fair, "slides_it")
    page.goto("/settings")
    page.get_by_role("link", name="Your interests").click()
    expect(page.get_by_role("heading", name="Nothing learned yet")).to_be_visible()
    page.get_by_role("textbox", name="Add a hashtag").fill("kitch")
    page.get_by_role("list", name="Hashtags found").get_by_role("button", name="#kitchen").click()
    row = page.locator("[data-interest='hashtag:kitchen']")
    expect(row).to_contain_text("You set this yourself")
    slider = row.get_by_role("slider", name="How much of #kitchen")
    expect(slider).to_have_attribute("aria-valuetext", "More")
    slider.focus()
    with changed(page, "**/me/interests/hashtag/kitchen"):
        page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "As much as possible")
    assert findings_of(page, PLACE) == []
    expect(slider).to_have_value("2")

    page.goto("/")
    plays(page, 0.1)
    assert kind_of(caption(page)) == "kitchen"
    film(page).get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Why am I seeing this?").click()
    why = page.get_by_role("dialog", name="Why am I seeing this?")
    expect(why.get_by_text("You asked for more of this")).to_be_visible()
    page.keyboard.press("Escape")
    for _ in range(ENOUGH):
        words = go_on(page)
        is_drawn = film(page).get_by_text("a chance for something new").count()
        assert is_drawn or kind_of(words) == "kitchen"


@pytest.mark.feature("V10")
@pytest.mark.feature("V9")
def test_less_of_it_is_said_in_the_sheet_and_taken_back(page: Page) -> None:
    """By a guest; why says what it is weighed by; undone, nothing is left of it."""
    page.goto("/")
    plays(page, 0.1)
    kind = kind_of(caption(page))
    film(page).get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Why am I seeing this?").click()
    why = page.get_by_role("dialog", name="Why am I seeing this?")
    expect(why.get_by_text("weighed by")).to_be_visible()
    why.get_by_role("button", name="Not interested").click()
    sheet = page.get_by_role("dialog", name="Not interested")
    expect(sheet.get_by_role("heading", name="See nothing of it")).to_be_visible()
    with changed(page, "**/me/interests/**"):
        sheet.get_by_role("button", name=f"Less of #{kind}").click()
    expect(page.get_by_text("Less of this from the next page on")).to_be_visible()
    assert _levels(page) == {f"#{kind}": -1}
    with changed(page, "**/me/interests/**"):
        page.get_by_role("button", name="Undo").click()
    assert _levels(page) == {}


@pytest.mark.feature("V8")
@pytest.mark.parametrize("code", ["en", "de", "ja", "ar-XB"])
def test_nothing_is_shown_while_the_feed_is_not_personal(page: Page, code: str) -> None:
    """The page says so in the person's words, and switches it on again."""
    page.goto(f"{PLACE}?lang={code}")
    page.locator("html.awake").wait_for()
    words = json.loads(
        (MESSAGES / f"settings.{'en' if code == 'ar-XB' else code}.json").read_text("utf-8")
    )
    page.evaluate(
        """() => fetch('/api/v1/feed/personalisation', {method: 'PUT', headers:
        {'content-type': 'application/json'}, body: '{"is_personalised": false}'})"""
    )
    page.goto(f"{PLACE}?lang={code}")
    heading = page.get_by_role("heading", level=2)
    expect(heading).to_be_visible()
    if code != "ar-XB":
        expect(heading).to_have_text(words["settings.interests_off"])
    expect(page.get_by_role("slider")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_role("textbox")).to_be_visible()


def _levels(page: Page) -> dict[str, int]:
    found: dict[str, Any] = page.context.request.get("/api/v1/me/interests").json()
    return {one["title"]: one["level"] for one in found["items"] if one["level"]}


@pytest.mark.feature("V13")
def test_who_filters_everything_away_is_told_so(page: Page, fair: str) -> None:
    join(page.context, fair, "hides_all")
    caller_of(page.context, fair)("PUT", "/me/settings", {"keyword_filters": ["film"]})
    page.goto("/")
    expect(page.get_by_role("heading", name="Nothing is left after your filters")).to_be_visible()
    page.get_by_role("link", name="Your filters").click()
    with changed(page, "**/me/settings"):
        page.get_by_role("button", name="Remove film").click()
    page.goto("/")
    plays(page, 0.1)
