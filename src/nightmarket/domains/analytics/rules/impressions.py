"""Impression tokens: an HMAC over what was served, so that no look-up is needed to believe one."""

import base64
import binascii
import hmac
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from nightmarket.domains.analytics.errors import UnknownImpression
from nightmarket.domains.analytics.values import Impression, Surface
from nightmarket.kernel.ids import RequestId, VideoId, ViewerId

TOKEN_LENGTH = 64
VERSION = 1
_BODY = struct.Struct(">BQQQBHI")
_BODY_BYTES = _BODY.size
_MAC_BYTES = 16
_SURFACES = {surface.value: surface for surface in Surface}


@dataclass(frozen=True, slots=True)
class Showing:
    """One page of one list as it is shown to one viewer."""

    viewer_id: ViewerId
    request_id: RequestId
    surface: Surface
    shown_at_ms: int


def key_of(secret: bytes) -> bytes:
    """Return the key that signs impressions and nothing else."""
    return hmac.digest(secret, b"nightmarket impression v1", "sha256")


def mint(impression: Impression, key: bytes) -> str:
    """Write an impression as 64 letters for URLs and JSON; equal impressions, equal text.

    Version and surface, viewer, video, request (8 bytes each), position, milliseconds (6 bytes),
    then half of an HMAC-SHA-256 over all of it: 128 bits, more than anybody can guess.
    """
    body = _BODY.pack(
        VERSION << 4 | impression.surface,
        impression.viewer_id,
        impression.video_id,
        impression.request_id,
        impression.position,
        impression.shown_at_ms >> 32,
        impression.shown_at_ms & 0xFFFFFFFF,
    )
    mac = hmac.digest(key, body, "sha256")[:_MAC_BYTES]
    return base64.urlsafe_b64encode(body + mac).decode("ascii")


def mint_list(showing: Showing, video_ids: Sequence[VideoId], key: bytes) -> list[str]:
    """Return an impression for each video of a page, in order; at most 256."""
    return [
        mint(
            Impression(
                viewer_id=showing.viewer_id,
                video_id=video_id,
                request_id=showing.request_id,
                position=position,
                surface=showing.surface,
                shown_at_ms=showing.shown_at_ms,
            ),
            key,
        )
        for position, video_id in enumerate(video_ids)
    ]


def read(token: str, key: bytes) -> Impression:
    """Return the impression a token carries.

    Raises:
        UnknownImpression: not made with this key, or changed since.
    """
    try:
        raw = base64.urlsafe_b64decode(token) if len(token) == TOKEN_LENGTH else b""
    except (ValueError, binascii.Error):
        raw = b""
    body, mac = raw[:_BODY_BYTES], raw[_BODY_BYTES:]
    if len(raw) != _BODY_BYTES + _MAC_BYTES or not hmac.compare_digest(
        hmac.digest(key, body, "sha256")[:_MAC_BYTES], mac
    ):
        raise UnknownImpression("this impression was not made here")
    head, viewer_id, video_id, request_id, position, high, low = _BODY.unpack(body)
    return Impression(
        viewer_id=ViewerId(viewer_id),
        video_id=VideoId(video_id),
        request_id=RequestId(request_id),
        position=position,
        surface=_SURFACES[head & 15],
        shown_at_ms=high << 32 | low,
    )
