"""Photographs every screen of a running market, for the documentation and for looking at it.

`python -m web.e2e.screens http://localhost:8000 [folder] [handle] [password]`
"""

import contextlib
import io
import shutil
import sys
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from playwright.sync_api import Error as BrowserError

from nightmarket.entry.demo.crowd import NAMES, PASSWORD

SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "desktop": {"width": 1440, "height": 900},
}
FOLDER = Path("docs/screens")
BYTES_MAX = 400_000
COLOURS = (256, 160, 96, 48)
Scheme = Literal["light", "dark"]
LOOKS: tuple[tuple[str, Scheme], ...] = (("phone", "dark"), ("desktop", "light"))
OPEN = ("explore", "search", "signin", "signup", "transparency")
SIGNED_IN = ("inbox", "publish", "studio", "settings", "settings/privacy")


def main(url: str, folder: Path, handle: str, password: str) -> None:
    """Write one PNG per screen and size into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
        )
        for size, scheme in LOOKS:
            Photographer(browser, url, folder, size).go(handle, password, scheme)
        browser.close()


class Photographer:
    """Walks through the screens at one size."""

    def __init__(self, browser: Browser, url: str, folder: Path, size: str) -> None:
        self._browser, self._url, self._folder, self._size = browser, url, folder, size

    def go(self, handle: str, password: str, scheme: Scheme) -> None:
        """Take the open screens as a guest, the others signed in."""
        context = self._context(scheme)
        page = context.new_page()
        page.goto("/")
        self._film(page)
        self._take(page, "feed")
        for path in OPEN:
            self._visit(page, path)
        is_in = self._sign_in(context, handle, password)
        page.goto("/")
        self._film(page)
        page.keyboard.press("c")
        page.wait_for_timeout(1500)
        self._take(page, "comments")
        profile = page.locator("article.slide:not([inert]) .who a").first.get_attribute("href")
        self._visit(page, (profile or "/").strip("/"), "profile")
        for path in SIGNED_IN if is_in else ():
            self._visit(page, path)
        context.close()

    def _context(self, scheme: Scheme) -> BrowserContext:
        return self._browser.new_context(
            base_url=self._url,
            viewport=SIZES[self._size],
            color_scheme=scheme,
            locale="en-US",
            device_scale_factor=1,
        )

    def _sign_in(self, context: BrowserContext, handle: str, password: str) -> bool:
        answer = context.request.post(
            "/api/v1/session",
            data={"login": handle, "password": password},
            headers={"Origin": self._url},
        )
        if not answer.ok:
            print(f"{handle} cannot sign in ({answer.status}): the signed-in screens are left out")  # noqa: T201 a script speaks to who runs it
        return answer.ok

    def _film(self, page: Page) -> None:
        page.wait_for_function(
            "() => [...document.querySelectorAll('video')].some((one) => one.currentTime > 1.2)"
        )

    def _visit(self, page: Page, path: str, name: str = "") -> None:
        page.goto(f"/{path}")
        with contextlib.suppress(BrowserError):  # A page with a film may never be idle.
            page.wait_for_load_state("networkidle", timeout=4000)
        page.wait_for_timeout(400)
        self._take(page, name or path.replace("/", "-"))

    def _take(self, page: Page, name: str) -> None:
        data = page.screenshot()
        (self._folder / f"{name}-{self._size}.png").write_bytes(_lighten(data))


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


if __name__ == "__main__":
    given = dict(enumerate(sys.argv))
    main(
        given.get(1, "http://localhost:8000"),
        Path(given.get(2, str(FOLDER))),
        given.get(3, NAMES[0][0]),
        given.get(4, PASSWORD),
    )
