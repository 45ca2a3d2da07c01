"""What belongs to a person: the address, programs that may act, lists, who follows, what was hidden."""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from web.e2e.conftest import PHONE, Market
from web.e2e.mailbox import link_for
from web.e2e.people import PASSWORD, caller_of, changed, film, join, plays, sign_in

pytestmark = pytest.mark.browser
AT_ONCE_MS = 100
LATE = """(() => {
  const send = window.fetch;
  window.fetch = async (to, how) => {
    const method = how?.method ?? 'GET';
    if (method !== 'GET') await new Promise((go) => setTimeout(go, 2000));
    return send(to, how);
  };
})()"""
PRESS = """async ([what, becomes]) => {
  const one = document.querySelector(what);
  const before = one.checked;
  const is = {
    pressed: () => one.getAttribute('aria-pressed') === 'true',
    gone: () => !one.isConnected,
    checked: () => one.checked === !before,
  }[becomes];
  const from = performance.now();
  one.click();
  while (!is() && performance.now() - from < 3000) {
    await new Promise((go) => requestAnimationFrame(go));
  }
  return performance.now() - from;
}"""


@pytest.mark.feature("V133")
def test_another_address_counts_once_its_mail_is_answered(page: Page, market: Market) -> None:
    join(page.context, market.url, "moved_house")
    page.goto("/settings/profile")
    page.get_by_role("button", name="Change the address").click()
    page.get_by_label("New address").fill("new-house@people.example")
    page.get_by_label("Current password").fill("not my password")
    page.get_by_role("button", name="Send the mail", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_role("button", name="Send the mail", exact=True).click()
    expect(page.get_by_text("A mail is on its way to new-house@people.example")).to_be_visible()
    page.goto(link_for(page, market.data / "mails", "new-house@people.example"))
    page.get_by_role("main").get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Your e-mail is confirmed.")).to_be_visible()
    page.goto("/settings/profile")
    expect(page.get_by_text("new-house@people.example")).to_be_visible()
    expect(page.get_by_text("Confirmed", exact=True)).to_be_visible()


@pytest.fixture
def program() -> Iterator[str]:
    """Where a program on this machine waits for those who let it in."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"back")

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/back"
        server.shutdown()


@pytest.mark.feature("V138")
def test_a_program_is_registered_let_in_and_sent_away(
    page: Page, market: Market, program: str
) -> None:
    join(page.context, market.url, "clock_smith")
    page.goto("/settings/tokens")
    page.get_by_label("Name of the app").fill("Night Clock")
    page.get_by_label("Addresses it comes back to").fill(program)
    page.get_by_role("button", name="Register the app").click()
    client_id = page.get_by_label("Client id").input_value()
    let_in(page, market, client_id, program)

    page.goto("/settings/apps")
    expect(page.get_by_text("Night Clock")).to_be_visible()
    expect(page.get_by_text("profile:read")).to_be_visible()
    page.get_by_role("button", name="End access of Night Clock").click()
    with changed(page, "**/oauth/grants/*"):
        page.get_by_role("alertdialog").get_by_role("button", name="End access").click()
    expect(page.get_by_text("No apps")).to_be_visible()
    assert caller_of(page.context, market.url)("GET", "/oauth/grants")["items"] == []


def let_in(page: Page, market: Market, client_id: str, back: str) -> None:
    """Agree on the consent page, and change the code for tokens as the program would."""
    verifier = "v" * 64
    proof = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    page.goto(
        f"/api/v1/oauth/authorize?response_type=code&client_id={client_id}&redirect_uri={back}"
        f"&scope=profile:read&code_challenge={proof}&code_challenge_method=S256"
    )
    page.locator("button[value=yes]").click()
    page.wait_for_url(f"{back}**")
    code = re.search(r"code=([^&]+)", page.url)
    assert code is not None
    answer = page.context.request.post(
        f"{market.url}/api/v1/oauth/token",
        form={
            "grant_type": "authorization_code",
            "client_id": client_id,
            "code": code.group(1),
            "redirect_uri": back,
            "code_verifier": verifier,
        },
    )
    assert answer.ok, answer.text()


@pytest.mark.feature("V138")
def test_a_token_is_shown_once_and_deleted(page: Page, market: Market) -> None:
    join(page.context, market.url, "token_smith")
    page.goto("/settings/tokens")
    make = page.get_by_role("button", name="Make the token")
    expect(make).to_be_disabled()
    page.get_by_label("What it is for").fill("Backup script")
    page.get_by_role("switch").first.check()
    make.click()
    token = page.get_by_label("Your new token").input_value()
    assert token.startswith("nm_")
    page.reload()
    expect(page.get_by_text("Backup script")).to_be_visible()
    expect(page.get_by_label("Your new token")).to_have_count(0)
    page.get_by_role("button", name="Delete Backup script").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Backup script")).to_have_count(0)


@pytest.mark.feature("V81")
def test_a_collection_is_made_renamed_and_deleted_by_keys(page: Page, market: Market) -> None:
    join(page.context, market.url, "shelf_one")
    page.goto("/settings")
    page.get_by_role("link", name="Collections").press("Enter")
    page.get_by_label("New collection").focus()
    page.keyboard.type("Quiet nights")
    page.keyboard.press("Enter")
    shelf = page.get_by_role("list", name="Collections")
    expect(shelf).to_contain_text("Quiet nights")
    call = caller_of(page.context, market.url)
    made = call("GET", "/collections")["items"][0]["collection_id"]
    call("PUT", f"/videos/{market.videos[0]['video_id']}/save", {"collection_id": made})
    shelf.get_by_role("link").press("Enter")
    films = page.get_by_role("main").locator("a[href*='/video/']")
    expect(films).to_have_count(1)
    menu = page.get_by_role("main").get_by_role("button", name="More")
    menu.press("Enter")
    page.keyboard.press("Enter")
    name = page.get_by_role("dialog").get_by_label("Name")
    name.fill("Loud nights")
    name.press("Enter")
    expect(page.get_by_role("heading", name="Loud nights")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    menu.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").press("Enter")
    expect(page).to_have_url(re.compile("/collections$"))
    expect(page.get_by_text("No collections yet")).to_be_visible()
    assert len(call("GET", "/me/saves")["items"]) == 1


@pytest.mark.feature("V27")
def test_a_playlist_is_filled_from_ones_own_videos(page: Page, market: Market) -> None:
    sign_in(page.context, market.url, "lantern_lane")
    page.goto("/@lantern_lane")
    page.get_by_role("tab", name="Playlists").click()
    page.get_by_label("New playlist").fill("How it begins")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("link", name=re.compile("How it begins")).click()
    page.get_by_role("button", name="Choose videos").click()
    sheet = page.get_by_role("dialog")
    with changed(page, "**/playlists/*/videos/*"):
        sheet.locator("button[aria-pressed=false]").first.click()
    sheet.get_by_role("button", name="Done").click()
    expect(page.get_by_role("main").locator("a[href*='/video/']")).to_have_count(1)
    expect(page.get_by_text("1 video", exact=True)).to_be_visible()


@pytest.mark.feature("V96")
def test_a_private_account_says_why_and_takes_a_request(
    browser: Browser, page: Page, market: Market
) -> None:
    join(page.context, market.url, "door_keeper")
    caller_of(page.context, market.url)("PATCH", "/me", {"is_private": True})
    other = browser.new_context(base_url=market.url, viewport=PHONE, locale="en-US")
    join(other, market.url, "at_the_door")
    tab = other.new_page()
    tab.goto("/@door_keeper")
    expect(tab.get_by_text("Private account").last).to_be_visible()
    with changed(tab, "**/follows/*"):
        tab.get_by_role("button", name="Ask to follow").click()
    expect(tab.get_by_text("Door_Keeper has your request.")).to_be_visible()

    page.goto("/settings/privacy")
    with changed(page, "**/follow-requests/*"):
        page.get_by_role("button", name="Accept").click()
    tab.reload()
    expect(tab.get_by_role("button", name="Following", exact=True).first).to_be_visible()
    expect(tab.get_by_role("tab", name="Videos")).to_be_visible()
    page.goto("/@door_keeper")
    page.get_by_role("button", name="Followers").click()
    people = page.get_by_role("dialog")
    expect(people).to_contain_text("At_The_Door")
    people.get_by_role("button", name="Remove At_The_Door from your followers").click()
    expect(people).to_contain_text("Nobody yet")
    other.close()


@pytest.mark.feature("V82")
def test_reposts_stand_on_the_profile(page: Page, market: Market) -> None:
    join(page.context, market.url, "echo_one")
    video = market.videos[4]
    caller_of(page.context, market.url)("PUT", f"/videos/{video['video_id']}/repost")
    page.goto("/@echo_one")
    page.get_by_role("tab", name="Reposts").click()
    films = page.get_by_role("main").locator("a[href*='/video/']")
    expect(films).to_have_count(1)
    films.first.click()
    expect(film(page).locator(".caption")).to_contain_text(video["caption"].split(" #")[0])


@pytest.mark.feature("V10")
def test_what_was_hidden_is_shown_again(page: Page, market: Market) -> None:
    join(page.context, market.url, "second_look")
    wish = {"scope": "hashtag", "value": "stall2"}
    call = caller_of(page.context, market.url)
    call("POST", "/feed/not-interested", wish)
    page.goto("/settings/privacy")
    expect(page.get_by_text("Videos with this hashtag")).to_be_visible()
    with changed(page, "**/feed/not-interested"):
        page.get_by_role("button", name="Show again").click()
    expect(page.get_by_text("Nothing is hidden.")).to_be_visible()
    assert call("GET", "/feed/hidden")["items"] == []


@pytest.mark.feature("V85")
def test_a_held_comment_waits_for_its_creator(browser: Browser, page: Page, market: Market) -> None:
    sign_in(page.context, market.url, "yoru_ichi")
    hold = {"keywords": ["spoiler"], "hold_links": False, "hold_all": False}
    caller_of(page.context, market.url)("PUT", "/me/comment-filters", hold)
    video = market.videos[11]
    other = browser.new_context(base_url=market.url, viewport=PHONE, locale="en-US")
    join(other, market.url, "knows_the_end")
    write = caller_of(other, market.url)
    for text in ("A spoiler: the light goes out", "Another spoiler, ruder"):
        write("POST", f"/videos/{video['video_id']}/comments", {"text": text})
    page.goto("/studio/comments")
    rows = page.get_by_role("main").get_by_role("listitem")
    with changed(page, "**/comments/*"):
        rows.filter(has_text="ruder").get_by_role("button", name="Delete").click()
    with changed(page, "**/release"):
        rows.get_by_role("button", name="Release").click()
    expect(page.get_by_text("Nothing waits")).to_be_visible()
    shown = write("GET", f"/videos/{video['video_id']}/comments")["items"]
    assert "A spoiler: the light goes out" in [one["text"] for one in shown]
    assert "Another spoiler, ruder" not in [one["text"] for one in shown]
    other.close()


@pytest.mark.feature("V83")
def test_a_heart_pressed_while_the_comment_is_on_its_way_is_kept(
    page: Page, market: Market
) -> None:
    join(page.context, market.url, "quick_heart")

    def slowly(route: Any) -> None:
        """The list takes longest: what is written meanwhile must not vanish when it comes."""
        page.wait_for_timeout(1500 if route.request.method == "GET" else 600)
        route.continue_()

    page.goto(market.videos[7]["deep_link"])
    plays(page)
    page.route("**/videos/*/comments", slowly)
    film(page).get_by_role("button", name=re.compile("comment")).click()
    sheet = page.get_by_role("dialog")
    field = sheet.get_by_role("textbox")
    field.fill("Before it was saved")
    field.press("Enter")
    said = sheet.get_by_role("article").filter(has_text="Before it was saved")
    with page.expect_response(re.compile(r"/comments/\w+/like")):
        said.get_by_role("button", name="Like, 0 so far").click()
    page.unroute("**/videos/*/comments")
    expect(said.get_by_role("button", name="Like, 1 so far")).to_be_visible()
    page.reload()
    film(page).get_by_role("button", name=re.compile("comment")).click()
    kept = page.get_by_role("dialog").get_by_role("article").filter(has_text="Before it was saved")
    expect(kept.get_by_role("button", name="Like, 1 so far")).to_be_visible()


@pytest.mark.feature("V45")
@pytest.mark.feature("V70")
def test_subtitles_and_earlier_captions_stand_in_the_studio(
    page: Page, market: Market, tmp_path: Path
) -> None:
    sign_in(page.context, market.url, "stall_seven")
    video = next(one for one in market.videos if one["creator"]["handle"] == "stall_seven")
    words = tmp_path / "words.vtt"
    words.write_text("WEBVTT\n\n00:00.000 --> 00:02.000\nA light.\n")
    page.goto(f"/studio/{video['video_id']}")
    page.get_by_label("Subtitles (WebVTT or SRT)").set_input_files(words)
    expect(page.get_by_role("link", name="Open", exact=True)).to_be_visible()
    page.get_by_label("Caption", exact=True).fill("Another name #lanterns #stall1")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile("/studio$"))
    page.goto(f"/studio/{video['video_id']}")
    earlier = page.get_by_role("list", name="Earlier captions").get_by_role("listitem")
    expect(earlier.first).to_contain_text(video["caption"])
    with changed(page, "**/captions/*"):
        page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("link", name="Open", exact=True)).to_have_count(0)


@pytest.mark.feature("V81")
@pytest.mark.feature("V82")
def test_every_press_answers_before_the_server_does(page: Page, market: Market) -> None:
    """With a server that takes two seconds, what was pressed shows within a tenth of one."""
    join(page.context, market.url, "impatient_one")
    video = next(one for one in market.videos if one["creator"]["handle"] == "yoru_ichi")
    page.add_init_script(LATE)
    here = "article.slide:not([inert])"
    page.goto(video["deep_link"])
    plays(page)
    answers = [
        page.evaluate(PRESS, [f"{here} button[aria-label='Like']", "pressed"]),
        page.evaluate(PRESS, [f"{here} .follow", "gone"]),
    ]
    page.goto("/settings/notifications")
    mail = "input[aria-label='Likes, By e-mail']"
    page.locator(mail).wait_for()
    answers.append(page.evaluate(PRESS, [mail, "checked"]))
    page.goto("/settings/privacy")
    page.get_by_label("Videos made by AI").wait_for()
    answers.append(page.evaluate(PRESS, ["[role=switch]", "checked"]))
    assert max(answers) < AT_ONCE_MS, answers
