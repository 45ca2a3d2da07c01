"""Reads and rewrites the boxes of ISO media files: just enough to index, patch and refuse."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

HEADER_BYTES = 8
LARGE_HEADER_BYTES = 16
TOP_BOXES_MAX = 100_000
MOOV_BYTES_MAX = 64 << 20
ENCRYPTED_ENTRIES = {b"encv", b"enca", b"drmi", b"drms"}


@dataclass(frozen=True, slots=True)
class Box:
    """One box. `start` is where its header begins; `body` where its content does."""

    name: bytes
    start: int
    body: int
    end: int


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """Yield the boxes of `data[start:end]` in order; stop at the first that does not fit."""
    end = len(data) if end is None else end
    while start + HEADER_BYTES <= end:
        size, name = struct.unpack_from(">I4s", data, start)
        body = start + HEADER_BYTES
        if size == 1 and start + LARGE_HEADER_BYTES <= end:
            size, body = struct.unpack_from(">Q", data, body)[0], start + LARGE_HEADER_BYTES
        elif size == 0:
            size = end - start
        if size < body - start or start + size > end:
            return
        yield Box(name, start, body, start + size)
        start += size


def find(data: bytes, path: tuple[bytes, ...]) -> Iterator[Box]:
    """Yield every box at `path` below the top of `data`, e.g. (b"moov", b"trak", b"tkhd")."""
    level = list(boxes(data))
    for depth, name in enumerate(path):
        level = [box for box in level if box.name == name]
        if depth < len(path) - 1:
            level = [child for box in level for child in boxes(data, box.body, box.end)]
    yield from level


def read_moov(file: BinaryIO) -> bytes | None:
    """Return the whole `moov` box of a file, or None; leaves the file at its start."""
    size_max = file.seek(0, 2)
    start, found = 0, None
    for _ in range(TOP_BOXES_MAX):
        file.seek(start)
        header = file.read(LARGE_HEADER_BYTES)
        if len(header) < HEADER_BYTES:
            break
        size, name = struct.unpack_from(">I4s", header)
        if size == 1 and len(header) == LARGE_HEADER_BYTES:
            size = struct.unpack_from(">Q", header, HEADER_BYTES)[0]
        elif size == 0:
            size = size_max - start
        if size < HEADER_BYTES:
            break
        if name == b"moov":
            file.seek(start)
            found = file.read(min(size, MOOV_BYTES_MAX))
            break
        start += size
    file.seek(0)
    return found


def is_encrypted(moov: bytes) -> bool:
    """Tell whether any track's samples are encrypted."""
    entries = find(moov, (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"))
    return any(
        entry.name in ENCRYPTED_ENTRIES
        for stsd in entries
        for entry in boxes(moov, stsd.body + 8, stsd.end)
    )


def with_duration(init: bytes, duration_ms: int) -> bytes:
    """Return the header of a fragmented file (`ftyp`, `moov`) that tells its whole duration."""
    moov = next(find(init, (b"moov",)))
    mvhd = next(find(init, (b"moov", b"mvhd")))
    mvex = next(find(init, (b"moov", b"mvex")))
    assert next(boxes(init, mvex.body, mvex.end)).name != b"mehd", "the duration is told already"
    timescale = struct.unpack_from(">I", init, mvhd.body + (20 if init[mvhd.body] == 1 else 12))[0]
    mehd = struct.pack(">I4sIQ", 20, b"mehd", 1 << 24, duration_ms * timescale // 1000)
    patched = bytearray(init[: mvex.body] + mehd + init[mvex.body :])
    for box in (moov, mvex):
        struct.pack_into(">I", patched, box.start, box.end - box.start + len(mehd))
    return bytes(patched)


def video_track(init: bytes) -> tuple[int, int]:
    """Return (track id, timescale) of the first video track of a header."""
    for trak in find(init, (b"moov", b"trak")):
        whole = init[trak.body : trak.end]
        handler = next(find(whole, (b"mdia", b"hdlr")))
        if whole[handler.body + 8 : handler.body + 12] != b"vide":
            continue
        tkhd, mdhd = next(find(whole, (b"tkhd",))), next(find(whole, (b"mdia", b"mdhd")))
        track_id = struct.unpack_from(
            ">I", whole, tkhd.body + (20 if whole[tkhd.body] == 1 else 12)
        )
        scale = struct.unpack_from(">I", whole, mdhd.body + (20 if whole[mdhd.body] == 1 else 12))
        return track_id[0], scale[0]
    raise AssertionError("a rendition always has a picture")


def segment_index(track_id: int, timescale: int, segments: list[tuple[int, int]]) -> bytes:
    """Build a `sidx` that stands right before its segments.

    Args:
        track_id: the track that the times are of.
        timescale: ticks a second.
        segments: (bytes, ticks) of each, all starting with a key frame.
    """
    references = b"".join(
        struct.pack(">III", size & 0x7FFFFFFF, ticks, 0x90000000) for size, ticks in segments
    )
    body = struct.pack(">IIIQQHH", 1 << 24, track_id, timescale, 0, 0, 0, len(segments))
    return (
        struct.pack(">I4s", HEADER_BYTES + len(body) + len(references), b"sidx") + body + references
    )
