"""Pictures are drawn anew, whatever the bytes say they are; what is no picture is refused."""

import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar.testing import AsyncTestClient
from PIL import Image

from nightmarket.domains.identity.actions.change_avatar import draw
from nightmarket.domains.identity.errors import ImageRejected
from nightmarket.entry.drain import drain
from nightmarket.infra.services import Services
from nightmarket.infra.storage import NoSuchObject
from tests.builders.accounts import sign_up


def picture(form: str = "PNG", size: tuple[int, int] = (64, 48), **more: Any) -> bytes:
    """A red picture as bytes."""
    target = io.BytesIO()
    Image.new("RGB", size, (200, 20, 20)).save(target, form, **more)
    return target.getvalue()


def bomb(side: int) -> bytes:
    """A tiny PNG that claims to be huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 10)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_every_form_becomes_two_squares(form: str) -> None:
    """96 and 320 pixels, WebP, still red."""
    drawn = draw(picture(form))
    assert set(drawn) == {"small", "large"}
    for name, side in (("small", 96), ("large", 320)):
        with Image.open(io.BytesIO(drawn[name])) as image:
            assert (image.format, image.size) == ("WEBP", (side, side))
            red = image.convert("RGB").getpixel((side // 2, side // 2))
            assert isinstance(red, tuple)
            assert red[0] > 180
            assert red[1] < 60


def test_no_place_and_no_maker_survive() -> None:
    """EXIF with a place and a comment goes; the picture is turned as the camera meant it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    half = Image.new("RGB", (100, 100), (0, 0, 255))
    half.paste((255, 0, 0), (0, 0, 50, 100))
    target = io.BytesIO()
    half.save(target, "JPEG", exif=exif, comment=b"written at home", quality=95)
    drawn = draw(target.getvalue())["large"]
    assert b"SecretCamera" not in drawn
    assert b"at home" not in drawn
    with Image.open(io.BytesIO(drawn)) as image:
        assert not image.getexif()
        top = image.convert("RGB").getpixel((160, 20))
        assert isinstance(top, tuple)
        assert top[0] > 200


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "broken"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "broken"),
        (b"%PDF-1.7", "broken"),
        (picture()[:60], "broken"),
        (picture(size=(16, 16)), "side"),
        (picture(size=(12_000, 33)), "side"),
        (bomb(5_000), "pixels"),
        (bomb(60_000), "broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * (2 * 1024 * 1024), "bytes"),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes, reason: str) -> None:
    """With the reason, before anything large is decoded."""
    with pytest.raises(ImageRejected) as refusal:
        draw(content)
    assert refusal.value.facts == {"reason": reason}


@settings(max_examples=60, deadline=None)
@given(
    at=st.integers(0, 10_000),
    letter=st.integers(0, 255),
    form=st.sampled_from(["PNG", "JPEG", "WEBP", "GIF"]),
)
def test_broken_pictures_are_refused_or_drawn(at: int, letter: int, form: str) -> None:
    """One wrong byte anywhere never raises anything else."""
    content = bytearray(picture(form))
    content[at % len(content)] = letter
    try:
        drawn = draw(bytes(content))
    except ImageRejected:
        return
    assert set(drawn) == {"small", "large"}


async def test_a_new_picture_has_a_new_address_and_the_old_bytes_go(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """Replaced and taken away; a refused picture changes nothing."""
    await sign_up(client)

    async def put(content: bytes) -> Any:
        return await client.put("/api/v1/me/avatar", content=content)

    first = (await put(picture())).json()["avatar_url"]
    assert first.endswith("/small.webp")
    refused = await put(b"GIF89a")
    assert (refused.status_code, refused.json()["code"]) == (422, "identity.image_rejected")
    second = (await put(picture())).json()["avatar_url"]
    assert second != first
    await drain(services)
    info = await services.storage.info(second.removeprefix("/media/"))
    assert info.size_bytes > 0
    with pytest.raises(NoSuchObject):
        await services.storage.info(first.removeprefix("/media/"))

    assert (await client.delete("/api/v1/me/avatar")).status_code == 204
    await drain(services)
    with pytest.raises(NoSuchObject):
        await services.storage.info(second.removeprefix("/media/"))
