"""A film that must be made anew plays while its first file still grows; later it plays from the file."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from nightmarket.entry.demo.api import Caller
from web.e2e.conftest import CREATORS, PASSWORD, Market
from web.e2e.people import film, plays

pytestmark = pytest.mark.browser
SECONDS = 10
FPS = 25
SOURCE = "() => document.querySelector('article.slide:not([inert]) video')?.currentSrc"
DONE_MS = 120_000


def odd_film(path: Path) -> Path:
    """MPEG-4 part 2, full HD: nothing of it can be kept, so all of it is made anew."""
    ground = np.zeros((1920, 1080, 3), np.uint8)
    ground[:, :, 0] = np.linspace(40, 200, 1920, dtype=np.uint8)[:, None]
    with av.open(str(path), "w", format="mp4") as container:
        video = container.add_stream("mpeg4", rate=FPS)
        video.width, video.height, video.pix_fmt = 1080, 1920, "yuv420p"
        for index in range(SECONDS * FPS):
            picture = np.roll(ground, index * 8, axis=0)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, FPS)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    return path


def published(url: str, path: Path) -> dict[str, Any]:
    """Publish in a thread: this one has an event loop already, the browser's."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(lambda: asyncio.run(publish(url, path))).result()


async def publish(url: str, path: Path) -> dict[str, Any]:
    """Publish, and answer the video as soon as something of it plays."""
    async with Caller(url, "e2e") as caller:
        await caller.sign_up(CREATORS[0], PASSWORD)
        video = await caller.publish(path, caption="A film that grows")
        for _ in range(300):
            found: dict[str, Any] = await caller.call("GET", f"/videos/{video['video_id']}")
            if found["state"] == "live":
                return found
            await asyncio.sleep(0.1)
    pytest.fail("the film did not go live")


@pytest.mark.feature("V33")
def test_a_film_plays_while_it_grows(page: Page, market: Market, tmp_path: Path) -> None:
    """Where the page cannot feed it, it says so, looks again by itself, and plays from the file."""
    video = published(market.url, odd_film(tmp_path / "odd.mp4"))
    assert (video["renditions"], bool(video["hls_url"])) == ([], True)
    other = page.context.new_page()
    other.add_init_script(
        "HTMLMediaElement.prototype.canPlayType = () => ''; delete window.MediaSource;"
    )

    page.goto(video["deep_link"])
    other.goto(video["deep_link"])
    expect(other.get_by_text("This video is still being made.")).to_be_visible()
    expect(other.get_by_role("button", name="Try again")).to_be_visible()
    page.bring_to_front()
    plays(page, beyond_s=1.2)
    assert page.evaluate(SOURCE).startswith("blob:")
    expect(film(page).locator(".caption")).to_have_text("A film that grows")

    other.bring_to_front()
    other.wait_for_function(f"() => ({SOURCE})()?.includes('.mp4')", timeout=DONE_MS)
    plays(other)
    page.bring_to_front()
    page.reload()
    plays(page)
    assert ".mp4" in page.evaluate(SOURCE)
