"""A clip goes from a file to a film that plays, also when the page is reloaded on the way."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.builders.clips import make_clip
from web.e2e.conftest import Market
from web.e2e.people import caller_of, caption, join, plays, sign_in

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
    page.get_by_label("Who may watch").select_option("followers")
    page.reload()
    expect(page.get_by_text("“stall.mp4” is uploaded and waits to be published.")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_label("Caption")).to_have_value("My first stall #opening")
    expect(page.get_by_label("Who may watch")).to_have_value("followers")
    page.get_by_label("Who may watch").select_option("everyone")
    page.get_by_label("Name of the sound").fill("Bell of the first stall")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("It can be watched now")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("link", name="Watch it").click()
    plays(page)
    assert caption(page) == "My first stall #opening"
    call = caller_of(page.context, market.url)
    titles: list[str] = []
    while not titles:
        page.wait_for_timeout(200)
        titles = [one["title"] for one in call("GET", "/sounds?query=bell")["items"]]
    assert titles == ["Bell of the first stall"]


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


@pytest.mark.feature("V58")
def test_a_clip_is_cropped_with_keys_and_by_hand(
    page: Page, market: Market, tmp_path: Path
) -> None:
    join(page.context, market.url, "maker_four")
    clip = make_clip(tmp_path / "square.mp4", seconds=3, hue=0.5)
    page.goto("/publish")
    page.locator("input[type=file]").set_input_files(clip)
    page.get_by_label("Caption").fill("Cut to a square")
    page.get_by_role("radio", name="1:1").check()
    frame = page.get_by_role("button", name="Move the frame")
    expect(frame).to_have_accessible_description("0 % from the left, 22 % from the top")
    frame.press("Shift+ArrowUp")
    frame.press("ArrowDown")
    expect(frame).to_have_accessible_description("0 % from the left, 13 % from the top")
    box = frame.bounding_box()
    assert box is not None
    assert abs(box["width"] - box["height"]) < 1.5
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"], box["y"] + 1_000, steps=4)
    page.mouse.up()
    expect(frame).to_have_accessible_description("0 % from the left, 44 % from the top")
    page.get_by_role("slider", name="Size of the frame").fill("0.8")
    expect(page.get_by_text("Uploaded", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("It can be watched now")).to_be_visible(timeout=PATIENCE_MS)
    href = page.get_by_role("link", name="Watch it").get_attribute("href")
    assert href is not None
    page.goto(href)
    plays(page)
    film = "document.querySelector('article.slide:not([inert]) video')"
    assert page.evaluate(f"() => [{film}.videoWidth, {film}.videoHeight]") == [288, 288]


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


@pytest.mark.feature("V58")
def test_another_frame_of_a_published_film_becomes_its_cover(page: Page, market: Market) -> None:
    video = next(one for one in market.videos if one["creator"]["handle"] == "yoru_ichi")
    sign_in(page.context, market.url, "yoru_ichi")
    page.goto(f"/studio/{video['video_id']}")
    poster = page.locator("a.film img")
    before = poster.get_attribute("src")
    page.get_by_role("slider", name="Moment").fill("1500")
    page.get_by_role("button", name="Use this frame as cover").click()
    expect(page.get_by_text("The cover is being made.")).to_be_visible()
    expect(page.get_by_text("The new cover is there.")).to_be_visible(timeout=PATIENCE_MS)
    assert poster.get_attribute("src") != before
