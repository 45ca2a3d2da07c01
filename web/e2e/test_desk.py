"""The house's own rooms: what waits, who works here, who did what; a report's way to its reasons and back."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from web.e2e.conftest import PHONE, Market
from web.e2e.people import PASSWORD, caller_of, changed, join, sign_in
from web.e2e.test_quality import findings_of

pytestmark = pytest.mark.browser
KEEPER = "house_keeper"
ROOMS = (
    "/console",
    "/console/staff",
    "/console/audit",
    "/moderation",
    "/moderation?tab=appeals",
    "/moderation?tab=closed",
)
Enter = Callable[[str], Page]


@pytest.fixture(scope="module")
def keeper(market: Market) -> str:
    """The first operator, made as an operator is made: on the command line."""
    command = [sys.executable, "-m", "nightmarket.entry.cli", "admin", "create", KEEPER]
    command += ["keeper@people.example", "--data", str(market.data)]
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    done = subprocess.run(
        command, input=typed, text=True, capture_output=True, start_new_session=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return KEEPER


@pytest.fixture
def enter(browser: Browser, market: Market) -> Iterator[Enter]:
    """Opens a phone of somebody's own, signed in."""
    contexts: list[BrowserContext] = []

    def open_phone(handle: str) -> Page:
        context = browser.new_context(base_url=market.url, viewport=PHONE, locale="en-US")
        contexts.append(context)
        sign_in(context, market.url, handle)
        return context.new_page()

    yield open_phone
    for context in contexts:
        context.close()


@pytest.mark.feature("V118")
def test_a_number_leads_to_its_rows(enter: Enter, keeper: str) -> None:
    page = enter(keeper)
    page.goto("/settings")
    page.get_by_role("link", name="Console").click()
    expect(page).to_have_url(re.compile("/console$"))
    expect(page.get_by_text("Largest tables")).to_be_visible()
    page.get_by_role("link", name=re.compile("Entries in the audit log")).click()
    expect(page.get_by_role("status").filter(has_text="The chain is intact")).to_be_visible()
    entries = page.get_by_role("main").get_by_role("listitem")
    shown = page.get_by_text("The chain is intact").inner_text()
    assert f"{entries.count()} entries" in shown


@pytest.mark.feature("V118")
def test_a_role_is_given_by_keys_and_written_down(
    enter: Enter, keeper: str, page: Page, market: Market
) -> None:
    join(page.context, market.url, "fresh_helper")
    desk = enter(keeper)
    desk.goto("/console/staff")
    desk.get_by_label("Give somebody a role").focus()
    desk.keyboard.type("@fresh_helper")
    desk.keyboard.press("Enter")
    roles = desk.get_by_role("group", name="Roles of Fresh_Helper")
    moderator = roles.get_by_role("button", name="Moderator")
    moderator.focus()
    with changed(desk, "**/roles"):
        desk.keyboard.press("Enter")
    expect(moderator).to_have_attribute("aria-pressed", "true")
    desk.goto("/console/audit")
    expect(desk.get_by_text("roles").first).to_be_visible()
    page.goto("/settings")
    page.get_by_role("link", name="Console").click()
    expect(page).to_have_url(re.compile("/moderation$"))
    page.goto("/console")
    expect(page.get_by_text("Not for this account")).to_be_visible()


@pytest.mark.feature("V117")
@pytest.mark.feature("V121")
@pytest.mark.feature("V122")
def test_a_report_ends_in_reasons_and_an_appeal_overturns_them(
    enter: Enter, keeper: str, page: Page, market: Market
) -> None:
    join(page.context, market.url, "worried_one")
    video = next(one for one in market.videos if one["creator"]["handle"] == "stall_seven")
    report = {
        "ref": {"kind": "video", "id": video["video_id"]},
        "policy": "dangerous_acts",
        "is_illegal": False,
        "explanation": "Somebody could copy this.",
    }
    caller_of(page.context, market.url)("POST", "/reports", report)

    desk = enter(keeper)
    desk.goto("/moderation")
    case = desk.get_by_role("article").filter(has_text="Somebody could copy this.")
    case.get_by_role("button", name="Take this case").click()
    case.get_by_label("Decision", exact=True).select_option("label")
    case.get_by_label("Facts and reasons").fill("Fire close to paper, and no word about it.")
    case.get_by_role("button", name="Decide").click()
    expect(case).to_have_count(0)
    desk.get_by_role("tab", name="Decided").click()
    expect(desk.get_by_role("listitem").first).to_contain_text("Label")

    owner = enter("stall_seven")
    owner.goto("/studio/statements")
    expect(owner.get_by_text("Fire close to paper, and no word about it.")).to_be_visible()
    owner.get_by_label("Why is this wrong?").fill("It is a drawing of a fire.")
    owner.get_by_role("button", name="Appeal").click()
    expect(owner.get_by_text("Your appeal is being looked at.")).to_be_visible()

    desk.goto("/moderation?tab=appeals")
    asked = desk.get_by_role("article").filter(has_text="It is a drawing of a fire.")
    asked.get_by_label("Answer to the owner").fill("You are right.")
    asked.get_by_role("button", name="Overturn it").click()
    expect(asked).to_have_count(0)
    owner.reload()
    expect(owner.get_by_text("The decision was overturned.")).to_be_visible()


@pytest.mark.feature("V51")
def test_no_room_of_the_house_has_a_serious_finding(enter: Enter, keeper: str) -> None:
    page = enter(keeper)
    assert {path: found for path in ROOMS if (found := findings_of(page, path))} == {}
