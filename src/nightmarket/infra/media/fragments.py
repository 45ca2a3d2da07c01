"""A fragmented MP4 that may be played while it grows, and its indexed final form."""

import struct
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from nightmarket.infra.media.boxes import (
    HEADER_BYTES,
    LARGE_HEADER_BYTES,
    find,
    segment_index,
    video_track,
    with_duration,
)

COPY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Segment:
    """One `moof` and its `mdat`: where it lies in its file and how many frames it shows."""

    offset: int
    bytes: int
    frames: int


class GrowingFile:
    """What the muxer writes into. Only whole segments reach the disk, so readers see no halves."""

    def __init__(self, path: Path) -> None:
        """Create the file at `path`, empty."""
        self.path = path
        self.header = b""
        self.segments: list[tuple[int, int]] = []  # (offset, bytes)
        self._file = path.open("wb")
        self._pending = bytearray()
        self._moof_bytes = 0
        self._offset = 0

    def write(self, data: bytes) -> int:
        """Take what the muxer has; called by FFmpeg."""
        self._pending += data
        while (size := self._whole_box()) is not None:
            self._take(size)
        return len(data)

    def close(self) -> None:
        """Close the file. Bytes after the last whole box are dropped."""
        self._file.close()

    def _whole_box(self) -> int | None:
        """Return the end of the first pending box that completes a header or a segment."""
        start = self._moof_bytes
        if len(self._pending) < start + HEADER_BYTES:
            return None
        size = struct.unpack_from(">I", self._pending, start)[0]
        if size == 1:
            if len(self._pending) < start + LARGE_HEADER_BYTES:
                return None
            size = struct.unpack_from(">Q", self._pending, start + HEADER_BYTES)[0]
        assert isinstance(size, int)
        return start + size if len(self._pending) >= start + size else None

    def _take(self, size: int) -> None:
        name = bytes(self._pending[self._moof_bytes + 4 : self._moof_bytes + 8])
        if name == b"moof":
            self._moof_bytes = size
            return
        taken = bytes(self._pending[:size])
        del self._pending[:size]
        if name == b"mdat":
            assert self._moof_bytes > 0, "media data before any fragment header"
            self.segments.append((self._offset, size))
            self._moof_bytes = 0
        else:
            assert not self.segments, name
            self.header += taken
        self._file.write(taken)
        self._file.flush()
        self._offset += size


def finalise(
    growing: GrowingFile, target: Path, frames: list[int], rate: Fraction
) -> tuple[int, list[Segment]]:
    """Write the finished file: whole duration told, segments indexed; players can seek at once.

    Args:
        growing: closed; it is left as it is, for those who still play it.
        target: where the result goes.
        frames: how many frames each segment shows.
        rate: frames a second.

    Returns:
        Bytes of the header (without the index), and the segments' places in the finished file.
    """
    assert len(frames) == len(growing.segments), (len(frames), len(growing.segments))
    track_id, timescale = video_track(growing.header)
    ticks = [int(count * timescale / rate) for count in frames]
    header = with_duration(growing.header, int(sum(frames) * 1000 / rate))
    sizes = [size for _, size in growing.segments]
    index = segment_index(track_id, timescale, list(zip(sizes, ticks, strict=True)))
    start = growing.segments[0][0]
    with target.open("wb") as out, growing.path.open("rb") as grown:
        out.write(header + index)
        grown.seek(start)
        while block := grown.read(COPY_BYTES):
            out.write(block)
    shift = len(header) + len(index) - start
    return len(header), [
        Segment(offset + shift, size, count)
        for (offset, size), count in zip(growing.segments, frames, strict=True)
    ]


def codecs(header: bytes, *, has_sound: bool) -> str:
    """Return the RFC 6381 names of what a header announces."""
    path = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
    for stsd in find(header, path):
        at = header.find(b"avcC", stsd.body, stsd.end)
        if at >= 0:
            video = f"avc1.{header[at + 5 : at + 8].hex()}"
            return f"{video},mp4a.40.2" if has_sound else video
    raise AssertionError("a rendition always holds H.264")
