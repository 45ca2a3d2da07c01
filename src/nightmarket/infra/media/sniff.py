"""What a file is, by its bytes alone: names and declared types are never looked at."""

from dataclasses import dataclass
from typing import BinaryIO

from nightmarket.infra.media.errors import Disguised, UnknownType

HEAD_BYTES = 4096
TAIL_BYTES = 4096
TS_PACKET_BYTES = 188
TS_PACKETS_SEEN = 4


@dataclass(frozen=True, slots=True)
class Kind:
    """A container we open. `demuxer` is forced, so no other parser of FFmpeg sees the bytes."""

    name: str
    demuxer: str


MP4 = Kind("mp4", "mov")
MATROSKA = Kind("matroska", "matroska")
AVI = Kind("avi", "avi")
MPEG_TS = Kind("mpeg-ts", "mpegts")
MPEG_PS = Kind("mpeg-ps", "mpeg")
MPEG_VIDEO = Kind("mpeg-video", "mpegvideo")
OGG = Kind("ogg", "ogg")

# A file of these brands is a still picture, although the boxes are those of MP4.
PICTURE_BRANDS = {b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis", b"crx ", b"jxl "}
# QuickTime files from before `ftyp` begin with one of these boxes.
OLD_QUICKTIME = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}

# Cameras write honest XML into their files, so `<?xml` alone is no disguise.
MARKUP = (b"<html", b"<!doctype html", b"<script", b"<svg", b"<?php", b"<body", b"#extm3u")

# Said to people instead of "unknown": what the bytes look like. First match wins.
OTHER_TYPES: tuple[tuple[bytes, str], ...] = (
    (b"#EXTM3U", "a playlist, which only points at films"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"FLV\x01", "a Flash video, which is not supported"),
    (b"0&\xb2u\x8ef\xcf\x11", "a Windows Media file, which is not supported"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"%PDF", "a PDF document"),
    (b"ID3", "a sound without a picture"),
    (b"RIFF", "a RIFF file that holds no AVI film"),
)


def sniff(file: BinaryIO) -> Kind:
    """Return the container of a seekable file, and leave the file at its start.

    Raises:
        UnknownType: nothing that we open; `facts["looks_like"]` says what it seems to be.
        Disguised: a film that carries a web page, a script or a playlist at its head or tail.
    """
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(max(0, size - TAIL_BYTES))
    tail = file.read(TAIL_BYTES)
    file.seek(0)
    kind = _kind(head)
    if kind is None:
        looks_like = _looks_like(head)
        raise UnknownType(
            f"This is no film that can be opened: it is {looks_like}.", looks_like=looks_like
        )
    _require_single_nature(head, tail)
    return kind


def _kind(head: bytes) -> Kind | None:
    if head[:4] == b"\x1aE\xdf\xa3":
        return MATROSKA
    if head[:4] == b"RIFF" and head[8:12] in (b"AVI ", b"AVIX"):
        return AVI
    if head[:4] == b"OggS":
        return OGG
    return _mpeg(head) or _boxes(head)


def _mpeg(head: bytes) -> Kind | None:
    if head[:4] == b"\x00\x00\x01\xba":
        return MPEG_PS
    if head[:4] == b"\x00\x00\x01\xb3":
        return MPEG_VIDEO
    sync = range(0, TS_PACKET_BYTES * TS_PACKETS_SEEN, TS_PACKET_BYTES)
    if len(head) > sync[-1] and all(head[offset] == 0x47 for offset in sync):  # noqa: PLR2004 - the sync byte
        return MPEG_TS
    return None


def _boxes(head: bytes) -> Kind | None:
    name, size = head[4:8], int.from_bytes(head[:4], "big")
    if name == b"ftyp" and size >= 16:  # noqa: PLR2004 - header, brand and version
        return None if head[8:12] in PICTURE_BRANDS else MP4
    if name in OLD_QUICKTIME and (size >= 8 or size in (0, 1)):  # noqa: PLR2004 - a box header
        return MP4
    return None


def _looks_like(head: bytes) -> str:
    if not head:
        return "empty"
    for magic, words in OTHER_TYPES:
        if head.startswith(magic):
            return words
    if head[4:8] == b"ftyp":
        return "a still picture"
    if any(mark in head.lower() for mark in MARKUP):
        return "a text with markup"
    return "of no known type"


def _require_single_nature(head: bytes, tail: bytes) -> None:
    """Browsers that guess types, and other tools, would take such a file for a page."""
    for part in (head, tail):
        lowered = part.lower()
        mark = next((mark for mark in MARKUP if mark in lowered), None)
        if mark is not None:
            words = mark.decode("ascii")
            raise Disguised(
                f"The film has a web page or a script hidden in it ({words}).", mark=words
            )
