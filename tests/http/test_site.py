"""The client's pages as browsers and link previews get them."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from nightmarket.entry import asgi, site
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import to_text
from tests.builders.accounts import account
from tests.builders.videos import Clip, video


@asynccontextmanager
async def opened(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with asgi.application(services) as application:
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as made:
            yield made


def boot_of(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="nm-boot">(.*?)</script>', page)
    assert found is not None, page[:600]
    read: dict[str, object] = json.loads(found[1])
    return read


@pytest.mark.feature("V91")
async def test_a_video_page_tells_previews_what_it_is(
    services: Services,
) -> None:
    """Open Graph tags, escaped: a caption is never markup."""
    async with services.database.transaction() as tx:
        creator = await account(tx, services, handle="noodle.bar")
        made = await video(tx, services, creator, Clip(caption='<script>alert("x")</script> #soup'))
    async with opened(services) as browser:
        page = await browser.get(f"/@noodle.bar/video/{to_text(made)}")

    assert page.status_code == 200
    assert 'property="og:title"' in page.text
    assert 'property="og:image"' in page.text
    assert "<script>alert" not in page.text


async def test_a_page_about_nothing_is_not_found_but_still_the_app(
    services: Services,
) -> None:
    async with opened(services) as browser:
        page = await browser.get("/@nobody/video/zzzz")

    assert page.status_code == 404
    assert "<title>Nightmarket</title>" in page.text


async def test_an_address_without_a_page_is_not_found(services: Services) -> None:
    """Nothing claims to be there that is not; crawlers may read what is."""
    if site.folder_of_client() is None:
        pytest.skip("the client is not built: run `make web`")
    async with opened(services) as browser:
        here = [await browser.get(path) for path in ("/", "/settings/privacy/", "/tag/soup")]
        gone = [await browser.get(path) for path in ("/sitemap.xml", "/tag", "/wp-login.php")]
        robots = await browser.get("/robots.txt")

    assert [page.status_code for page in here] == [200, 200, 200]
    assert [page.status_code for page in gone] == [404, 404, 404]
    assert all("<title>Nightmarket</title>" in page.text for page in gone)
    assert robots.headers["content-type"] == "text/plain"
    assert robots.text == "User-agent: *\nAllow: /\n"


async def test_the_front_page_brings_the_session_and_the_first_films(
    services: Services,
) -> None:
    """A stranger becomes a guest with the first answer; no further round trip is needed."""
    async with opened(services) as browser:
        page = await browser.get("/")
        again = (await browser.get("/api/v1/session")).json()
    boot = boot_of(page.text)
    guest = boot["session"]["guest"]["guest_id"]  # type: ignore[index]  # Read from JSON.

    assert "feed" in boot
    assert again["guest"]["guest_id"] == guest
    assert "content-security-policy" in page.headers


async def test_files_are_cached_by_their_content(services: Services) -> None:
    async with opened(services) as browser:
        page = await browser.get("/")
        script = re.search(r'"(/_app/immutable/[^"]+\.js)"', page.text)
        assert script is not None
        first = await browser.get(script[1], headers={"accept-encoding": "br"})
        second = await browser.get(script[1], headers={"if-none-match": first.headers["etag"]})

    assert first.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert second.status_code == 304


@pytest.mark.parametrize("path", ["/../pyproject.toml", "/_app/../../x", "/%2e%2e/etc/passwd"])
async def test_nothing_beside_the_client_is_served(services: Services, path: str) -> None:
    async with opened(services) as browser:
        page = await browser.get(path)

    assert "hatchling" not in page.text
    assert "root:" not in page.text
