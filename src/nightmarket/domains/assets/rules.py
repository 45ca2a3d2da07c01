"""Pure decisions about uploads: the headers of tus 1.0, quotas, and room on the disk."""

import base64
import binascii

from nightmarket.domains.assets.errors import (
    BadUploadHeader,
    DiskShort,
    QuotaReached,
    TooLarge,
    WrongVersion,
)
from nightmarket.domains.assets.values import Announced, Checksum, Held

TUS_VERSION = "1.0.0"
TUS_EXTENSIONS = "creation,creation-with-upload,termination,checksum,expiration"
CHECKSUM_BYTES = {"sha1": 20, "sha256": 32}
METADATA_LENGTH_MAX = 4096
FILENAME_LENGTH_MAX = 255
FILETYPE_LENGTH_MAX = 100
KEPT_US = 48 * 3600 * 1_000_000
"""An upload nobody goes on with, or publishes, is dropped after two days."""
WAITING_COUNT_MAX = 50
WAITING_FACTOR_MAX = 5
"""An account may have waiting what five uploads of the largest size hold."""


def require_version(text: str | None) -> None:
    """Refuse clients that speak another version.

    Raises:
        WrongVersion: 412, as tus demands.
    """
    if text != TUS_VERSION:
        raise WrongVersion("this server speaks tus 1.0.0", sent=(text or "")[:20])


def announced(length: str | None, metadata: str | None, *, bytes_max: int) -> Announced:
    """Read what a creation request says.

    Raises:
        BadUploadHeader: no length, or metadata that is not pairs of name and base64.
        TooLarge: more than `bytes_max`.
    """
    size_bytes = whole_number("Upload-Length", length)
    if size_bytes == 0:
        raise BadUploadHeader("an empty file cannot be uploaded", header="Upload-Length")
    if size_bytes > bytes_max:
        raise TooLarge("the file is too large", size_bytes=size_bytes, bytes_max=bytes_max)
    pairs = _metadata(metadata or "")
    filename = pairs.get("filename", pairs.get("name", ""))
    filetype = pairs.get("filetype", pairs.get("type", ""))
    return Announced(
        size_bytes,
        filename[:FILENAME_LENGTH_MAX],
        filetype[:FILETYPE_LENGTH_MAX],
        metadata or "",
    )


def whole_number(header: str, text: str | None) -> int:
    """Read a header that counts bytes.

    Raises:
        BadUploadHeader: missing, negative or no number.
    """
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 15:  # noqa: PLR2004  # A petabyte has 16 digits.
        raise BadUploadHeader("a number of bytes is needed", header=header)
    return int(text)


def checksum(text: str | None) -> Checksum | None:
    """Read `Upload-Checksum`; None: the client sent none.

    Raises:
        BadUploadHeader: another algorithm, or not base64 of its length.
    """
    if text is None:
        return None
    algorithm, _, encoded = text.strip().partition(" ")
    digest = _base64("Upload-Checksum", encoded.strip())
    if CHECKSUM_BYTES.get(algorithm) != len(digest):
        raise BadUploadHeader("checksums are sha1 or sha256", header="Upload-Checksum")
    return Checksum(algorithm, digest)


def require_quota(held: Held, size_bytes: int, *, bytes_max: int) -> None:
    """Refuse an account that has too much waiting.

    Raises:
        QuotaReached: with what waits and what may.
    """
    allowed = WAITING_FACTOR_MAX * bytes_max
    if held.uploads_count >= WAITING_COUNT_MAX or held.bytes_total + size_bytes > allowed:
        raise QuotaReached(
            "publish or delete what you uploaded before sending more",
            uploads_count=held.uploads_count,
            bytes_total=held.bytes_total,
            bytes_max=allowed,
        )


def require_room(*, free_bytes: int, wanted_bytes: int, floor_bytes: int) -> None:
    """Refuse bytes that would leave the disk with less than its floor.

    Raises:
        DiskShort: 507, with words; nothing else of the service is affected.
    """
    if free_bytes - wanted_bytes < floor_bytes:
        raise DiskShort(
            "this server's disk is nearly full and takes no uploads now; try again later",
            wanted_bytes=wanted_bytes,
        )


def _metadata(text: str) -> dict[str, str]:
    if len(text) > METADATA_LENGTH_MAX:
        raise BadUploadHeader("too much metadata", header="Upload-Metadata")
    pairs: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, encoded = pair.partition(" ")
        value = _base64("Upload-Metadata", encoded.strip()).decode("utf-8", "replace")
        pairs[name] = "".join(letter for letter in value if letter.isprintable())
    return pairs


def _base64(header: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadUploadHeader("this is not base64", header=header) from error
