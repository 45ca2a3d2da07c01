"""A person steers: why a film came, what is to come no more, words never to see, passing on, keeping, keys."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from web.e2e.conftest import Market
from web.e2e.people import MESSAGES, caller_of, caption, changed, film, go_on, join, plays

pytestmark = pytest.mark.browser
WALK = 5
LOOKED_MS = 2_500
"""Long enough to say something about a film: most of a short one, too little of a long one."""
OURS = "of the night"
MUTED = "() => document.querySelector('article.slide:not([inert]) video').muted"


def more(page: Page) -> Locator:
    """Open the sheet of everything else."""
    film(page).get_by_role("button", name="More", exact=True).click()
    return page.get_by_role("dialog")


def to_feed_settings(page: Page) -> None:
    """From wherever one is to the settings of the feed, by the links on the way."""
    page.get_by_role("navigation").get_by_role("link", name="Profile", exact=True).click()
    page.get_by_role("link", name="Edit profile").click()
    page.get_by_role("link", name="Privacy and feed").click()
    page.get_by_role("textbox", name="Hide videos with these words").wait_for()


def to_following(page: Page) -> None:
    """Back to the films by the bar, to those of people one follows."""
    page.get_by_role("navigation").get_by_role("link", name="Home").click()
    page.get_by_role("tab", name="Following").click()


@pytest.mark.feature("V9")
@pytest.mark.feature("V8")
def test_a_film_says_in_words_why_it_came_and_the_switch_is_there(page: Page) -> None:
    shell = json.loads((MESSAGES / "viewer.en.json").read_text("utf-8"))
    known = {said for key, said in shell.items() if key.startswith("reason.")}
    page.goto("/")
    plays(page)
    more(page).get_by_role("button", name="Why am I seeing this?").click()
    sheet = page.get_by_role("dialog", name="Why am I seeing this?")
    reasons = sheet.get_by_role("list").first.get_by_role("listitem")
    expect(reasons.first).to_be_visible()
    assert set(reasons.all_inner_texts()) <= known
    expect(sheet.get_by_text(re.compile("Proposed because: |A try: "))).to_be_visible()
    expect(sheet.get_by_text("weighed by")).to_be_visible()
    sheet.get_by_text("What was weighed").click()
    expect(sheet.get_by_role("columnheader", name="Step")).to_be_visible()
    with changed(page, "**/feed/personalisation"):
        sheet.get_by_role("switch", name="Personal feed").click()
    expect(page.get_by_text("Your feed is no longer personal")).to_be_visible()
    page.reload()
    plays(page)
    more(page).get_by_role("button", name="Why am I seeing this?").click()
    expect(sheet.get_by_role("switch", name="Personal feed")).not_to_be_checked()


@pytest.mark.feature("V10")
def test_nothing_of_somebody_comes_any_more(page: Page, market: Market) -> None:
    """Neither among the films that were on their way already, nor after a reload."""
    join(page.context, market.url, "picky_one")
    page.goto("/")
    plays(page)
    name = film(page).locator(".who a").inner_text()
    sheet = more(page)
    sheet.get_by_role("button", name="Not interested").click()
    sheet.get_by_role("button", name=f"Everything by {name}").click()
    expect(page.get_by_text("You will see less of this")).to_be_visible()
    expect(film(page).locator(".who a")).not_to_have_text(name)
    plays(page)
    for _ in range(WALK):
        go_on(page)
        assert film(page).locator(".who a").inner_text() != name
    page.reload()
    plays(page)
    for _ in range(WALK - 2):
        assert film(page).locator(".who a").inner_text() != name
        go_on(page)


@pytest.mark.feature("V10")
def test_not_interested_can_be_taken_back(page: Page, market: Market) -> None:
    join(page.context, market.url, "hasty_one")
    page.goto("/")
    plays(page)
    left = caption(page)
    sheet = more(page)
    sheet.get_by_role("button", name="Not interested").click()
    sheet.get_by_role("button", name="This video").click()
    expect(film(page).locator(".caption")).not_to_have_text(left)
    plays(page)
    with changed(page, "**/feed/not-interested"):
        page.get_by_role("button", name="Undo").click()
    to_feed_settings(page)
    expect(page.get_by_text("Nothing is hidden.")).to_be_visible()


@pytest.mark.feature("V13")
def test_films_with_a_word_leave_the_feed_until_the_word_is_let_go(
    page: Page, market: Market
) -> None:
    join(page.context, market.url, "quiet_eyes")
    call = caller_of(page.context, market.url)
    call("PUT", f"/follows/{call('GET', '/profiles/yoru_ichi')['account_id']}")
    page.goto("/?tab=following")
    plays(page)
    films = page.get_by_role("article").filter(has_text=OURS)
    expect(films.first).to_be_visible()
    to_feed_settings(page)
    field = page.get_by_role("textbox", name="Hide videos with these words")
    field.fill("night")
    with changed(page, "**/me/settings"):
        field.press("Enter")
    to_following(page)
    expect(page.get_by_role("link", name="Explore").last).to_be_visible()
    expect(films).to_have_count(0)
    to_feed_settings(page)
    with changed(page, "**/me/settings"):
        page.get_by_role("button", name="Remove night").click()
    to_following(page)
    plays(page)
    expect(films.first).to_be_visible()


@pytest.mark.feature("V91")
@pytest.mark.feature("V26")
def test_a_copied_link_leads_to_the_same_film(page: Page, market: Market) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/")
    plays(page)
    shared = caption(page)
    film(page).get_by_role("button", name="Share").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="QR code").click()
    expect(sheet.get_by_role("img", name="QR code of the link")).to_be_visible()
    sheet.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Link copied")).to_be_visible()
    expect(sheet).to_be_hidden()
    link = page.evaluate("() => navigator.clipboard.readText()")
    assert re.fullmatch(rf"{market.url}/@[\w.]+/video/\w+", link)
    other = page.context.new_page()
    other.goto(link)
    plays(other)
    assert caption(other) == shared


@pytest.mark.feature("V81")
def test_a_film_is_kept_in_a_new_collection(page: Page, market: Market) -> None:
    join(page.context, market.url, "keeps_things")
    page.goto("/")
    plays(page)
    kept = caption(page)
    film(page).get_by_role("button", name="Save", exact=True).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("New collection").fill("Rainy evenings")
    sheet.get_by_role("button", name="Create").click()
    expect(page.get_by_text("Saved to Rainy evenings")).to_be_visible()
    expect(film(page).get_by_role("button", name="Remove from saved")).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="Profile", exact=True).click()
    page.get_by_role("tab", name="Saved").click()
    films = page.get_by_role("link", name=kept)
    expect(films).to_have_count(1)
    page.get_by_role("link", name="Rainy evenings").click()
    expect(page.get_by_role("heading", name="Rainy evenings")).to_be_visible()
    films.click()
    plays(page)
    assert caption(page) == kept


@pytest.mark.feature("V50")
@pytest.mark.feature("V36")
def test_keys_switch_sound_and_speed_for_this_film_and_the_next(page: Page) -> None:
    page.goto("/")
    plays(page)
    page.keyboard.press("m")
    page.wait_for_function(f"() => !({MUTED})()")
    page.keyboard.press(">")
    expect(page.get_by_text("Speed 1.25×")).to_be_visible()
    go_on(page)
    plays(page)
    assert not page.evaluate(MUTED)
    rate = "document.querySelector('article.slide:not([inert]) video').playbackRate"
    page.wait_for_function(f"() => {rate} === 1.25")
    page.keyboard.press("m")
    page.wait_for_function(MUTED)
    page.reload()
    plays(page)
    page.wait_for_function(f"() => {rate} === 1.25")
    expect(page.get_by_role("button", name="Sound on")).to_be_visible()


@pytest.mark.feature("V11")
@pytest.mark.feature("V14")
def test_the_feed_is_started_over_and_shown_fewer_films_made_by_machines(
    page: Page, market: Market
) -> None:
    """What was learned is gone, what was set stays."""
    join(page.context, market.url, "fresh_start")
    page.goto("/")
    for _ in range(2):
        plays(page)
        page.wait_for_timeout(LOOKED_MS)
        go_on(page)
    page.goto("/settings/interests")
    learned = page.get_by_role("heading", name="Hashtags")
    expect(learned).to_be_visible()
    page.goto("/settings/privacy")
    with changed(page, "**/settings"):
        page.get_by_label("Videos made by AI").select_option("Fewer")
    with changed(page, "**/start-over"):
        page.get_by_role("button", name="Start over").click()
    expect(page.get_by_role("status").filter(has_text="starts over")).to_be_visible()
    page.goto("/settings/interests")
    expect(page.get_by_text("Nothing learned yet")).to_be_visible()
    page.goto("/settings/privacy")
    expect(page.get_by_label("Videos made by AI")).to_have_value("less")
