"""Swipe to first frame presented, and bytes never watched, along the committed trace.

    nightmarket bench swipe http://localhost:8000 [--kbit 10000] [--rtt 60] [--by key|finger]

Drives Debian's Chromium (390x844, two pixels a point) through the feed of a running market, behind
the link of `bench/link.py`, along `bench/trace.csv`. The client marks each swipe and the first
frame that requestVideoFrameCallback presents after it (`nm:first-frame`); a film left before one
came counts with the time that was waited. The first film, without a swipe before it, does not
count, nor does the shell's own first visit: the service worker is in place, as on a second visit.

Bytes: what came down the link for films (`/media/*.mp4`, heads included), against the furthest
place each rendition was watched to, times its size. What was fetched ahead and left is wasted.
"""

import argparse
import statistics
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench import harness, trace
from bench.link import Link
from tests.builders import browsers

FLAGS = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
PHONE: Any = {"width": 390, "height": 844}
PIXELS = 2
READY = "() => document.querySelector('article.slide:not([inert]) video')?.currentTime > 0.3"
CONTROLLED = "() => navigator.serviceWorker?.controller != null"
DETAILS = ("first_frame_ms", "stalls_at", "films")
KEYS = {1: "ArrowDown", -1: "ArrowUp"}
RECORD = """(() => {
  const furthest = (window.nmFurthest = {});
  const stalls = (window.nmStalls = []);
  const note = (video) => {
    if (!video.duration || video.paused || !video.currentSrc) return;
    const path = new URL(video.currentSrc).pathname;
    const share = video.currentTime / video.duration;
    const known = furthest[path] ?? 0;
    furthest[path] = known > 0.85 && share < 0.2 ? 1 : Math.max(known, share);
  };
  window.nmNote = () => document.querySelectorAll('video').forEach(note);
  document.addEventListener('timeupdate', ({ target }) => note(target), true);
  document.addEventListener('ended', ({ target }) => {
    furthest[new URL(target.currentSrc).pathname] = 1;
  }, true);
  document.addEventListener('waiting', ({ target }) => {
    if (target.currentTime > 0.05 && !target.seeking && target.closest('.slide:not([inert])'))
      stalls.push([Math.round(performance.now()), target.currentTime, null]);
  }, true);
  document.addEventListener('playing', () => {
    const last = stalls.at(-1);
    if (last && last[2] === null) last[2] = Math.round(performance.now() - last[0]);
  }, true);
})()"""
READ = """() => {
  window.nmNote();
  return {
    frames: performance.getEntriesByName('nm:first-frame').map(({ duration, startTime }) =>
      [startTime, duration]),
    furthest: window.nmFurthest,
    stalls: window.nmStalls,
    now: performance.now(),
  };
}"""
FILM_MS = """() => {
  const video = document.querySelector('article.slide:not([inert]) video');
  return video && Number.isFinite(video.duration) ? video.duration * 1000 : 10000;
}"""


def main() -> None:
    """Walk the trace and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--kbit", type=int, default=10_000)
    parser.add_argument("--rtt", type=int, default=60)
    parser.add_argument("--by", choices=("key", "finger"), default="key")
    parser.add_argument("--swipes", type=int, default=trace.ROWS)
    parser.add_argument("--detail", action="store_true", help="say it of each film")
    given = parser.parse_args()
    port = int(given.url.rstrip("/").rsplit(":", 1)[1])
    with (
        Link(port, kbit=given.kbit, rtt_ms=given.rtt) as link,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        figures = walk(browser, link, given)
        browser.close()
    if not given.detail:
        for name in DETAILS:
            del figures[name]
    asked = {"kbit": given.kbit, "rtt_ms": given.rtt, "by": given.by}
    harness.publish("swipe", {**asked, **figures})


def chromium() -> str:
    """Where Debian's Chromium is."""
    found = browsers.chromium(whole=True)
    assert found, "install Debian's chromium: tools/chromium.sh"
    return found


def walk(browser: Browser, link: Link, given: argparse.Namespace) -> dict[str, Any]:
    """Visit once, come back, swipe along the trace, and return the figures."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=PIXELS, has_touch=True)
    first = context.new_page()
    first.goto(link.url)
    first.wait_for_function(CONTROLLED, timeout=60_000)
    first.wait_for_timeout(3_000)
    first.close()
    before = link.fetched("/media/")
    page = context.new_page()
    page.add_init_script(RECORD)
    page.goto(link.url)
    page.wait_for_function(READY, timeout=60_000)
    waits = [_look(page, look, given.by) for look in trace.read()[: given.swipes]]
    page.wait_for_timeout(1_500)
    found = page.evaluate(READ)
    fetched = {path: count - before.get(path, 0) for path, count in link.fetched("/media/").items()}
    context.close()
    return {
        **_frames(found, waits),
        **_stalls(found["stalls"]),
        **_bytes(link, found, fetched),
    }


def _look(page: Page, look: trace.Look, by: str) -> float:
    """Look at a film, leave it, and answer when by the page's clock."""
    page.wait_for_timeout(look.lasts_ms(page.evaluate(FILM_MS)))
    left_ms: float = page.evaluate("() => (window.nmNote(), performance.now())")
    if by == "key":
        page.keyboard.press(KEYS[look.step])
    else:
        drag(page, look.step * 520)
    return left_ms


def drag(page: Page, up_px: int) -> None:
    """Drag a finger over the film, as quick as people do, and let go."""
    session = page.context.new_cdp_session(page)
    steps, start_px = 8, 420 + up_px / 2

    def touch(kind: str, y_px: float | None) -> None:
        points = [] if y_px is None else [{"x": 150, "y": y_px}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", start_px)
    for step in range(1, steps + 1):
        touch("touchMove", start_px - up_px * step / steps)
        page.wait_for_timeout(12)
    touch("touchEnd", None)
    session.detach()


def _frames(found: dict[str, Any], left_ms: list[float]) -> dict[str, Any]:
    """Times from swipe to frame; a swipe without a frame counts with the time until the next."""
    marks = [mark for mark in found["frames"] if mark[0] >= left_ms[0] - 50]
    times = []
    for start_ms, end_ms in zip(left_ms, [*left_ms[1:], found["now"]], strict=True):
        own = [took for began, took in marks if start_ms - 50 <= began < end_ms - 50]
        times.append(own[0] if own else end_ms - start_ms)
    ordered = sorted(times)
    return {
        "swipes": len(times),
        "without_frame": len(times) - len(marks),
        "first_frame_ms_median": round(statistics.median(ordered)),
        "first_frame_ms_p95": round(ordered[int((len(ordered) - 1) * 0.95)]),
        "first_frame_ms": [round(one) for one in times],
    }


def _stalls(found: list[list[float]]) -> dict[str, Any]:
    """How often and how long a film that ran had to wait."""
    waited_ms = round(sum(one[2] or 0 for one in found))
    return {"stalls": len(found), "stalled_ms": waited_ms, "stalls_at": found}


def _bytes(link: Link, found: dict[str, Any], fetched: dict[str, int]) -> dict[str, Any]:
    films = {path: count for path, count in fetched.items() if path.endswith(".mp4") and count}
    watched = {
        path: round(min(1.0, share) * link.size(path)) for path, share in found["furthest"].items()
    }
    wasted = {path: max(0, count - watched.get(path, 0)) for path, count in films.items()}
    total = sum(films.values())
    return {
        "films": [
            [path[7:13], path.rsplit("/", 1)[1], link.size(path), count, watched.get(path, 0)]
            for path, count in films.items()
        ],
        "film_bytes": total,
        "wasted_bytes": sum(wasted.values()),
        "wasted_share": round(sum(wasted.values()) / max(1, total), 3),
        "never_seen": [
            sum(1 for path in films if path not in watched),
            sum(count for path, count in films.items() if path not in watched),
        ],
        "other_bytes": sum(fetched.values()) - total,
        "renditions": sorted({path.rsplit("/", 1)[1] for path in films}),
    }


if __name__ == "__main__":
    main()
