"""Swipe to first frame presented, bytes never watched, heap and elements over many swipes.

    nightmarket bench swipe http://localhost:8000 [--swipes 40] [--kbit 10000] [--latency 60]

Drives Debian's Chromium at 390x844 through the feed of a running market. The client marks each
swipe and the first frame that requestVideoFrameCallback presents after it (`nm:first-frame`).
The trace of swipes is fixed: most films are left after two seconds, every fifth is watched longer.
"""

import argparse
import shutil
import statistics

from playwright.sync_api import Page, sync_playwright

from bench import harness

FLAGS = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
WATCH_MS = (2000, 1200, 3000, 900, 6000)
READ = """() => ({
  first_frame_ms: performance.getEntriesByName('nm:first-frame').map((entry) => entry.duration),
  videos: document.querySelectorAll('video').length,
  heap: performance.memory ? performance.memory.usedJSHeapSize : 0,
})"""


def main() -> None:
    """Swipe through the feed and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--swipes", type=int, default=40)
    parser.add_argument("--kbit", type=int, default=10_000)
    parser.add_argument("--latency", type=int, default=60)
    given = parser.parse_args()
    chromium = shutil.which("chromium")
    assert chromium, "install Debian's chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 390, "height": 844})
        figures = walk(page, given)
        browser.close()
    harness.publish("swipe", figures)


def walk(page: Page, given: argparse.Namespace) -> dict[str, object]:
    """Throttle the link, swipe, and return the figures."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    bytes_per_s = given.kbit * 1000 / 8
    devtools.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": given.latency,
            "downloadThroughput": bytes_per_s,
            "uploadThroughput": bytes_per_s,
        },
    )
    page.goto(given.url)
    page.wait_for_function("document.querySelector('video')?.readyState >= 2", timeout=60_000)
    heaps, videos_max = [], 0
    for number in range(given.swipes):
        page.wait_for_timeout(WATCH_MS[number % len(WATCH_MS)])
        page.keyboard.press("ArrowDown")
        found = page.evaluate(READ)
        videos_max = max(videos_max, found["videos"])
        heaps.append(found["heap"])
    page.wait_for_timeout(1500)
    times = sorted(page.evaluate(READ)["first_frame_ms"])
    return {
        "swipes": given.swipes,
        "first_frame_ms_median": round(statistics.median(times)) if times else None,
        "first_frame_ms_p95": round(times[int(len(times) * 0.95)]) if times else None,
        "first_frames": len(times),
        "video_elements_max": videos_max,
        "heap_mb_first_last": [round(heaps[0] / 1e6, 1), round(heaps[-1] / 1e6, 1)],
        "kbit": given.kbit,
        "latency_ms": given.latency,
    }


if __name__ == "__main__":
    main()
