"""A person defends themselves and others: reports by hand and by law, blocks, mutes, and lets back in."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from web.e2e.conftest import PHONE, Market
from web.e2e.people import PASSWORD, caller_of, changed, film, join, plays, sign_in

pytestmark = pytest.mark.browser
KEEPER = "night_watch"
Queue = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def queue(browser: Browser, market: Market) -> Iterator[Queue]:
    """Answers the waiting case of a video or profile, as an operator sees it."""
    command = [sys.executable, "-m", "nightmarket.entry.cli", "admin", "create", KEEPER]
    command += ["watch@people.example", "--data", str(market.data)]
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    done = subprocess.run(
        command, input=typed, text=True, capture_output=True, start_new_session=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    context = browser.new_context(base_url=market.url)
    sign_in(context, market.url, KEEPER)
    call = caller_of(context, market.url)

    def case_of(thing_id: str) -> dict[str, Any]:
        found = call("GET", "/moderation/queue?limit=50")["items"]
        [case] = [one for one in found if one["ref"]["id"] == thing_id]
        detailed: dict[str, Any] = case
        return detailed

    yield case_of
    context.close()


def report_of(page: Page, more: str, report: str) -> Locator:
    """Open the report of the film on screen."""
    film(page).get_by_role("button", name=more, exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=report).click()
    return page.get_by_role("dialog", name=report)


def choose(page: Page, deed: str) -> None:
    """Wait for somebody's profile and choose from its menu."""
    expect(page).to_have_url(re.compile(r"/@[\w.]+$"))
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name=deed).click()


@pytest.mark.feature("V117")
@pytest.mark.feature("V136")
def test_a_report_in_german_reaches_the_queue(page: Page, market: Market, queue: Queue) -> None:
    join(page.context, market.url, "meldet_was")
    page.goto("/settings")
    page.get_by_role("main").get_by_role("combobox").first.select_option("de")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    video = market.videos[5]
    page.goto(video["deep_link"])
    plays(page)
    sheet = report_of(page, "Mehr", "Melden")
    expect(sheet).to_contain_text("Die Person erfährt nicht, wer gemeldet hat.")
    sheet.get_by_role("button", name="Hassrede").click()
    sheet.get_by_label("Was sollten wir wissen?").fill("Ab Sekunde zwei.")
    sheet.get_by_role("button", name="Meldung senden").click()
    expect(sheet.get_by_text("Danke")).to_be_visible()
    sheet.get_by_role("button", name="Fertig").click()
    expect(sheet).to_be_hidden()
    case = queue(video["video_id"])
    [report] = case["reports"]
    assert (case["policy"], report["explanation"]) == ("hate", "Ab Sekunde zwei.")
    assert not report["is_illegal"]


@pytest.mark.feature("V117")
def test_a_guest_reports_what_breaks_the_law(page: Page, market: Market, queue: Queue) -> None:
    video = market.videos[8]
    page.goto(video["deep_link"])
    plays(page)
    sheet = report_of(page, "More", "Report")
    sheet.get_by_role("button", name="Copyright and trade marks").click()
    sheet.get_by_role("switch", name="It breaks the law").click()
    send = sheet.get_by_role("button", name="Send report")
    expect(send).to_be_disabled()
    sheet.get_by_label("Law or provision").fill("§ 97 UrhG")
    sheet.get_by_label("What should we know?").fill("The whole film is mine.")
    sheet.get_by_label("E-mail for the answer").fill("owner@people.example")
    expect(send).to_be_disabled()
    sheet.get_by_role("switch", name="I believe in good faith").click()
    send.click()
    expect(sheet.get_by_text("Thank you")).to_be_visible()
    [report] = queue(video["video_id"])["reports"]
    assert report["is_illegal"]
    assert report["legal_reference"] == "§ 97 UrhG"
    assert report["contact"] == "owner@people.example"


@pytest.mark.feature("V130")
def test_who_is_blocked_is_gone_and_can_come_back(
    browser: Browser, page: Page, market: Market
) -> None:
    other = browser.new_context(base_url=market.url, viewport=PHONE)
    join(other, market.url, "rude_one")
    join(page.context, market.url, "calm_one")
    video = next(one for one in market.videos if one["creator"]["handle"] == "lantern_lane")
    say = {"text": "Nobody asked for this"}
    caller_of(other, market.url)("POST", f"/videos/{video['video_id']}/comments", say)
    page.goto(video["deep_link"])
    plays(page)
    page.keyboard.press("c")
    said = page.get_by_role("article", name="Comment by Rude_One")
    said.get_by_role("link", name="Rude_One").click()
    expect(page).to_have_url(f"{market.url}/@rude_one")
    expect(said).to_have_count(0)  # The sheet has its own "More" until it is gone.
    choose(page, "Block")
    asked = page.get_by_role("alertdialog", name="Block Rude_One?")
    expect(asked).to_contain_text("They are not told.")
    asked.get_by_role("button", name="Block").click()
    expect(page.get_by_text("You blocked Rude_One")).to_be_visible()
    page.goto(video["deep_link"])
    plays(page)
    page.keyboard.press("c")
    expect(page.get_by_role("dialog").get_by_role("tab", name="Top")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(said).to_have_count(0)
    page.goto("/settings/privacy")
    with changed(page, "**/blocks/*"):
        page.get_by_role("button", name="Unblock").click()
    page.goto(video["deep_link"])
    plays(page)
    page.keyboard.press("c")
    expect(said).to_be_visible()
    other.close()


@pytest.mark.feature("V130")
def test_films_of_who_is_blocked_vanish_at_once(page: Page, market: Market) -> None:
    """From their profile, and from the feed that was open before."""
    join(page.context, market.url, "calm_two")
    page.goto("/")
    plays(page)
    who = film(page).locator(".who a")
    name = who.inner_text()
    who.click()
    films = page.get_by_role("main").locator("a[href*='/video/']")
    expect(films.first).to_be_visible()
    choose(page, "Block")
    page.get_by_role("alertdialog").get_by_role("button", name="Block").click()
    expect(page.get_by_text(f"You blocked {name}")).to_be_visible()
    expect(films).to_have_count(0)
    page.get_by_role("navigation").get_by_role("link", name="Home").click()
    plays(page)
    expect(
        page.get_by_role("article").filter(has=page.get_by_role("link", name=name))
    ).to_have_count(0)


@pytest.mark.feature("V130")
def test_who_is_muted_stays_on_their_profile_and_leaves_the_feed(
    page: Page, market: Market
) -> None:
    join(page.context, market.url, "calm_three")
    follow = caller_of(page.context, market.url)
    account_id = follow("GET", "/profiles/yoru_ichi")["account_id"]
    follow("PUT", f"/follows/{account_id}")
    page.goto("/?tab=following")
    plays(page)
    film(page).locator(".who a").click()
    choose(page, "Mute")
    expect(page.get_by_text("You will not see their videos in your feeds")).to_be_visible()
    expect(page.get_by_role("main").locator("a[href*='/video/']").first).to_be_visible()
    page.go_back()
    expect(page.get_by_role("article")).to_have_count(0)
    page.goto("/settings/privacy")
    with changed(page, "**/mutes/*"):
        page.get_by_role("button", name="Unmute").click()
    page.goto("/?tab=following")
    plays(page)
