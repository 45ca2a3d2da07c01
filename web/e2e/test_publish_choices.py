"""Who publishes chooses: when, for whom, with whose words, with which label; and others find it so."""

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.builders.clips import make_clip
from web.e2e.conftest import PHONE, Market
from web.e2e.people import caller_of, changed, film, join, plays

pytestmark = pytest.mark.browser
PATIENCE_MS = 60_000
DAY_S = 86_400
VTT = "WEBVTT\n\n00:00.000 --> 00:03.000\nThe lamp is lit.\n"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds to publish again and again."""
    return make_clip(tmp_path_factory.mktemp("choices") / "lamp.mp4", seconds=2, hue=0.35)


@pytest.fixture
def stranger(browser: Browser, market: Market) -> Iterator[Page]:
    """The tab of somebody else, a guest."""
    context = browser.new_context(base_url=market.url, viewport=PHONE, locale="en-US")
    yield context.new_page()
    context.close()


def bring(page: Page, clip: Path, words: str) -> None:
    """Pick a file, wait until it is uploaded, and say what it is."""
    page.goto("/publish")
    page.locator("input[type=file]").set_input_files(clip)
    page.get_by_label("Caption").fill(words)
    expect(page.get_by_text("Uploaded", exact=True)).to_be_visible(timeout=PATIENCE_MS)


def publish(page: Page) -> str:
    """Publish and answer the link of the film."""
    page.get_by_role("button", name="Publish", exact=True).click()
    watch = page.get_by_role("link", name="Watch it")
    expect(watch).to_be_visible(timeout=PATIENCE_MS)
    link = watch.get_attribute("href")
    assert link is not None
    return link


def finds_nothing(page: Page, link: str) -> None:
    """Open a link and be told that there is nothing."""
    page.goto(link)
    expect(page.get_by_text("This video is gone, or not yours to see.")).to_be_visible()


@pytest.mark.feature("V69")
def test_a_film_for_tomorrow_waits_in_the_studio(
    page: Page, market: Market, stranger: Page, clip: Path
) -> None:
    join(page.context, market.url, "early_bird")
    bring(page, clip, "Not before tomorrow")
    tomorrow = time.strftime("%Y-%m-%dT12:00", time.localtime(time.time() + DAY_S))
    page.get_by_text("More options").click()
    page.get_by_label("Publish at").fill(tomorrow)
    page.get_by_role("button", name="Schedule").click()
    expect(page.get_by_role("heading", name="Scheduled")).to_be_visible()
    page.get_by_role("link", name="To your studio").click()
    page.get_by_role("tab", name="Scheduled").click()
    row = page.get_by_role("listitem").filter(has_text="Not before tomorrow")
    expect(row).to_contain_text("12:00")
    [video] = caller_of(page.context, market.url)("GET", "/me/videos?state=scheduled")["items"]
    finds_nothing(stranger, video["deep_link"])
    stranger.goto("/@early_bird")
    expect(stranger.get_by_text("Nothing here yet")).to_be_visible()


@pytest.mark.feature("V68")
def test_a_draft_is_published_from_the_studio(
    page: Page, market: Market, stranger: Page, clip: Path
) -> None:
    join(page.context, market.url, "slow_hand")
    bring(page, clip, "Finished some day")
    page.get_by_role("button", name="Save as draft").click()
    expect(page.get_by_role("heading", name="Saved as a draft")).to_be_visible()
    page.get_by_role("link", name="To your studio").click()
    row = page.get_by_role("listitem").filter(has_text="Finished some day")
    expect(row).to_contain_text("Drafts")
    [video] = caller_of(page.context, market.url)("GET", "/me/videos?state=draft")["items"]
    finds_nothing(stranger, video["deep_link"])
    row.get_by_role("button", name="Publish", exact=True).click()
    expect(row).to_contain_text("Live", timeout=PATIENCE_MS)
    stranger.goto(video["deep_link"])
    plays(stranger)


@pytest.mark.feature("V72")
def test_what_is_for_followers_and_what_is_for_nobody_stays_closed(
    browser: Browser, page: Page, market: Market, stranger: Page, clip: Path
) -> None:
    me = join(page.context, market.url, "inner_circle")
    other = browser.new_context(base_url=market.url, viewport=PHONE, locale="en-US")
    join(other, market.url, "in_the_circle")
    caller_of(other, market.url)("PUT", f"/follows/{me['account_id']}")
    follower = other.new_page()
    bring(page, clip, "For the circle")
    page.get_by_label("Who may watch").select_option("Followers")
    link = publish(page)
    finds_nothing(stranger, link)
    follower.goto(link)
    plays(follower)
    page.goto(f"/studio/{link.rsplit('/', 1)[-1]}")
    page.get_by_label("Who may watch").select_option("Only me")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    finds_nothing(follower, link)
    page.goto(link)
    plays(page)
    other.close()


@pytest.mark.feature("V52", "V73", "V77")
@pytest.mark.feature("V74")
@pytest.mark.feature("V45")
def test_viewers_find_the_label_the_captions_and_no_field(
    page: Page, market: Market, stranger: Page, clip: Path, tmp_path: Path
) -> None:
    join(page.context, market.url, "robot_friend")
    words = tmp_path / "lamp.vtt"
    words.write_text(VTT)
    bring(page, clip, "Drawn by a machine")
    page.get_by_label("Who may comment").select_option("Nobody")
    page.get_by_role("switch", name="Made or changed with AI").click()
    page.get_by_role("switch", name="Paid partnership").click()
    page.get_by_text("More options").click()
    page.get_by_label("Description for people who cannot see it").fill("A lamp goes on.")
    page.get_by_label("Subtitles (WebVTT or SRT)").set_input_files(words)
    expect(page.get_by_label("Language of the subtitles")).to_be_visible()
    link = publish(page)
    stranger.goto(link)
    plays(stranger)
    expect(film(stranger).get_by_text("AI-made, says the creator")).to_be_visible()
    expect(film(stranger).get_by_text("Paid partnership")).to_be_visible()
    expect(film(stranger).get_by_label("A lamp goes on.")).to_be_visible()
    expect(film(stranger).get_by_text("The lamp is lit.")).to_be_visible()
    film(stranger).get_by_role("button", name="0 comments").click()
    sheet = stranger.get_by_role("dialog")
    expect(sheet.get_by_text("Comments are closed")).to_be_visible()
    expect(sheet.get_by_role("textbox")).to_have_count(0)


@pytest.mark.feature("V45")
def test_a_broken_captions_file_is_refused_in_words(
    page: Page, market: Market, clip: Path, tmp_path: Path
) -> None:
    """The film itself is published; its subtitles can be chosen again."""
    join(page.context, market.url, "torn_pages")
    broken = tmp_path / "broken.vtt"
    broken.write_text("WEBVTT\n\nThese words belong to no moment.\n")
    bring(page, clip, "Words are missing")
    page.get_by_text("More options").click()
    page.get_by_label("Subtitles (WebVTT or SRT)").set_input_files(broken)
    publish(page)
    told = page.get_by_role("alert")
    expect(told).to_contain_text("No subtitles can be read in this file.")
    page.get_by_role("link", name="Choose a file").click()
    whole = tmp_path / "whole.vtt"
    whole.write_text(VTT)
    with changed(page, "**/captions/en"):
        page.get_by_label("Subtitles (WebVTT or SRT)").set_input_files(whole)
    expect(page.get_by_role("link", name="Open")).to_be_visible()


@pytest.mark.feature("V124")
def test_a_film_for_adults_is_covered_until_somebody_grown_up_wants_it(
    browser: Browser, page: Page, market: Market, stranger: Page, clip: Path
) -> None:
    join(page.context, market.url, "late_show")
    bring(page, clip, "After midnight")
    page.get_by_text("More options").click()
    page.get_by_role("switch", name="Not for minors").click()
    link = publish(page)
    page.goto(link)
    plays(page)
    finds_nothing(stranger, link)
    grown = browser.new_context(base_url=market.url, viewport=PHONE, locale="en-US")
    join(grown, market.url, "night_shift")
    tab = grown.new_page()
    tab.goto(link)
    film(tab).get_by_role("button", name="Show it").click()
    plays(tab)
    tab.reload()
    expect(film(tab).get_by_role("button", name="Show it")).to_be_visible()
    tab.goto("/settings/privacy")
    with changed(tab, "**/me/settings"):
        tab.get_by_role("switch", name="Show videos for adults").click()
    tab.goto(link)
    plays(tab)
    plays_once_it_is_known_who_is_here(browser, grown, market.url)
    grown.close()


def plays_once_it_is_known_who_is_here(browser: Browser, grown: BrowserContext, url: str) -> None:
    """The films came before the session did: what covered them for a moment goes by itself."""
    same = browser.new_context(
        base_url=url,
        storage_state=grown.storage_state(),
        service_workers="block",  # It would fetch the page past what is laid in the way here.
        viewport=PHONE,
        locale="en-US",
    )
    tab = same.new_page()

    def bare(route: Route) -> None:
        page = route.fetch()
        route.fulfill(response=page, body=page.text().replace("nm-boot", "no-boot"))

    def for_adults(route: Route) -> None:
        feed = route.fetch()
        items = [
            {**item, "video": {**item["video"], "content_level": "mature"}}
            for item in feed.json()["items"]
        ]
        route.fulfill(response=feed, json={**feed.json(), "items": items})

    asked: list[Route] = []
    tab.route(lambda address: urlsplit(address).path == "/", bare)
    tab.route("**/api/v1/feed?*", for_adults)
    tab.route("**/api/v1/session", lambda route: asked.append(route))  # noqa: PLW0108
    tab.goto("/")
    expect(film(tab).get_by_role("button", name="Show it")).to_be_visible()
    asked.pop().continue_()
    plays(tab)
    expect(film(tab).get_by_role("button", name="Show it")).to_have_count(0)
    same.close()


@pytest.mark.feature("V60")
def test_a_sound_is_found_mixed_in_and_named(
    page: Page, market: Market, stranger: Page, clip: Path, tmp_path: Path
) -> None:
    """The film is by another sound than its own, which plays along more quietly."""
    join(page.context, market.url, "drum_maker")
    bring(page, make_clip(tmp_path / "beat.mp4", seconds=3, hue=0.97), "First beat")
    page.get_by_text("More options").click()
    page.get_by_label("Name of the sound").fill("Beat of the drum maker")
    first = publish(page).rsplit("/", 1)[-1]
    call, ends_s = caller_of(page.context, market.url), time.monotonic() + PATIENCE_MS / 1000
    while call("GET", f"/videos/{first}")["sound"] is None:  # On offer once the film is whole.
        assert time.monotonic() < ends_s
        time.sleep(0.1)
    join(page.context, market.url, "drum_friend")
    bring(page, clip, "Second beat")
    page.get_by_text("More options").click()
    page.get_by_label("Find another sound").fill("drum breaker")
    expect(page.get_by_text("No sound has these words.")).to_be_visible()
    page.get_by_label("Find another sound").fill("drum maker")
    page.get_by_role("button", name="Beat of the drum maker").click()
    expect(page.get_by_role("radio", name="Beat of the drum maker")).to_be_checked()
    page.get_by_role("slider", name="Own sound").fill("20")
    page.get_by_role("slider", name="Added sound").fill("80")
    link = publish(page)
    stranger.goto(link)
    plays(stranger)
    film(stranger).get_by_role("link", name="Beat of the drum maker", exact=True).click()
    expect(stranger.get_by_role("heading", name="Beat of the drum maker")).to_be_visible()
    expect(stranger.get_by_text("2 videos")).to_be_visible()
