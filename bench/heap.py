"""Five hundred swipes: does the page's memory stay, and how many video elements are there?

    nightmarket bench heap http://localhost:8000 [--swipes 500]

No slow link: this is about memory. Every fifty swipes the garbage is collected and the JavaScript
heap, the document's nodes and the video elements are counted. The first fifty warm the page up.
"""

import argparse
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from bench import harness
from bench.swipe import FLAGS, PHONE, READY, chromium

EVERY = 50
WATCH_MS = 350
VIDEOS = "() => document.querySelectorAll('video').length"
FRAMES = "() => performance.getEntriesByName('nm:first-frame').length"


def main() -> None:
    """Swipe and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--swipes", type=int, default=500)
    given = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport=PHONE)
        figures = walk(page, given.url, given.swipes)
        browser.close()
    harness.publish("heap", figures)


def walk(page: Page, url: str, swipes: int) -> dict[str, Any]:
    """Swipe, and count what is there every `EVERY` films."""
    devtools = page.context.new_cdp_session(page)
    page.goto(url)
    page.wait_for_function(READY, timeout=60_000)
    videos_max = 0
    heaps_mb: list[float] = []
    nodes: list[int] = []
    for number in range(1, swipes + 1):
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(WATCH_MS)
        videos_max = max(videos_max, page.evaluate(VIDEOS))
        if number % EVERY == 0:
            heap_mb, count = _look(devtools)
            heaps_mb.append(heap_mb)
            nodes.append(count)
    return {
        "swipes": swipes,
        "first_frames": page.evaluate(FRAMES),
        "video_elements_max": videos_max,
        "heap_mb": heaps_mb,
        "heap_mb_growth": round(heaps_mb[-1] - heaps_mb[0], 2),
        "nodes": nodes,
    }


def _look(devtools: CDPSession) -> tuple[float, int]:
    devtools.send("HeapProfiler.collectGarbage")
    used = devtools.send("Runtime.getHeapUsage")["usedSize"]
    counters = devtools.send("Memory.getDOMCounters")
    return round(used / 1e6, 2), counters["nodes"]


if __name__ == "__main__":
    main()
