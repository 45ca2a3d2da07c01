"""Serving media: ranges, caching, types, and nothing but the files themselves."""

from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.infra.services import Services

FILM = bytes(range(256)) * 4
PLACE = "/media/abc123/360.mp4"
Browser = AsyncTestClient[Any]


@pytest.fixture(autouse=True)
async def film(services: Services) -> None:
    """A file of 1,024 bytes and a growing one."""
    await services.storage.put_bytes("abc123/360.mp4", FILM, "video/mp4")
    await services.storage.put_bytes("abc123/360.growing.m3u8", b"#EXTM3U\n", "")


async def test_a_whole_file_is_cached_for_ever(browser: Browser) -> None:
    """200 with type, length, tag and an immutable lifetime; nothing may sniff or run it."""
    answer = await browser.get(PLACE)
    assert (answer.status_code, answer.content) == (200, FILM)
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["accept-ranges"] == "bytes"
    known = await browser.get(PLACE, headers={"If-None-Match": answer.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    head = await browser.head(PLACE)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, "1024", b"")


@pytest.mark.parametrize(
    ("asked", "status", "place", "body"),
    [
        ("bytes=0-", 206, "bytes 0-1023/1024", FILM),
        ("bytes=10-19", 206, "bytes 10-19/1024", FILM[10:20]),
        ("bytes=1000-5000", 206, "bytes 1000-1023/1024", FILM[1000:]),
        ("bytes=-4", 206, "bytes 1020-1023/1024", FILM[-4:]),
        ("bytes=1024-", 416, "bytes */1024", b""),
        ("bytes=20-10", 200, None, FILM),
        ("bytes=0-1,5-6", 200, None, FILM),
        ("lines=1-2", 200, None, FILM),
    ],
)
async def test_one_range_is_answered_exactly(
    browser: Browser, asked: str, status: int, place: str | None, body: bytes
) -> None:
    """Single ranges as RFC 9110 says; several, or nonsense, are answered with everything."""
    answer = await browser.get(PLACE, headers={"Range": asked})
    assert (answer.status_code, answer.headers.get("content-range")) == (status, place)
    assert answer.content == body


async def test_a_range_of_another_version_gets_everything(browser: Browser) -> None:
    """If-Range with a stale tag never mixes two versions of a file."""
    etag = (await browser.head(PLACE)).headers["etag"]
    same = await browser.get(PLACE, headers={"Range": "bytes=0-1", "If-Range": etag})
    other = await browser.get(PLACE, headers={"Range": "bytes=0-1", "If-Range": '"old"'})
    assert (same.status_code, other.status_code) == (206, 200)


async def test_growing_files_are_asked_for_again(browser: Browser) -> None:
    """A playlist in the making is never cached without asking."""
    answer = await browser.get("/media/abc123/360.growing.m3u8")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"] == "application/vnd.apple.mpegurl"


@pytest.mark.parametrize(
    "place",
    ["/media/abc123/", "/media/abc123", "/media/", "/media/abc123/other.mp4", "/media/abc123/../secret.key",
     "/media/abc123/%2e%2e/secret.mp4", "/media/abc123/a/b.mp4", "/media/ABC/360.mp4", "/media/abc123/.360.mp4.part"],
)  # fmt: skip
async def test_nothing_else_is_served(browser: Browser, place: str) -> None:
    """Folders are not listed, and no path leads out."""
    assert (await browser.get(place)).status_code == 404


async def test_media_is_only_read(browser: Browser) -> None:
    """Other methods are refused."""
    assert (await browser.delete(PLACE)).status_code == 405
