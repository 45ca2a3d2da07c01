"""Photographs every screen of a running demo market, for the documentation and for looking at it.

`python -m web.e2e.screens http://localhost:8000 [folder] [look ...]`; looks are the keys of `LOOKS`.
"""

import contextlib
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from playwright.sync_api import Error as BrowserError

from nightmarket.entry.demo.door import PASSWORD
from tests.builders.browsers import chromium
from web.e2e.stage import Props, set_stage

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
FOLDER = Path("docs/screens")
BYTES_MAX = 240_000
COLOURS = (256, 160, 96, 48)
FILM = "article.slide:not([inert])"
PLAYS = "() => [...document.querySelectorAll('video')].some((one) => one.currentTime > 1.2)"


@dataclass(frozen=True, slots=True)
class Look:
    """How a browser is set up."""

    size: ViewportSize
    scheme: Literal["light", "dark"]
    language: str = "en"
    is_still: bool = False


LOOKS = {
    "phone": Look(PHONE, "dark"),
    "desktop": Look(DESKTOP, "light"),
    "phone-light": Look(PHONE, "light"),
    "desktop-dark": Look(DESKTOP, "dark"),
    "phone-german": Look(PHONE, "dark", "de"),
    "phone-right-to-left": Look(PHONE, "light", "ar-XB", is_still=True),
}
COMMITTED = ("phone", "desktop")


@dataclass(frozen=True, slots=True)
class Screen:
    """One photograph: whose, where, and what is done before it is taken."""

    name: str
    path: str
    who: str | None = None
    act: Callable[[Page], None] | None = None
    is_bright: bool = False
    """Light in every look: so that each page is seen by day and the films by night."""


def play(page: Page) -> None:
    """Wait until the film runs."""
    page.wait_for_function(PLAYS)


def touch(icon: str) -> Callable[[Page], None]:
    """Press one of the buttons beside the running film."""

    def act(page: Page) -> None:
        play(page)
        page.locator(f"{FILM} .actions button:has(use[href='#i-{icon}'])").click()
        page.mouse.move(1, 1)
        page.wait_for_timeout(1500)

    return act


def click(selector: str) -> Callable[[Page], None]:
    """Press something and wait until it has moved."""

    def act(page: Page) -> None:
        page.locator(selector).first.click()
        page.wait_for_timeout(900)

    return act


def more(*icons: str) -> Callable[[Page], None]:
    """Open the sheet of everything else, then press the rows with these drawings."""

    def act(page: Page) -> None:
        play(page)
        page.locator(f"{FILM} .actions button:has(use[href='#i-more'])").click()
        for icon in icons:
            page.wait_for_timeout(600)
            page.locator(f"dialog[open] .row:has(use[href='#i-{icon}'])").first.click()
        page.mouse.move(1, 1)
        page.wait_for_timeout(1200)

    return act


def screens(props: Props) -> tuple[Screen, ...]:
    """Every screen of the market with these props."""
    video_id = props.video_id
    film = f"/@lantern.lane/video/{video_id}"
    return (
        Screen("feed", "/", None, play),
        Screen("explore", "/explore"),
        Screen("search", "/search"),
        Screen("results", "/search?q=lantern"),
        Screen("signin", "/signin"),
        Screen("signup", "/signup"),
        Screen("forgot", "/forgot", is_bright=True),
        Screen("reset", "/reset?token=photograph", is_bright=True),
        Screen("verify", "/verify?token=photograph", is_bright=True),
        Screen("mails", "/mails"),
        Screen("transparency", "/transparency", is_bright=True),
        Screen("market-rules", "/transparency/market?market=de"),
        Screen("profile", "/@lantern.lane", "mia"),
        Screen("private", "/@keeper", "mia"),
        Screen("comments", film, "mia", touch("comment-fill")),
        Screen("share", film, "mia", touch("share-fill")),
        Screen("more", "/", "mia", more()),
        Screen("why", "/", "mia", more("info")),
        Screen("report", film, "mia", more("flag")),
        Screen("hashtag", "/tag/nightmarket", "mia", is_bright=True),
        Screen("sound", f"/sound/{props.sound_id}", "mia", is_bright=True),
        Screen("playlist", f"/playlist/{props.playlist_id}", "lantern.lane", is_bright=True),
        Screen("collections", "/collections", "mia"),
        Screen("collection", f"/collection/{props.collection_id}", "mia", is_bright=True),
        Screen("settings", "/settings", "mia"),
        Screen("settings-profile", "/settings/profile", "lantern.lane", is_bright=True),
        Screen("settings-interests", "/settings/interests", "mia"),
        Screen("settings-permissions", "/settings/permissions", "mia"),
        Screen("settings-privacy", "/settings/privacy", "mia"),
        Screen("settings-notifications", "/settings/notifications", "mia"),
        Screen("settings-apps", "/settings/apps", "mia"),
        Screen("settings-security", "/settings/security", "mia", is_bright=True),
        Screen("settings-data", "/settings/data", "mia", is_bright=True),
        Screen("inbox", "/inbox", "lantern.lane"),
        Screen("publish", "/publish", "lantern.lane"),
        Screen("studio", "/studio", "lantern.lane"),
        Screen("studio-edit", f"/studio/{video_id}", "lantern.lane"),
        Screen("studio-comments", "/studio/comments", "lantern.lane"),
        Screen("developers", "/settings/tokens", "lantern.lane"),
        Screen("statements", "/studio/statements", "juno.draws"),
        Screen("console", "/console", "keeper"),
        Screen("staff", "/console/staff", "keeper"),
        Screen("audit", "/console/audit", "keeper"),
        Screen("appeals", "/moderation?tab=appeals", "keeper"),
        Screen("moderation", "/moderation", "keeper", click("main article button")),
    )


class Photographer:
    """Walks through the screens in one look."""

    def __init__(self, browser: Browser, url: str, folder: Path, name: str) -> None:
        self._browser, self._url, self._folder, self._name = browser, url, folder, name
        self._contexts: dict[str | None, BrowserContext] = {}

    def go(self, wanted: tuple[Screen, ...]) -> None:
        """Take every screen, each in a tab of its own."""
        for screen in wanted:
            page = self._context(screen.who).new_page()
            if screen.is_bright:
                page.emulate_media(color_scheme="light")
            page.goto(screen.path)
            with contextlib.suppress(BrowserError):  # A page with a film may never be idle.
                page.wait_for_load_state("networkidle", timeout=4000)
            page.wait_for_timeout(400)
            if screen.act:
                screen.act(page)
            data = page.screenshot()
            (self._folder / f"{screen.name}-{self._name}.png").write_bytes(_lighten(data))
            page.close()
        for context in self._contexts.values():
            context.close()

    def _context(self, who: str | None) -> BrowserContext:
        if who not in self._contexts:
            look = LOOKS[self._name]
            context = self._browser.new_context(
                base_url=self._url,
                viewport=look.size,
                color_scheme=look.scheme,
                reduced_motion="reduce" if look.is_still else "no-preference",
                locale="en-US",
            )
            speak = f"localStorage.setItem('nm.language', '{look.language}')"
            context.add_init_script(speak)
            self._contexts[who] = context
            if who:
                answer = context.request.post(
                    "/api/v1/session",
                    data={"login": who, "password": PASSWORD},
                    headers={"Origin": self._url},
                )
                assert answer.ok, answer.text()
        return self._contexts[who]


def _lighten(png: bytes) -> bytes:
    """The same picture with as many colours as fit the limit."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    data = png
    for colours in COLOURS:
        out = io.BytesIO()
        picture.quantize(colours).save(out, "PNG", optimize=True)
        data = out.getvalue()
        if len(data) <= BYTES_MAX:
            break
    return data


def main(url: str, folder: Path, looks: tuple[str, ...]) -> None:
    """Write one PNG per screen and look into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = screens(set_stage(url))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(whole=True),
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
        )
        for look in looks:
            Photographer(browser, url, folder, look).go(wanted)
        browser.close()


if __name__ == "__main__":
    given = sys.argv[1:] or ["http://localhost:8000"]
    main(given[0], Path(given[1]) if len(given) > 1 else FOLDER, tuple(given[2:]) or COMMITTED)
