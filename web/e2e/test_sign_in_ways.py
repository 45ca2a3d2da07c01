"""How people prove who they are: passkeys, codes, links from mails, and where they are signed in."""

import re

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from web.e2e.conftest import PHONE, Market
from web.e2e.mailbox import link_for
from web.e2e.people import PASSWORD, changed, film, join, plays

pytestmark = [pytest.mark.browser, pytest.mark.feature("V133")]
THUMB = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}
"""A phone's own authenticator, with a thumb on it."""
HER_PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


def sign_out(page: Page) -> None:
    """Leave by the button of the settings."""
    page.goto("/settings")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile(r"/$"))


def knock(page: Page, login: str, password: str) -> None:
    """Say on the page for it who one is."""
    page.goto("/signin?next=/settings/security")
    page.get_by_label("Handle or e-mail").fill(login)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def is_in(page: Page) -> None:
    """Stand before one's own settings."""
    expect(page).to_have_url(re.compile("/settings/security$"))
    expect(page.get_by_role("heading", name="Where you are signed in")).to_be_visible()


def test_a_passkey_opens_the_door_without_a_password(page: Page, market: Market) -> None:
    join(page.context, market.url, "thumb_one")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    thumb = device.send("WebAuthn.addVirtualAuthenticator", {"options": THUMB})
    page.goto("/settings/security")
    page.get_by_role("button", name="Add a passkey").click()
    drop = page.get_by_role("button", name=re.compile("^Delete "))
    expect(drop).to_have_count(1)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("This device has a passkey for you already.")).to_be_visible()
    expect(drop).to_have_count(1)

    sign_out(page)
    page.goto("/signin?next=/settings/security")
    page.get_by_role("button", name="Use a passkey").click()
    is_in(page)
    drop.click()
    with changed(page, "**/passkeys/*"):
        page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(drop).to_have_count(0)

    sign_out(page)
    page.goto("/signin")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_have_text(
        "This passkey does not belong to an account here."
    )
    device.send("WebAuthn.removeVirtualAuthenticator", thumb)


def test_a_passkey_turned_away_changes_nothing(page: Page, market: Market) -> None:
    join(page.context, market.url, "thumb_two")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    no_thumb = {**THUMB, "isUserVerified": False}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": no_thumb})
    with page.expect_response("**/passkeys"):
        page.goto("/settings/security")
    with page.expect_response("**/passkeys"), changed(page, "**/passkeys/registration"):
        page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("button", name=re.compile("^Delete "))).to_have_count(0)
    expect(page.get_by_text("Saved")).to_have_count(0)


def test_codes_are_asked_for_until_they_are_switched_off(page: Page, market: Market) -> None:
    join(page.context, market.url, "two_locks")
    page.goto("/settings/security")
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("img", name="Scan this")).to_be_visible()
    clock = pyotp.TOTP(page.get_by_label("Or type this key").input_value())
    code = page.get_by_label("Six-digit code")
    code.fill(clock.now())
    page.get_by_role("button", name="Confirm", exact=True).click()
    spare = page.get_by_label("Recovery codes").input_value().split()
    assert len(set(spare)) == 10

    sign_out(page)
    knock(page, "two_locks", PASSWORD)
    asked = page.get_by_label("Code from your authenticator")
    asked.fill("000000")
    enter = page.get_by_role("main").get_by_role("button", name="Sign in")
    enter.click()
    expect(page.get_by_role("alert")).to_have_text("This code is not right.")
    # Each code works once, and a clock may be one code ahead.
    asked.fill(clock.at(page.evaluate("Date.now() / 1000"), counter_offset=1))
    enter.click()
    is_in(page)

    sign_out(page)
    knock(page, "two_locks", PASSWORD)
    asked.fill(spare[0])
    enter.click()
    is_in(page)
    code.fill(spare[0])
    page.get_by_role("button", name="Switch it off").click()
    expect(page.get_by_text("This code is not right.")).to_be_visible()
    code.fill(spare[1])
    page.get_by_role("button", name="Switch it off").click()
    expect(page.get_by_role("button", name="Set it up")).to_be_visible()

    sign_out(page)
    knock(page, "two_locks", PASSWORD)
    is_in(page)


def test_a_forgotten_password_is_made_anew_from_a_mail(
    browser: Browser, page: Page, market: Market
) -> None:
    join(page.context, market.url, "forgets_much")
    page.goto("/settings/security")
    other = browser.new_context(base_url=market.url, viewport=PHONE, locale="en-US")
    tab = other.new_page()
    tab.goto("/signin")
    tab.get_by_role("link", name="Forgot your password?").click()
    tab.get_by_label("E-mail", exact=True).fill("forgets_much@people.example")
    tab.get_by_role("button", name="Send the link").click()
    expect(tab.get_by_text("a mail is on its way")).to_be_visible()
    link = link_for(tab, market.data / "mails", "forgets_much@people.example", "/reset")

    tab.goto(link)
    save = tab.get_by_role("button", name="Save the password")
    tab.get_by_label("New password").fill("password")
    save.click()
    expect(tab.get_by_role("alert")).to_contain_text("too easy to guess")
    tab.get_by_label("New password").fill("seven lanterns, one moth")
    save.click()
    expect(tab.get_by_text("every other session has ended")).to_be_visible()
    knock(tab, "forgets_much", PASSWORD)
    expect(tab.get_by_role("alert")).to_have_text("The login or the password is wrong.")
    knock(tab, "forgets_much", "seven lanterns, one moth")
    is_in(tab)

    page.reload()
    expect(page.get_by_text("Sign in to go on")).to_be_visible()
    tab.goto(link)
    tab.get_by_label("New password").fill("eight lanterns, one moth")
    save.click()
    expect(tab.get_by_role("alert")).to_contain_text("This link was used or is too old.")
    other.close()


def test_the_first_address_is_confirmed_on_another_device(
    browser: Browser, page: Page, market: Market
) -> None:
    join(page.context, market.url, "proves_it")
    page.goto("/settings/profile")
    expect(page.get_by_text("Not confirmed yet")).to_be_visible()
    other = browser.new_context(base_url=market.url, viewport=PHONE, locale="en-US")
    tab = other.new_page()
    link = link_for(tab, market.data / "mails", "proves_it@people.example")
    tab.goto(link)
    confirm = tab.get_by_role("main").get_by_role("button", name="Confirm")
    confirm.click()
    expect(tab.get_by_text("Your e-mail is confirmed.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Confirmed", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Send the mail again")).to_have_count(0)
    tab.goto(link)
    confirm.click()
    expect(tab.get_by_role("alert")).to_contain_text("This link was used or is too old.")
    other.close()


def test_a_device_that_was_ended_elsewhere_is_told_so(
    browser: Browser, page: Page, market: Market
) -> None:
    join(page.context, market.url, "two_phones")
    lost = browser.new_context(
        base_url=market.url, viewport=PHONE, locale="en-US", user_agent=HER_PHONE
    )
    tab = lost.new_page()
    knock(tab, "two_phones", PASSWORD)
    is_in(tab)
    tab.goto(market.videos[5]["deep_link"])
    plays(tab)

    page.goto("/settings/security")
    expect(page.get_by_text("this device")).to_have_count(1)
    with changed(page, "**/sessions/*"):
        page.get_by_role("button", name="End access of Safari · iPhone").click()
    expect(page.get_by_text("Safari · iPhone")).to_have_count(0)
    expect(page.get_by_text("this device")).to_be_visible()

    film(tab).get_by_role("button", name="Like", exact=True).click()
    expect(tab.get_by_role("dialog", name="You were signed out here")).to_be_visible()
    tab.goto("/settings/security")
    expect(tab.get_by_text("Sign in to go on")).to_be_visible()
    page.reload()
    expect(page.get_by_text("this device")).to_be_visible()
    lost.close()
