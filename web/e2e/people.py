"""What people do in the browser journeys, in the words of a person: sign up, look at the film, find words."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, Page, expect

PASSWORD = "correct horse battery"
MESSAGES = Path(__file__).parent.parent / "src/lib/i18n/messages"
ON_SCREEN = "article.slide:not([inert])"
PLAYING_S = """() => {
  const film = document.querySelector('article.slide:not([inert]) video');
  return film && !film.paused ? film.currentTime : 0;
}"""


def join(
    context: BrowserContext,
    url: str,
    handle: str,
    *,
    birth_date: str = "1992-02-03",
    market: str = "us",
) -> dict[str, Any]:
    """Make an account over the API and be signed in with it in this browser profile."""
    answer = context.request.post(
        f"{url}/api/v1/accounts",
        data={
            "handle": handle,
            "name": handle.title(),
            "email": f"{handle}@people.example",
            "password": PASSWORD,
            "birth_date": birth_date,
            "market": market,
            "language": "en",
        },
        headers={"Origin": url, "X-Nightmarket-Bulk": "e2e"},
    )
    assert answer.ok, answer.text()
    made: dict[str, Any] = answer.json()
    return made


def sign_in(context: BrowserContext, url: str, handle: str) -> None:
    """Be signed in as somebody who has an account."""
    answer = context.request.post(
        f"{url}/api/v1/session",
        data={"login": handle, "password": PASSWORD},
        headers={"Origin": url, "X-Nightmarket-Bulk": "e2e"},
    )
    assert answer.ok, answer.text()


def caller_of(context: BrowserContext, url: str) -> Callable[..., Any]:
    """Answer a function that calls the API as whoever is signed in in this browser profile."""

    def call(method: str, path: str, body: object = None) -> Any:
        answer = context.request.fetch(
            f"{url}/api/v1{path}",
            method=method,
            data=body,
            headers={"Origin": url, "X-Nightmarket-Bulk": "e2e"},
        )
        assert answer.ok, answer.text()
        return answer.json() if answer.text() else None

    return call


def words(key: str, language: str = "en") -> str:
    """The client's own words for a message key of its shell."""
    said: str = json.loads((MESSAGES / f"shell.{language}.json").read_text("utf-8"))[key]
    return said


def film(page: Page) -> Locator:
    """The film on screen, with its caption and buttons."""
    return page.locator(ON_SCREEN)


def caption(page: Page) -> str:
    """What the film on screen says about itself."""
    return film(page).locator(".caption").inner_text()


def plays(page: Page, beyond_s: float = 0.2) -> None:
    """Wait until the film on screen runs and its pictures move on."""
    page.wait_for_function(f"() => ({PLAYING_S})() > {beyond_s}", timeout=20_000)
    before = page.evaluate(PLAYING_S)
    page.wait_for_function(f"() => ({PLAYING_S})() !== {before}", timeout=5_000)


def changed(page: Page, address: str) -> AbstractContextManager[object]:
    """Stay inside until a change was answered at an address (a glob); reading it does not count."""
    return page.expect_response(
        lambda answer: (
            answer.request.method not in ("GET", "OPTIONS")
            and fnmatchcase(urlsplit(answer.url).path, address)
        )
    )


def go_on(page: Page, key: str = "ArrowDown") -> str:
    """Press a key of the feed and answer the caption of the film that came."""
    before = caption(page)
    page.keyboard.press(key)
    expect(film(page).locator(".caption")).not_to_have_text(before)
    return caption(page)


def swipe(page: Page, up_px: int) -> None:
    """Drag a finger over the film."""
    session = page.context.new_cdp_session(page)
    steps = 12
    start_px = 420 + up_px / 2

    def touch(kind: str, y_px: float | None) -> None:
        points = [] if y_px is None else [{"x": 150, "y": y_px}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", start_px)
    for step in range(1, steps + 1):
        touch("touchMove", start_px - up_px * step / steps)
        page.wait_for_timeout(16)
    touch("touchEnd", None)
    session.detach()
