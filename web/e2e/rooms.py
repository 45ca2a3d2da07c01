"""The rooms that need something in them first, the sheets over a film, and what is looked for in each."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page
from playwright.sync_api import TimeoutError as Late

from nightmarket.entry.demo.api import Caller, Newcomer
from tests.builders.clips import make_clip
from web.e2e.conftest import Market, settled
from web.e2e.people import PASSWORD, caller_of, sign_in

OWNER = "langes_wort"
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen"
DENSE = "夜市の屋台で見つけた提灯の灯りがとても綺麗だったのでみんなにも見てほしいと思って撮りました"
PRESSES_MAX = 3
ICON = "use[href='#i-{}']"
STRAYS = """() => {
  const wide = document.documentElement.clientWidth;
  const ruled = (one) => getComputedStyle(one);
  const slides = (one) => {
    for (let up = one.parentElement; up; up = up.parentElement) {
      const { overflowX, textOverflow } = ruled(up);
      if (textOverflow === 'ellipsis') return true;
      if (/auto|scroll/.test(overflowX) && up.scrollWidth > up.clientWidth) return true;
    }
    return false;
  };
  const found = [];
  const over = document.documentElement.scrollWidth - wide;
  if (over > 0) found.push(`the page is ${over} px too wide`);
  for (const one of document.querySelectorAll('nav *, main *, dialog[open], dialog[open] *')) {
    if (!one.checkVisibility() || one.closest('[inert], .unseen, svg') || /IMG|VIDEO/.test(one.tagName)) continue;
    const box = one.getBoundingClientRect();
    const said = `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 50)}`;
    if (box.width && (box.left < -1 || box.right > wide + 1) && !slides(one))
      found.push(`stands out of the window: ${said}`);
    if (one.scrollWidth <= one.clientWidth + 1 || !one.clientWidth) continue;
    const { overflowX, textOverflow, display } = ruled(one);
    if (display === 'inline' || textOverflow === 'ellipsis' || ruled(one).webkitLineClamp !== 'none') continue;
    if (one.matches('button, a, h1, h2, p, label, td, th, .body') && one.textContent.trim())
      found.push(`is ${one.scrollWidth - one.clientWidth} px too full (${overflowX}): ${said}`);
  }
  return [...new Set(found)].slice(0, 8);
}"""
WATCH_MOTION = """(() => {
  window.moved = new Set();
  const look = () => {
    for (const one of document.getAnimations()) {
      const { endTime } = one.effect.getComputedTiming();
      if (endTime > 20)
        window.moved.add(`${one.animationName ?? one.transitionProperty ?? 'script'} ${endTime} ms ${one.effect.target?.className}`);
    }
    requestAnimationFrame(look);
  };
  look();
})()"""


@dataclass(frozen=True, slots=True)
class Room:
    """A screen: where it is, and what is pressed there before it is looked at."""

    name: str
    path: str
    act: Callable[[Page], None] | None = None


def press(key: str) -> Callable[[Page], None]:
    """Open a sheet with one of the feed's keys."""

    def act(page: Page) -> None:
        page.locator("article.slide:not([inert]) .caption").wait_for()
        sheet = page.locator("dialog[open]")
        for _ in range(PRESSES_MAX):  # A step back in the history may still be under way.
            page.keyboard.press(key)
            with suppress(Late):
                sheet.wait_for(timeout=3000)
                return
        pytest.fail(f"{key} opened nothing")

    return act


def choose(*icons: str) -> Callable[[Page], None]:
    """Open the sheet of everything else, and press the rows with these pictures."""

    def act(page: Page) -> None:
        more = ICON.format("more")
        page.locator(f"article.slide:not([inert]) .actions button:has({more})").click()
        for icon in icons:
            page.locator(f"dialog[open] .row:has({ICON.format(icon)})").first.click()
        page.wait_for_timeout(60)

    return act


def click(selector: str) -> Callable[[Page], None]:
    """Press the first of something."""

    def act(page: Page) -> None:
        page.locator(selector).first.click()
        page.locator("dialog[open], [popover]:popover-open").first.wait_for()

    return act


def sheets(film: str) -> tuple[Room, ...]:
    """Everything that opens over a film of somebody else."""
    return (
        Room("comments", film, press("c")),
        Room("share", film, press("s")),
        Room("save", film, press("b")),
        Room("keys", film, press("?")),
        Room("more", film, choose()),
        Room("hide", film, choose("eye-off")),
        Room("why", film, choose("info")),
        Room("report", film, choose("flag")),
        Room("report-law", film, choose("flag", "shield")),
    )


def furnish(market: Market, context: BrowserContext, folder: Path) -> tuple[Room, ...]:
    """Sign somebody in whose every name is one long word; answer their rooms, then the sheets."""
    with ThreadPoolExecutor(1) as pool:  # The browser's driver already has a loop in this thread.
        own = pool.submit(asyncio.run, _publish(market.url, folder)).result()
    sign_in(context, market.url, OWNER)
    call = caller_of(context, market.url)
    other = market.videos[10]
    playlist = call("POST", "/playlists", {"title": LONG.upper()})["playlist_id"]
    collection = call("POST", "/collections", {"title": LONG[::-1]})["collection_id"]
    for video in (own, market.videos[9]):
        call("PUT", f"/videos/{video['video_id']}/save", {"collection_id": collection})
    call("PUT", f"/playlists/{playlist}/videos/{own['video_id']}")
    call("POST", "/me/export")
    for value, level in ((LONG.lower(), 2), (DENSE, -2), ("lanterns", 1)):
        call("PUT", f"/me/interests/hashtag/{quote(value)}", {"level": level})
    said = f"/videos/{other['video_id']}/comments"
    first = call("POST", said, {"text": f"{LONG} {LONG}"})
    call("POST", said, {"text": DENSE, "parent_id": first["comment_id"]})
    return (
        Room("security", "/settings/security"),
        Room("data", "/settings/data"),
        Room("delete", "/settings/data", click("main .danger")),
        Room("forgot", "/forgot"),
        Room("reset", "/reset?token=none"),
        Room("verify", "/verify?token=none"),
        Room("profile", f"/@{OWNER}"),
        Room("hashtag", "/tag/lanterns"),
        Room("no-hashtag", f"/tag/{quote(LONG)}"),
        Room("sound", f"/sound/{own['sound']['sound_id']}"),
        Room("playlist", f"/playlist/{playlist}"),
        Room("collection", f"/collection/{collection}"),
        Room("interests", "/settings/interests"),
        Room("transparency", "/transparency"),
        Room("edit", f"/studio/{own['video_id']}"),
        Room("own-film", own["deep_link"], choose()),
        *sheets(other["deep_link"]),
    )


async def _publish(url: str, folder: Path) -> dict[str, Any]:
    person = Newcomer(OWNER, LONG[:40], "de", "de")
    async with Caller(url, "e2e") as caller:
        await caller.sign_up(person, PASSWORD)
        await caller.call("PATCH", "/me", {"bio": f"{LONG} {DENSE}"})
        video: dict[str, Any] = await caller.publish(
            make_clip(folder / "long.mp4", seconds=3, hue=0.6),
            caption=f"{LONG}{LONG} {DENSE} #{LONG.lower()} #夜市",
            sound={"title": LONG},
        )
        await settled(caller, video["video_id"])
        for _ in range(100):  # The sound is taken out of the film after the film can be watched.
            found: dict[str, Any] = await caller.call("GET", f"/videos/{video['video_id']}")
            if found["sound"]:
                return found
            await asyncio.sleep(0.1)
        pytest.fail("the film has no sound")


def enter(page: Page, room: Room) -> None:
    """Go there the way a link in the page leads, so that nothing is loaded twice."""
    was = page.evaluate("document.title") if not page.url.endswith(room.path) else ""
    page.evaluate(
        """(href) => {
          const link = Object.assign(document.createElement('a'), {href});
          document.getElementById('main').append(link);
          link.click();
          link.remove();
        }""",
        room.path,
    )
    page.wait_for_url(lambda url: url.endswith(room.path))
    page.wait_for_function("(was) => document.title !== was", arg=was)
    page.wait_for_function(
        "() => !document.querySelector('main [aria-busy=true], main .bones, main .skeleton')"
        " && document.querySelector('main h1, main h2, main .caption')?.textContent"
    )
    if room.act:
        room.act(page)


@contextmanager
def inside(page: Page, room: Room) -> Iterator[None]:
    """Be in a room, and close what was opened there."""
    enter(page, room)
    yield
    if room.act:
        page.keyboard.press("Escape")
        page.locator("dialog").wait_for(state="detached")
        page.wait_for_function("() => !history.state?.['sveltekit:states']?.sheets?.length")
