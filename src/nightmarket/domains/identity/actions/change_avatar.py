"""Turns whatever bytes somebody calls a picture into two small WebP files, or refuses them."""

import asyncio
import io
import secrets
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import msgspec
from PIL import Image, ImageOps, UnidentifiedImageError

from nightmarket.domains.identity.actions.read_people import account
from nightmarket.domains.identity.actions.tell import tell_profile
from nightmarket.domains.identity.errors import ImageRejected
from nightmarket.domains.identity.store import changes
from nightmarket.domains.identity.values import AVATAR_SIZES_PX, Account, avatar_folder
from nightmarket.infra import jobs
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId

DELETE_JOB = "identity.delete_avatar"
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
BYTES_MAX = 2 * 1024 * 1024
SIDE_PX_MIN = 32
SIDE_PX_MAX = 10_000
PIXELS_MAX = 16_000_000
"""64 MiB once decoded; larger JPEGs are decoded at a fraction of their size."""
QUALITY = 82
SIDE_DECODED_PX = 1_280
_pool = ThreadPoolExecutor(1, thread_name_prefix="avatar")
"""One picture at a time: decoding takes memory."""


class OldAvatar(msgspec.Struct):
    """A folder whose picture nobody has any more."""

    folder: str


async def set_avatar(
    tx: Tx, services: Services, now: datetime, account_id: AccountId, content: bytes
) -> Account:
    """Give an account a picture at a new address; the old one's bytes are deleted by a job.

    Raises:
        ImageRejected: not a picture, too large, or broken.
    """
    pictures = await asyncio.get_running_loop().run_in_executor(_pool, draw, content)
    folder = avatar_folder(account_id, secrets.token_hex(6))
    for size, picture in pictures.items():
        await services.storage.put_bytes(f"{folder}/{size}.webp", picture, "image/webp")
    return await _replace(tx, services, now, account_id, folder)


async def drop_avatar(tx: Tx, services: Services, now: datetime, account_id: AccountId) -> Account:
    """Take an account's picture away; nothing there is fine."""
    return await _replace(tx, services, now, account_id, None)


async def delete_avatar(old: OldAvatar, services: Services) -> None:
    """Delete a folder's bytes; nothing there is fine."""
    await services.storage.delete_folder(old.folder)


def draw(content: bytes) -> dict[str, bytes]:
    """Return the picture cut square and encoded anew, by size name.

    Nothing of the original file survives: no metadata, no place, no trailing bytes. Only the
    first frame of an animation is kept.

    Raises:
        ImageRejected: the reason is in the facts.
    """
    if len(content) > BYTES_MAX:
        raise ImageRejected("a picture has up to 2 MiB", reason="bytes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _draw(content)
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        MemoryError,
    ) as error:
        raise ImageRejected("this is not a picture we can read", reason="broken") from error


def _draw(content: bytes) -> dict[str, bytes]:
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        width, height = image.size
        if not all(SIDE_PX_MIN <= side <= SIDE_PX_MAX for side in (width, height)):
            raise ImageRejected("a picture has 32 to 10,000 pixels a side", reason="side")
        image.draft("RGB", (SIDE_DECODED_PX, SIDE_DECODED_PX))
        if image.size[0] * image.size[1] > PIXELS_MAX:
            raise ImageRejected("a picture has up to 16 million pixels", reason="pixels")
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    found = {}
    for name, side in AVATAR_SIZES_PX.items():
        target = io.BytesIO()
        fitted = ImageOps.fit(upright, (side, side), Image.Resampling.LANCZOS)
        fitted.save(target, "WEBP", quality=QUALITY, method=4)
        found[name] = target.getvalue()
    return found


async def _replace(
    tx: Tx, services: Services, now: datetime, account_id: AccountId, folder: str | None
) -> Account:
    await changes.lock(tx, account_id)
    before = await account(tx, account_id)
    if before.avatar_key == folder:
        return before
    await changes.set_avatar(tx, account_id, folder)
    if before.avatar_key is not None:
        await jobs.defer(tx, DELETE_JOB, OldAvatar(folder=before.avatar_key))
    after = await account(tx, account_id)
    await tell_profile(tx, services.ids, now, after)
    return after
