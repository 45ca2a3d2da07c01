"""The feed page on a slow link: largest picture, layout shifts, and how quickly it answers.

    nightmarket bench page http://localhost:8000 [--kbit 1600] [--rtt 150] [--visits 5]

Each visit is a fresh profile of Debian's Chromium (390x844, two pixels a point) behind the link of
`bench/link.py`, with nothing cached. After the film runs the visitor pauses, swipes, likes, opens
and closes comments and turns the sound on and off; INP is the slowest of these answers, as the
browser's own Event Timing reports them. Medians and the worst of all visits are printed.
"""

import argparse
import statistics
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench import harness
from bench.link import Link
from bench.swipe import FLAGS, PHONE, PIXELS, READY, chromium

OBSERVE = """(() => {
  const seen = (window.nmSeen = { lcp: 0, what: '', cls: 0, events: {} });
  const observe = (type, take, more = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take))
      .observe({ type, buffered: true, ...more });
  observe('largest-contentful-paint', (entry) => {
    seen.lcp = entry.startTime;
    seen.what = entry.url || entry.element?.className || entry.element?.tagName || '';
  });
  observe('layout-shift', (entry) => { if (!entry.hadRecentInput) seen.cls += entry.value; });
  observe('event', (entry) => {
    if (!entry.interactionId) return;
    const known = seen.events[entry.interactionId];
    if (!known || known[1] < entry.duration)
      seen.events[entry.interactionId] = [
        entry.name, entry.duration,
        Math.round(entry.processingStart - entry.startTime),
        Math.round(entry.processingEnd - entry.processingStart),
      ];
  }, { durationThreshold: 16 });
})()"""
PAINTS = """() => ({
  ...window.nmSeen,
  fcp: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
  html: performance.getEntriesByType('navigation')[0].responseEnd,
})"""
KEYS = ("Space", "Space", "ArrowDown", "ArrowDown", "ArrowUp", "m", "m", "ArrowDown")
PAUSE_MS = 900


def main() -> None:
    """Visit, act, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--kbit", type=int, default=1_600)
    parser.add_argument("--rtt", type=int, default=150)
    parser.add_argument("--visits", type=int, default=5)
    given = parser.parse_args()
    port = int(given.url.rstrip("/").rsplit(":", 1)[1])
    with sync_playwright() as playwright:
        visits = []
        for _ in range(given.visits):
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            with Link(port, kbit=given.kbit, rtt_ms=given.rtt) as link:
                visits.append(visit(browser, link))
            browser.close()
    harness.publish("page", {"kbit": given.kbit, "rtt_ms": given.rtt, **_summary(visits)})


def visit(browser: Browser, link: Link) -> dict[str, Any]:
    """One visit: look at the page, use it, and answer what it measured."""
    page = browser.new_page(viewport=PHONE, device_scale_factor=PIXELS, has_touch=True)
    page.add_init_script(OBSERVE)
    page.goto(link.url)
    page.wait_for_function(READY, timeout=60_000)
    page.wait_for_timeout(1_500)
    paints: dict[str, Any] = page.evaluate(PAINTS)
    _use(page)
    used = page.evaluate(PAINTS)
    page.close()
    return {**paints, "cls": used["cls"], "events": list(used["events"].values())}


def _use(page: Page) -> None:
    for key in KEYS:
        page.keyboard.press(key)
        page.wait_for_timeout(PAUSE_MS)
    page.mouse.click(150, 350)
    page.wait_for_timeout(PAUSE_MS)
    page.mouse.click(150, 350)
    page.wait_for_timeout(PAUSE_MS)
    page.keyboard.press("c")
    page.wait_for_timeout(3 * PAUSE_MS)
    page.keyboard.press("Escape")
    page.wait_for_timeout(PAUSE_MS)


def _summary(visits: list[dict[str, Any]]) -> dict[str, Any]:
    answers = [max([event[1] for event in one["events"]], default=0) for one in visits]
    slowest = max((event for one in visits for event in one["events"]), key=lambda one: one[1])
    figures: dict[str, Any] = {"visits": len(visits)}
    for name in ("html", "fcp", "lcp"):
        times = [one[name] for one in visits]
        figures[f"{name}_ms_median"] = round(statistics.median(times))
        figures[f"{name}_ms_worst"] = round(max(times))
    return {
        **figures,
        "lcp_is": sorted({one["what"].split("/")[-1] for one in visits}),
        "cls_worst": round(max(one["cls"] for one in visits), 4),
        "inp_ms_median": round(statistics.median(answers)),
        "inp_ms_worst": round(max(answers)),
        "slowest": dict(zip(("event", "ms", "waited_ms", "handled_ms"), slowest, strict=True)),
    }


if __name__ == "__main__":
    main()
