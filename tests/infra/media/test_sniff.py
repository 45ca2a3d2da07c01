"""The bytes alone say what a file is; everything that is no film is refused with its reason."""

import io
from pathlib import Path

import pytest

from nightmarket.infra.media.errors import Disguised, UnknownType
from nightmarket.infra.media.sniff import (
    AVI,
    MATROSKA,
    MP4,
    MPEG_PS,
    MPEG_TS,
    MPEG_VIDEO,
    OGG,
    Kind,
    sniff,
)
from tests.infra.media.films import make
from tests.shared_data import need

FTYP = b"\x00\x00\x00\x18ftyp%b\x00\x00\x02\x00isomiso2"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (FTYP % b"isom", MP4),
        (FTYP % b"qt  ", MP4),
        (FTYP % b"3gp5", MP4),
        (FTYP % b"M4V ", MP4),
        (FTYP % b"ianb", MP4),
        (b"\x00\x00\x00\x08wide\x00\x00\x06\x00mdat", MP4),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81", MATROSKA),
        (b"RIFF\x10\x00\x00\x00AVI LIST", AVI),
        (b"\x00\x00\x01\xbaD\x00", MPEG_PS),
        (b"\x00\x00\x01\xb3\x0a\x00", MPEG_VIDEO),
        ((b"G" + bytes(187)) * 4, MPEG_TS),
        (b"OggS\x00\x02", OGG),
    ],
)
def test_each_container_is_known_by_its_bytes(head: bytes, kind: Kind) -> None:
    """And opened by its own demuxer only."""
    assert sniff(io.BytesIO(head)) == kind


@pytest.mark.parametrize(
    ("head", "looks_like"),
    [
        (b"", "empty"),
        (b"#EXTM3U\n#EXTINF:10,\n/etc/passwd\n", "a playlist, which only points at films"),
        (b"\xff\xd8\xff\xe0", "a JPEG picture"),
        (b"<html><script>", "a text with markup"),
        (b"<?xml version='1.0'?><svg>", "a text with markup"),
        (FTYP % b"heic", "a still picture"),
        (FTYP % b"avif", "a still picture"),
        (b"FLV\x01\x05", "a Flash video, which is not supported"),
        (b"ffconcat version 1.0\nfile other.mp4\n", "of no known type"),
        (b"G" + bytes(400), "of no known type"),
    ],
)
def test_what_is_no_film_is_refused_by_what_it_looks_like(head: bytes, looks_like: str) -> None:
    """Playlists and concat scripts never reach a parser."""
    with pytest.raises(UnknownType) as refusal:
        sniff(io.BytesIO(head))
    assert refusal.value.facts == {"looks_like": looks_like}


@pytest.mark.parametrize("where", ["head", "tail"])
def test_a_film_with_a_page_in_it_is_refused(tmp_path: Path, where: str) -> None:
    """A browser that guesses types would run it."""
    film = make(tmp_path / "film.mp4").read_bytes()
    page = b"<script>alert(1)</script>"
    ftyp_bytes = int.from_bytes(film[:4], "big")
    free = (len(page) + 8).to_bytes(4, "big") + b"free" + page
    mixed = film[:ftyp_bytes] + free + film[ftyp_bytes:] if where == "head" else film + page
    with pytest.raises(Disguised) as refusal:
        sniff(io.BytesIO(mixed))
    assert refusal.value.facts == {"mark": "<script"}


def test_the_file_is_left_at_its_start(tmp_path: Path) -> None:
    """Whoever reads next reads everything."""
    with make(tmp_path / "film.mp4").open("rb") as file:
        sniff(file)
        assert file.tell() == 0


def test_real_films_are_not_taken_for_disguises() -> None:
    """Camera XML and encoder names are no web pages."""
    for path in sorted(need("video/real").rglob("*.*")):
        with path.open("rb") as file:
            assert isinstance(sniff(file), Kind), path
