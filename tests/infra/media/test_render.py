"""An upload becomes renditions that play right: upright, in step, in colour, at even loudness."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nightmarket.infra.media.boxes import find
from nightmarket.infra.media.errors import BadCut
from nightmarket.infra.media.job import (
    Progress,
    RenderJob,
    RenderResult,
    SoundChoice,
    SoundMode,
    Step,
)
from nightmarket.infra.media.loudness import measure
from nightmarket.infra.media.render import render
from tests.infra.media.films import (
    Film,
    clock,
    hear,
    loudest_hertz,
    make,
    make_sound,
    mean_colour,
    see,
    tone,
)

Numbers = NDArray[Any]
SOURCE_FILMS = {
    "upright": Film(),
    "turned": Film(rotation=-90),
    "upside_down": Film(rotation=180),
    "vp9": Film(codec="libvpx-vp9", container="webm", sound_codec="libopus"),
    "mpeg4_avi": Film(codec="mpeg4", container="avi", sound_codec="mp2"),
    "transport_stream": Film(container="mpegts"),
    "444": Film(pixels="yuv444p"),
    "ten_bit": Film(pixels="yuv420p10le"),
    "odd_444": Film(pixels="yuv444p", width=181, height=321),
}
CORNERS = {"tl": (200, 20, 20), "tr": (20, 160, 20), "bl": (20, 20, 200), "br": (90, 90, 90)}
# Where the source's corners end up after the player's (or our) turning.
TURNED = {
    0: {"tl": "tl", "tr": "tr", "bl": "bl", "br": "br"},
    -90: {"tl": "bl", "tr": "tl", "bl": "br", "br": "tr"},
    180: {"tl": "br", "tr": "bl", "bl": "tr", "br": "tl"},
}


def rendered(job: RenderJob, notes: list[Progress] | None = None) -> RenderResult:
    """Do a job in this process and keep its reports; `test_workshop` has the other process."""
    heard = notes if notes is not None else []
    return render(job, heard.append)


@pytest.mark.parametrize("name", SOURCE_FILMS)
def test_every_kind_of_source_comes_out_upright_and_in_its_colours(
    tmp_path: Path, folder: Path, name: str
) -> None:
    """The corners of the picture are where they belong and have their colours within a shade."""
    film = SOURCE_FILMS[name]
    source = make(tmp_path / f"source.{film.container}", film)

    result = rendered(RenderJob(str(source), str(folder)))

    seen = see(folder / result.renditions[-1].file)
    upright = film.rotation % 180 == 0
    size = (film.width, film.height) if upright else (film.height, film.width)
    assert (seen.width, seen.height) == (size[0] // 2 * 2, size[1] // 2 * 2)
    assert (result.width, result.height) == (seen.width, seen.height)
    for corner, origin in TURNED[film.rotation].items():
        colour = mean_colour(seen.at(1.0), corner)
        assert np.allclose(colour, CORNERS[origin], atol=14), (corner, colour)
    assert len(seen.times) == 50
    assert seen.times[0] == 0
    assert abs(result.duration_ms - 2000) <= 40
    assert seen.sound is not None
    assert abs(len(seen.sound) / 48_000 - 2.0) < 0.05
    assert abs(loudest_hertz(seen.sound) - 440) < 2


@pytest.mark.feature("V80")
def test_a_fitting_film_plays_at_once_without_its_metadata(tmp_path: Path, folder: Path) -> None:
    """First the copied streams, then the ladder; places and titles are in neither."""
    secret = {"location": "+52.5200+013.4050/", "title": "my kitchen", "comment": "secret note"}
    source = make(tmp_path / "source.mp4", Film(rotation=-90, metadata=secret))
    assert b"loci" in source.read_bytes()
    notes: list[Progress] = []

    result = rendered(RenderJob(str(source), str(folder)), notes)

    steps = [note.step for note in notes if note.step is not Step.FRACTION]
    assert steps == [Step.FACTS, Step.FIRST_PLAYABLE, Step.POSTER, Step.RENDITION]
    assert result.first is not None
    assert notes[1].playable == result.first.file == "first.mp4"
    first, ladder = see(folder / "first.mp4"), see(folder / result.renditions[0].file)
    assert (first.width, first.height) == (ladder.width, ladder.height) == (320, 180)
    assert np.abs(first.at(1.0).astype(int) - ladder.at(1.0)).mean() < 6
    for path in folder.iterdir():
        data = path.read_bytes()
        for word in (b"loci", b"my kitchen", b"secret note", b"\xa9xyz"):
            assert word not in data, path.name
    moov_at, mdat_at = (
        next(find((folder / "first.mp4").read_bytes(), (name,))).start
        for name in (b"moov", b"mdat")
    )
    assert moov_at < mdat_at


def test_a_foreign_film_plays_while_it_grows(tmp_path: Path, folder: Path) -> None:
    """The playlist that is told first names bytes that are there and can be decoded."""
    film = Film(codec="mpeg4", container="avi", sound_codec="mp2", seconds=7)
    source = make(tmp_path / "source.avi", film)
    growth: list[tuple[str, bytes]] = []

    def on_progress(note: Progress) -> None:
        if note.step is Step.FIRST_PLAYABLE:
            assert note.playable is not None
            playlist = (folder / note.playable).read_text()
            growth.append((playlist, (folder / "360.growing.mp4").read_bytes()))

    result = render(RenderJob(str(source), str(folder)), on_progress)

    playlist, data = growth[0]
    assert "#EXT-X-PLAYLIST-TYPE:EVENT" in playlist
    assert "#EXT-X-TARGETDURATION:2" in playlist
    assert playlist_end(playlist) <= len(data)
    early = tmp_path / "early.mp4"
    early.write_bytes(data[: playlist_end(playlist)])
    assert len(see(early).times) >= 25
    assert result.first is None
    assert "#EXT-X-ENDLIST" in (folder / "360.growing.m3u8").read_text()


def playlist_end(text: str) -> int:
    """Last byte that a playlist names."""
    ranges = [line.split(":")[1] for line in text.splitlines() if "EXT-X-BYTERANGE:" in line]
    size, offset = ranges[-1].split("@")
    return int(size) + int(offset)


@pytest.mark.feature("V33")
def test_renditions_are_aligned_indexed_and_listed(tmp_path: Path, folder: Path) -> None:
    """Same times and key frames everywhere, so a player may change in the middle."""
    source = make(tmp_path / "source.mp4", Film(width=560, height=740, seconds=5))

    result = rendered(RenderJob(str(source), str(folder)))

    assert [r.name for r in result.renditions] == ["360", "540", "720"][: len(result.renditions)]
    seen = [see(folder / rendition.file) for rendition in result.renditions]
    assert [(s.width, s.height) for s in seen] == [(360, 476), (540, 714)]
    assert seen[0].times == seen[1].times
    assert seen[0].key_times == seen[1].key_times == [0, 1, 2, 4]
    for rendition in result.renditions:
        data = (folder / rendition.file).read_bytes()
        sidx = next(find(data, (b"sidx",)))
        count = int.from_bytes(data[sidx.body + 30 : sidx.body + 32], "big")
        sizes = [
            int.from_bytes(data[sidx.body + 32 + 12 * i : sidx.body + 36 + 12 * i], "big")
            for i in range(count)
        ]
        assert sidx.end + sum(sizes) == len(data) == rendition.bytes
        assert rendition.playlist is not None
        assert playlist_end((folder / rendition.playlist).read_text()) == len(data)
        assert b"mehd" in data[:2000]
    master = (folder / result.hls_master).read_text()
    assert "RESOLUTION=360x476" in master
    assert 'CODECS="avc1.64' in master


@pytest.mark.feature("V47")
@pytest.mark.parametrize("level", [0.03, 0.2, 0.9])
def test_every_film_is_as_loud_as_the_next(tmp_path: Path, folder: Path, level: float) -> None:
    """-14 LUFS within one, and no peak above -1 dBTP, even for sound with sharp peaks."""

    def bursts(times: Numbers) -> Numbers:
        burst = 0.35 + 0.65 * (np.sin(7 * times) > 0.995)
        return np.asarray(level * burst * np.sin(2e3 * np.pi * times))

    source = make(tmp_path / "source.mp4", Film(seconds=4, sound=bursts))

    result = rendered(RenderJob(str(source), str(folder)))

    heard = hear(folder / result.renditions[0].file)
    assert heard is not None
    after = measure(np.ascontiguousarray(heard))
    assert after.source_lufs is not None
    assert after.source_peak_dbtp is not None
    assert -15.0 <= after.source_lufs <= -13.0
    assert after.source_peak_dbtp <= -1.0


def test_silence_is_not_blown_up(tmp_path: Path, folder: Path) -> None:
    """The noise of a quiet room stays a quiet room."""
    source = make(tmp_path / "source.mp4", Film(sound=tone(100, 0.0003)))

    result = rendered(RenderJob(str(source), str(folder)))

    assert result.loudness is not None
    assert result.loudness.gain_db == 0
    heard = hear(folder / result.renditions[0].file)
    assert heard is not None
    assert float(np.abs(heard).max()) < 0.002


@pytest.mark.feature("V58")
def test_the_cut_keeps_exactly_what_was_asked_for(tmp_path: Path, folder: Path) -> None:
    """Start, end and cover are right to the frame."""
    source = make(tmp_path / "source.mp4", Film(seconds=5, paint=clock))
    job = RenderJob(str(source), str(folder), start_ms=1000, end_ms=3500, cover_at_ms=2000)

    result = rendered(job)

    seen = see(folder / result.renditions[0].file)
    assert result.first is None
    assert abs(result.duration_ms - 2500) <= 20  # Half a frame.
    assert len(seen.times) in (62, 63)
    greys = [int(np.median(seen.at(time))) for time in (0.0, 0.4, 0.6, 2.4)]
    assert np.allclose(greys, [70, 70, 90, 150], atol=6), greys
    cover = see_still(folder / result.stills.covers[1])
    assert abs(int(np.median(cover)) - 150) <= 6
    assert seen.sound is not None
    assert abs(len(seen.sound) / 48_000 - 2.5) < 0.05


def see_still(path: Path) -> Numbers:
    """Decode one picture."""
    return np.asarray(see(path).pictures[0])


def test_a_cut_that_leaves_nothing_is_refused(tmp_path: Path, folder: Path) -> None:
    """With the numbers that contradict each other."""
    source = make(tmp_path / "source.mp4")
    with pytest.raises(BadCut) as refusal:
        rendered(RenderJob(str(source), str(folder), start_ms=3000, end_ms=2500))
    assert refusal.value.facts["start_ms"] == 3000
    assert list(folder.iterdir()) == []


@pytest.mark.feature("V60")
def test_the_sound_may_be_muted_replaced_or_mixed(tmp_path: Path, folder: Path) -> None:
    """A short sound starts again; the volumes set the balance."""
    source = make(tmp_path / "source.mp4", Film(seconds=3))
    other = str(make_sound(tmp_path / "other.m4a", 1.0, 1000))

    def heard(sound: SoundChoice) -> Numbers | None:
        result = rendered(RenderJob(str(source), str(folder), sound=sound))
        assert (result.sound_file is None) == (sound.mode is SoundMode.MUTE)
        return hear(folder / result.renditions[0].file)

    assert heard(SoundChoice(SoundMode.MUTE)) is None
    replaced = heard(SoundChoice(SoundMode.USE, other))
    mixed = heard(SoundChoice(SoundMode.USE, other, 100, 10))
    assert replaced is not None
    assert mixed is not None
    assert abs(loudest_hertz(replaced) - 1000) < 3
    assert abs(loudest_hertz(replaced[96_000:]) - 1000) < 3
    assert abs(loudest_hertz(mixed) - 440) < 3


def test_uneven_times_become_an_even_rate(tmp_path: Path, folder: Path) -> None:
    """Every picture stands for as long as it did, only on a grid."""
    times = [0, 0.03, 0.1, 0.5, 0.52, 0.55, 1.0, 1.02, 1.5, 1.9, 2.0, 2.5, 2.96]
    film = Film(seconds=3, times=times, paint=clock, codec="mpeg4")
    source = make(tmp_path / "source.mp4", film)

    result = rendered(RenderJob(str(source), str(folder)))

    seen = see(folder / result.renditions[0].file)
    gaps = np.diff(seen.times)
    assert np.allclose(gaps, gaps[0], atol=1e-4)
    for time in (0.2, 0.7, 1.2, 1.7, 2.2, 2.7):
        grey = int(np.median(seen.at(time)))
        assert abs(grey - (30 + 20 * int(time * 2))) <= 6, (time, grey)


@pytest.mark.parametrize(("transfer", "white"), [(18, (190, 255)), (16, (190, 255))])
def test_hdr_becomes_sdr(
    tmp_path: Path, folder: Path, transfer: int, white: tuple[int, int]
) -> None:
    """Reference white is nearly white, not grey and not burnt; black stays black."""
    signal = {18: 0.75, 16: 0.58}[transfer]  # 203 nits, ITU-R BT.2408

    def steps(_time: float, width: int, height: int) -> Numbers:
        picture = np.zeros((height, width, 3), np.uint8)
        picture[: height // 2] = round(signal * 255)
        return picture

    film = Film(
        pixels="yuv420p10le", codec="libx265", colours=(9, transfer, 9), paint=steps, seconds=0.4
    )
    source = make(tmp_path / "source.mp4", film)

    result = rendered(RenderJob(str(source), str(folder)))

    assert result.facts.transfer == {18: "hlg", 16: "pq"}[transfer]
    picture = see(folder / result.renditions[0].file).pictures[0]
    assert white[0] <= mean_colour(picture, "tl")[1] <= white[1]
    assert mean_colour(picture, "br")[1] <= 6
    assert not list(folder.glob("*.cube"))


@pytest.mark.feature("V37")
def test_stills_storyboard_and_numbers(tmp_path: Path, folder: Path) -> None:
    """The poster is the first frame; the tiles tell their time; the numbers have names."""
    source = make(tmp_path / "source.mp4", Film(seconds=4, paint=clock, rate=Fraction(30)))

    result = rendered(RenderJob(str(source), str(folder)))

    stills = result.stills
    assert abs(int(np.median(see_still(folder / stills.posters[1]))) - 30) <= 6
    assert stills.placeholder.startswith("data:image/webp;base64,")
    assert len(stills.placeholder) < 400
    board = stills.storyboard
    assert board is not None
    assert (board.count, board.interval_ms, board.columns) == (8, 500, 8)
    sheet = see_still(folder / board.file)
    assert sheet.shape[:2] == (board.tile_height, board.tile_width * 8)
    greys = [int(np.median(sheet[:, i * board.tile_width + 5 :][:, :60])) for i in range(8)]
    assert np.allclose(greys, [30 + 20 * i for i in range(8)], atol=8)
    assert (folder / board.vtt_file).read_text().count("#xywh=") == 8
    assert result.sound_file == "sound.m4a"
    assert hear(folder / "sound.m4a") is not None


def test_a_song_may_outlast_its_picture(tmp_path: Path, folder: Path) -> None:
    """One picture under a song is shown as long as the song."""
    film = Film(seconds=3, times=[0.0], codec="mpeg4")
    source = make(tmp_path / "source.mp4", film)

    result = rendered(RenderJob(str(source), str(folder)))

    seen = see(folder / result.renditions[0].file)
    assert abs(result.duration_ms - 3000) < 100
    assert abs(seen.times[-1] - 3.0) < 0.15
