"""A whole Nightmarket for the browser journeys: real processes, real clips, Debian's Chromium."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from nightmarket.entry.demo.api import Caller, Newcomer
from tests.builders.browsers import chromium
from tests.builders.clips import make_clip
from tests.builders.places import quick_folder

expect.set_options(timeout=15_000)  # Two cores may be busy with a transcode.
PASSWORD = "correct horse battery"
CREATORS = (
    Newcomer("lantern_lane", "Lantern Lane", "us", "en"),
    Newcomer("stall_seven", "Stall Seven", "de", "de"),
    Newcomer("yoru_ichi", "夜市", "jp", "ja"),
)
CLIPS = 12
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
REAL_TOUCHES = """(() => {
  let touched = false;
  const note = (event) => { touched ||= event.isTrusted; };
  for (const kind of ['pointerdown', 'keydown']) addEventListener(kind, note, { capture: true });
  Object.defineProperty(navigator, 'userActivation', {
    get: () => ({ hasBeenActive: touched, isActive: touched }),
  });
})()"""
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1440, "height": 900}


@dataclass(frozen=True)
class Market:
    """A running Nightmarket and what was published in it."""

    url: str
    data: Path
    videos: tuple[dict[str, Any], ...]


def free_port() -> int:
    """Return a port whose neighbour is free too: the WebSocket process takes the next one."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@pytest.fixture(scope="session")
def running() -> Iterator[tuple[str, Path]]:
    """The market that most journeys share."""
    with quick_folder() as data, opened(data) as url:
        yield url, data


@contextmanager
def opened(data: Path) -> Iterator[str]:
    """The whole process tree, as an operator starts it; answers its address."""
    port = free_port()
    environment = {**os.environ, "NIGHTMARKET_BULK_KEY": "e2e", "NIGHTMARKET_SHOW_MAILS": "1"}
    command = [sys.executable, "-m", "nightmarket.entry.cli", "up"]
    command += ["--data", str(data), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("ready "):
                break
        else:
            pytest.fail("the market did not start")
        yield f"http://localhost:{port}"
        process.terminate()
        process.wait(40)


@pytest.fixture(scope="session")
def market(running: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Market:
    """A market with three creators and a dozen clips of different colours and captions."""
    url, data = running
    videos = asyncio.run(_publish(url, tmp_path_factory.mktemp("clips")))
    return Market(url, data, tuple(videos))


async def _publish(url: str, folder: Path) -> list[dict[str, Any]]:
    """Hand everything in, and wait for it at the end: the market prepares one film after another."""
    videos = []
    async with AsyncExitStack() as stack:
        callers = [await stack.enter_async_context(Caller(url, "e2e")) for _ in CREATORS]
        for caller, creator in zip(callers, CREATORS, strict=True):
            await caller.sign_up(creator, PASSWORD)
        for number in range(CLIPS):
            clip = make_clip(folder / f"{number}.mp4", seconds=3, hue=number / CLIPS)
            caption = f"Clip {number} of the night #lanterns #stall{number % 4}"
            videos.append(await callers[number % len(callers)].publish(clip, caption=caption))
        for number, video in enumerate(videos):
            await settled(callers[number % len(callers)], video["video_id"])
    return videos


async def settled(caller: Caller, video_id: str) -> None:
    """Wait until a video can be watched."""
    for _ in range(600):
        progress = await caller.call("GET", f"/videos/{video_id}/progress")
        if progress["first_playable"] is not None:
            return
        assert progress["refusal"] is None, progress
        await asyncio.sleep(0.1)
    pytest.fail("the video did not go live")


@pytest.fixture(scope="session")
def browser(market: Market) -> Iterator[Browser]:
    """Debian's Chromium, headless; started after the market, which needs its own event loop."""
    del market
    path = chromium()
    if path is None:
        pytest.skip("Chromium is not installed: run tools/chromium.sh")
    with sync_playwright() as playwright:
        driven = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield driven
        driven.close()


@pytest.fixture
def context(browser: Browser, market: Market) -> Iterator[BrowserContext]:
    """A phone's fresh browser profile."""
    # The driver's own looks at a page count as touches for the browser; ours are real ones only.
    fresh = browser.new_context(base_url=market.url, viewport=PHONE, has_touch=True, locale="en-US")
    fresh.add_init_script(REAL_TOUCHES)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """One tab; a script error in it fails the test."""
    tab = context.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    assert errors == []
