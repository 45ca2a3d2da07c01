"""What people do with a film and with each other: like, comment, follow."""

import json

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from web.e2e.conftest import PHONE, Market
from web.e2e.people import PLAYING_S, caller_of, changed, film, join, plays, sign_in

pytestmark = pytest.mark.browser


@pytest.mark.feature("V81")
def test_a_like_by_button_or_double_tap_is_kept(page: Page, market: Market) -> None:
    join(page.context, market.url, "heart_one")
    link = market.videos[1]["deep_link"]
    page.goto(link)
    plays(page)
    with changed(page, "**/like"):
        film(page).get_by_role("button", name="Like", exact=True).click()
    unlike = film(page).get_by_role("button", name="Take the like back")
    expect(unlike).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(unlike).to_contain_text("1")
    unlike.click()
    like = film(page).get_by_role("button", name="Like", exact=True)
    expect(like).to_contain_text("0")
    plays(page)
    page.mouse.dblclick(150, 350)
    expect(unlike).to_contain_text("1")
    assert page.evaluate(PLAYING_S) > 0


@pytest.mark.feature("V83")
def test_a_comment_is_written_over_the_playing_film(page: Page, market: Market) -> None:
    join(page.context, market.url, "talker_one")
    page.goto(market.videos[2]["deep_link"])
    plays(page)
    film(page).get_by_role("button", name="0 comments").click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("No comments yet")
    field = sheet.get_by_role("textbox")
    field.fill("What a lantern!")
    with changed(page, "**/comments"):
        field.press("Enter")
    said = sheet.get_by_role("article").filter(has_text="What a lantern!")
    expect(said).to_be_visible()
    expect(said).to_contain_text("Talker_One")
    plays(page)
    said.get_by_role("button", name="Like, 0 so far").click()
    expect(said.get_by_role("button", name="Like, 1 so far")).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.reload()
    film(page).get_by_role("button", name="1 comment").click()
    expect(page.get_by_role("dialog")).to_contain_text("What a lantern!")


@pytest.mark.feature("V2")
def test_following_somebody_fills_the_following_tab(page: Page, market: Market) -> None:
    join(page.context, market.url, "follower_one")
    page.goto("/?tab=following")
    expect(page.get_by_text("Nobody to follow yet")).to_be_visible()
    video = next(one for one in market.videos if one["creator"]["handle"] == "stall_seven")
    page.goto(video["deep_link"])
    plays(page)
    follow = film(page).get_by_role("button", name="Follow Stall Seven")
    with changed(page, "**/follows/*"):
        follow.click()
    expect(follow).to_be_hidden()
    page.goto("/@stall_seven")
    expect(page.get_by_role("button", name="Following", exact=True)).to_be_visible()
    page.goto("/")
    page.get_by_role("tab", name="Following").click()
    expect(film(page).locator(".who a")).to_have_text("Stall Seven")
    plays(page)


@pytest.mark.feature("V2")
def test_the_feed_is_told_from_which_film_a_profile_was_opened_and_followed(
    page: Page, market: Market
) -> None:
    """The visit is an event of the film's showing, and the follow on the profile names it."""
    join(page.context, market.url, "curious_one")
    page.goto("/")
    plays(page)

    def is_visit(request: Request) -> bool:
        return request.url.endswith("/events") and "profile_visit" in (request.post_data or "")

    with page.expect_request(is_visit) as told:
        film(page).locator(".who a").click()
    answer = told.value.response()
    assert answer is not None
    assert answer.json()["refused"] == []
    events = json.loads(told.value.post_data or "{}")["events"]
    (shown,) = [one["impression_id"] for one in events if one["kind"] == "profile_visit"]
    with page.expect_response("**/follows/*") as followed:
        page.get_by_role("button", name="Follow", exact=True).click()
    assert followed.value.ok
    assert followed.value.url.endswith(f"?impression_id={shown}")


@pytest.mark.feature("V83")
def test_unkind_words_are_asked_about_once_and_never_when_offline(
    page: Page, market: Market
) -> None:
    join(page.context, market.url, "hothead_one")
    page.goto(market.videos[3]["deep_link"])
    plays(page)
    film(page).get_by_role("button", name="0 comments").click()
    sheet = page.get_by_role("dialog")
    field = sheet.get_by_role("textbox")
    field.fill("Only an idiot likes this")
    field.press("Enter")
    note = sheet.get_by_role("alert").filter(has_text="This may hurt somebody")
    expect(note).to_be_visible()
    note.get_by_role("button", name="Change it").click()
    expect(note).to_be_hidden()
    expect(field).to_be_focused()
    expect(field).to_have_value("Only an idiot likes this")
    with changed(page, "**/comments"):
        field.press("Enter")
    written = sheet.get_by_role("article")
    expect(written).to_have_count(1)
    field.fill("What an idiot I am")
    field.press("Enter")
    with changed(page, "**/comments"):
        note.get_by_role("button", name="Send anyway").click()
    expect(written).to_have_count(2)
    page.context.set_offline(True)
    field.fill("No idiot can hear this")
    field.press("Enter")
    expect(written.filter(has_text="Not sent. Try again")).to_have_count(1)
    expect(note).to_be_hidden()


@pytest.mark.feature("V83")
def test_somebodys_comments_are_held_until_they_are_let_through(
    browser: Browser, page: Page, market: Market
) -> None:
    join(page.context, market.url, "loud_one")
    video = next(one for one in market.videos if one["creator"]["handle"] == "stall_seven")
    own = browser.new_context(base_url=market.url, viewport=PHONE, locale="en-US")
    sign_in(own, market.url, "stall_seven")
    desk = own.new_page()
    desk.goto("/@loud_one")
    desk.get_by_role("button", name="More").click()
    desk.get_by_role("menuitem", name="Hold their comments").click()
    expect(desk.get_by_text("now waits for you")).to_be_visible()
    say = f"/videos/{video['video_id']}/comments"
    caller_of(page.context, market.url)("POST", say, {"text": "Listen to me"})
    desk.goto("/studio/comments")
    expect(desk.get_by_text("Listen to me")).to_be_visible()
    desk.goto("/settings/privacy")
    with changed(desk, "**/limits/*"):
        desk.get_by_role("button", name="Let through").click()
    expect(desk.get_by_role("button", name="Let through")).to_have_count(0)
    own.close()


@pytest.mark.feature("V2")
def test_what_somebody_reposts_comes_to_followers_with_their_name(
    browser: Browser, page: Page, market: Market
) -> None:
    join(page.context, market.url, "passer_on")
    video = next(one for one in market.videos if one["creator"]["handle"] == "yoru_ichi")
    passer = caller_of(page.context, market.url)
    passer("PUT", f"/videos/{video['video_id']}/repost")
    account_id = passer("GET", "/profiles/passer_on")["account_id"]
    own = browser.new_context(base_url=market.url, viewport=PHONE, locale="en-US")
    join(own, market.url, "follower_two")
    caller_of(own, market.url)("PUT", f"/follows/{account_id}")
    phone = own.new_page()
    phone.goto("/?tab=following")
    told = film(phone).get_by_role("link", name="Passer_On reposted")
    expect(told).to_be_visible()
    expect(film(phone)).to_contain_text(video["caption"].split(" #")[0])
    told.click()
    expect(phone).to_have_url(f"{market.url}/@passer_on")
    own.close()


@pytest.mark.feature("V71")
@pytest.mark.feature("V84")
def test_a_creator_pins_a_film_and_a_comment_and_takes_one_off(
    browser: Browser, page: Page, market: Market
) -> None:
    """Each holds for everybody, and is still there after a reload."""
    video = market.videos[9]
    fan = browser.new_context(base_url=market.url, viewport=PHONE, locale="en-US")
    join(fan, market.url, "loyal_one")
    say = caller_of(fan, market.url)
    for text in ("Buy my followers", "Where is this stall?", "The light!"):
        say("POST", f"/videos/{video['video_id']}/comments", {"text": text})
    sign_in(page.context, market.url, "lantern_lane")
    page.goto(video["deep_link"])
    plays(page)
    film(page).get_by_role("button", name="3 comments").click()
    said = page.get_by_role("dialog").get_by_role("article")
    for text, choice in (("Where is this stall?", "Pin"), ("Buy my followers", "Delete")):
        said.filter(has_text=text).get_by_role("button", name="More").click()
        with changed(page, "**/comments/**"):
            page.get_by_role("menuitem", name=choice, exact=True).click()
    expect(said.filter(has_text="Where is this stall?")).to_contain_text("Pinned")
    expect(said).to_have_count(2)
    page.goto(f"/studio/{video['video_id']}")
    page.get_by_role("switch", name="Pin to the top of your profile").click()
    with changed(page, "**/videos/*"):
        page.get_by_role("button", name="Save", exact=True).click()

    phone = fan.new_page()
    phone.goto("/@lantern_lane")
    first = phone.get_by_role("main").locator(f"a[href*='{video['video_id']}']")
    expect(first).to_contain_text("Pinned")
    tiles = phone.locator("main a[href*='/video/']")
    expect(tiles.first).to_contain_text("Pinned")
    first.click()
    plays(phone)
    film(phone).get_by_role("button", name="2 comments").click()
    told = phone.get_by_role("dialog").get_by_role("article")
    expect(told).to_have_count(2)
    expect(told.first).to_contain_text("Where is this stall?")
    expect(told.first).to_contain_text("Pinned")
    fan.close()


@pytest.mark.feature("V3")
def test_who_follows_back_is_a_friend_with_a_tab(
    browser: Browser, page: Page, market: Market
) -> None:
    joined = join(page.context, market.url, "friendly_one")
    page.goto("/?tab=friends")
    expect(page.get_by_text("No friends here yet")).to_be_visible()
    call = caller_of(page.context, market.url)
    other = call("GET", "/profiles/yoru_ichi")["account_id"]
    call("PUT", f"/follows/{other}")
    page.reload()
    expect(page.get_by_text("No friends here yet")).to_be_visible()
    own = browser.new_context(base_url=market.url, viewport=PHONE, locale="en-US")
    sign_in(own, market.url, "yoru_ichi")
    caller_of(own, market.url)("PUT", f"/follows/{joined['account_id']}")
    own.close()
    page.goto("/")
    page.get_by_role("tab", name="Friends").click()
    expect(film(page).locator(".who a")).to_have_text("夜市")
    plays(page)
