"""What every screen owes to everybody: accessible, steady, usable by keys, calm when asked, and there without a network."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from bench.link import Link
from web.e2e.conftest import DESKTOP, PHONE, Market
from web.e2e.people import caption, film, go_on, join, plays, words
from web.e2e.rooms import STRAYS, WATCH_MOTION, Room, furnish, inside

pytestmark = pytest.mark.browser
AXE = Path(__file__).parent.parent / "node_modules/axe-core/axe.min.js"
SCREENS = ("/", "/explore", "/@lantern_lane", "/search?q=clip", "/signin", "/signup")
SIGNED_IN = (
    "/inbox",
    "/settings",
    "/settings/privacy",
    "/settings/interests",
    "/settings/profile",
    "/settings/notifications",
    "/settings/apps",
    "/settings/tokens",
    "/collections",
    "/transparency/market",
    "/publish",
    "/studio",
    "/studio/comments",
    "/studio/statements",
)
WIDE = ("/inbox", "/settings/privacy", "/publish", "/studio")
SHIFT_MAX = 0.02
GLIDE_MAX = 0.01
RUN = """async (rules) => {
  const runOnly = rules.length ? {runOnly: rules} : {};
  const found = await axe.run(document, {resultTypes: ['violations'], ...runOnly});
  return found.violations
    .filter(({impact}) => impact === 'serious' || impact === 'critical')
    .map(({id, nodes}) => id + ': ' + nodes.slice(0, 3).map(({html}) => html.slice(0, 140)).join(' | '));
}"""
WATCH_SHIFTS = """() => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const one of list.getEntries())
      if (!one.hadRecentInput) window.shifts.push(one.value);
  }).observe({type: 'layout-shift', buffered: true});
}"""


def settle(page: Page, path: str) -> None:
    page.goto(path)
    page.locator("html.awake").wait_for()
    page.wait_for_load_state("networkidle") if urlsplit(path).path != "/" else plays(page)


def findings_of(page: Page, path: str) -> list[str]:
    """Open a screen and answer what axe finds serious in it."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run tools/web.sh build")
    settle(page, path)
    page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(RUN, [])
    return found


@pytest.mark.feature("V50")
@pytest.mark.parametrize(
    ("size", "scheme", "signed_in"),
    [(PHONE, "dark", SIGNED_IN), (DESKTOP, "light", WIDE)],
    ids=["phone", "desktop"],
)
def test_no_screen_has_a_serious_finding(
    browser: Browser, market: Market, size: ViewportSize, scheme: Any, signed_in: tuple[str, ...]
) -> None:
    context = browser.new_context(
        base_url=market.url,
        viewport=size,
        color_scheme=scheme,
        reduced_motion="reduce",
        locale="en-US",
    )
    page = context.new_page()
    findings = {}
    for path in (*SCREENS, *signed_in):
        if path == signed_in[0]:
            join(context, market.url, f"eyes_{scheme}")
        found = findings_of(page, path)
        if found:
            findings[path] = found
    context.close()
    assert findings == {}


@pytest.mark.feature("V50")
def test_keys_alone_lead_through_the_market(browser: Browser, market: Market) -> None:
    context = browser.new_context(base_url=market.url, viewport=DESKTOP, locale="en-US")
    join(context, market.url, "keys_only")
    page = context.new_page()
    page.goto("/")
    plays(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name=words("nav.skip"))).to_be_focused()
    page.keyboard.press("Enter")
    first = caption(page)
    second = go_on(page)
    assert second != first
    page.keyboard.press("l")
    expect(film(page).get_by_role("button", name="Take the like back")).to_be_visible()
    page.keyboard.press("c")
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement?.tagName") == "TEXTAREA":
            break
    page.keyboard.type("Written without a mouse")
    page.keyboard.press("Enter")
    expect(sheet.get_by_role("article")).to_contain_text("Written without a mouse")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    assert go_on(page, "ArrowUp") == first
    context.close()


@pytest.mark.feature("V31")
def test_reduced_motion_changes_films_without_gliding(browser: Browser, market: Market) -> None:
    context = browser.new_context(
        base_url=market.url, viewport=PHONE, reduced_motion="reduce", locale="en-US"
    )
    page = context.new_page()
    page.goto("/")
    plays(page)
    go_on(page)
    steps = page.evaluate("""() => new Promise((done) => {
      const box = document.querySelector('.scroller');
      const seen = new Set();
      box.addEventListener('scroll', () => seen.add(box.scrollTop / box.clientHeight));
      document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowDown', bubbles: true}));
      setTimeout(() => done([...seen]), 700);
    })""")
    assert steps
    assert all(abs(step - round(step)) < GLIDE_MAX for step in steps)
    context.close()


@pytest.mark.feature("V1")
def test_nothing_moves_while_screens_fill(page: Page) -> None:
    page.add_init_script(f"({WATCH_SHIFTS})()")
    moved = {}
    for path in ("/", "/explore", "/@lantern_lane", "/signin"):
        settle(page, path)
        page.wait_for_timeout(500)
        moved[path] = sum(page.evaluate("() => window.shifts"))
    assert {path: sum_ for path, sum_ in moved.items() if sum_ > SHIFT_MAX} == {}


@pytest.mark.feature("V137")
def test_it_can_be_installed_and_opens_without_a_network(page: Page) -> None:
    page.goto("/explore")
    href = page.locator("link[rel=manifest]").get_attribute("href")
    assert href is not None
    manifest = page.evaluate("(href) => fetch(href).then((answer) => answer.json())", href)
    assert manifest["display"] == "standalone"
    assert manifest["name"] == "Nightmarket"
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("You are offline").first).to_be_visible()
    expect(page.get_by_role("navigation").first).to_be_visible()
    page.context.set_offline(False)


@pytest.mark.feature("V32")
def test_on_a_slow_link_a_picture_stands_where_the_film_will_play(
    browser: Browser, market: Market
) -> None:
    """Slow 4G: the poster first, then the film, and the next one as soon as it is wanted."""
    port = urlsplit(market.url).port
    assert port is not None
    with Link(port, kbit=1600, rtt_ms=150) as link:
        context = browser.new_context(base_url=link.url, viewport=PHONE, locale="en-US")
        page = context.new_page()
        page.goto("/")
        expect(film(page).locator("img.film")).to_be_visible()
        plays(page)
        first = caption(page)
        assert go_on(page) != first
        plays(page)
        context.close()


@pytest.mark.feature("V136")
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_right_to_left_no_screen_runs_over_its_edge(
    browser: Browser, market: Market, size: ViewportSize
) -> None:
    """Made from English and a third longer: what breaks in translation breaks here."""
    context = browser.new_context(base_url=market.url, viewport=size, locale="en-US")
    page = context.new_page()
    over = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    wide = {}
    for path in SCREENS:
        settle(page, f"{path}{'&' if '?' in path else '?'}lang=ar-XB")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        if page.evaluate(over) > 0:
            wide[path] = page.evaluate(over)
    context.close()
    assert wide == {}


@pytest.fixture(scope="module")
def house(
    browser: Browser, market: Market, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[BrowserContext, tuple[Room, ...]]]:
    """A person with long names, signed in, and the rooms and sheets of theirs."""
    context = browser.new_context(
        base_url=market.url, viewport=PHONE, reduced_motion="reduce", locale="en-US"
    )
    context.add_init_script(WATCH_MOTION)
    yield context, furnish(market, context, tmp_path_factory.mktemp("long"))
    context.close()


@pytest.mark.feature("V49")
@pytest.mark.feature("V50")
def test_every_room_and_sheet_is_accessible_and_still(
    house: tuple[BrowserContext, tuple[Room, ...]],
) -> None:
    """Both sizes and both schemes; what differs between schemes is colour."""
    context, rooms = house
    page = context.new_page()
    settle(page, "/explore?lang=en")
    page.evaluate(AXE.read_text("utf-8"))
    findings: dict[str, list[str]] = {}
    for room in rooms:
        with inside(page, room):
            for size, scheme, rules in (
                (PHONE, "dark", []),
                (PHONE, "light", ["color-contrast"]),
                (DESKTOP, "light", []),
                (DESKTOP, "dark", ["color-contrast"]),
            ):
                page.set_viewport_size(size)
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # Of the two.
                name = f"{room.name} {size['width']} {scheme}"
                found = page.evaluate(RUN, rules)
                if found:
                    findings[name] = found
            page.set_viewport_size(PHONE)
    assert findings == {}
    assert page.evaluate("[...window.moved]") == []
    page.close()


@pytest.mark.feature("V136")
@pytest.mark.parametrize("language", ["ar-XB", "de", "ja"])
def test_no_room_or_sheet_runs_over_its_edge(
    house: tuple[BrowserContext, tuple[Room, ...]], language: str
) -> None:
    context, rooms = house
    page = context.new_page()
    settle(page, f"/explore?lang={language}")
    page.set_viewport_size(PHONE)
    strays: dict[str, list[str]] = {}
    for room in rooms:
        with inside(page, room):
            for size in (PHONE, DESKTOP):
                page.set_viewport_size(size)
                found = page.evaluate(STRAYS)
                if found:
                    strays[f"{room.name} {size['width']}"] = found
            page.set_viewport_size(PHONE)
    page.close()
    assert strays == {}
