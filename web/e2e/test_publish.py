"""A clip goes from a file to a film that plays, also when the page is reloaded on the way."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.builders.clips import make_clip
from web.e2e.conftest import Market
from web.e2e.people import caption, join, plays

pytestmark = pytest.mark.browser
PATIENCE_MS = 60_000


@pytest.mark.feature("V56")
def test_a_clip_is_published_after_a_reload_and_plays(
    page: Page, market: Market, tmp_path: Path
) -> None:
    join(page.context, market.url, "maker_one")
    clip = make_clip(tmp_path / "stall.mp4", seconds=3, hue=0.1)
    page.goto("/publish")
    page.locator("input[type=file]").set_input_files(clip)
    expect(page.get_by_text("Uploaded", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_label("Caption").fill("My first stall #opening")
    page.reload()
    expect(page.get_by_text("“stall.mp4” is uploaded and waits to be published.")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_label("Caption")).to_have_value("My first stall #opening")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("It can be watched now")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("link", name="Watch it").click()
    plays(page)
    assert caption(page) == "My first stall #opening"


@pytest.mark.feature("V58")
def test_a_clip_is_cut_before_it_is_published(page: Page, market: Market, tmp_path: Path) -> None:
    join(page.context, market.url, "maker_two")
    clip = make_clip(tmp_path / "long.mp4", seconds=5, hue=0.9)
    page.goto("/publish")
    page.locator("input[type=file]").set_input_files(clip)
    page.get_by_role("slider", name="End").fill("2500")
    page.get_by_role("slider", name="Start").fill("500")
    page.get_by_role("button", name="Use this frame as cover").click()
    page.get_by_label("Caption").fill("Cut to two seconds")
    expect(page.get_by_text("Uploaded", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("It can be watched now")).to_be_visible(timeout=PATIENCE_MS)
    href = page.get_by_role("link", name="Watch it").get_attribute("href")
    assert href is not None
    page.goto(href)
    plays(page)
    length_s = page.evaluate(
        "() => document.querySelector('article.slide:not([inert]) video').duration"
    )
    assert 1.8 <= length_s <= 2.3


@pytest.mark.feature("V56")
def test_what_is_no_video_is_refused_in_words(page: Page, market: Market, tmp_path: Path) -> None:
    join(page.context, market.url, "maker_three")
    paper = tmp_path / "paper.mp4"
    paper.write_text("This is a shopping list. " * 400)
    page.goto("/publish")
    page.locator("input[type=file]").set_input_files(paper)
    expect(page.get_by_text("Uploaded", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("We could not take this video")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Publish another")).to_be_visible()
