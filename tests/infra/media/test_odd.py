"""Every odd file of the sample data plays right or is refused with a reason."""

import asyncio
import csv
from itertools import pairwise
from pathlib import Path

import av

from nightmarket.infra.media.content import content
from nightmarket.infra.media.job import Limits, RenderJob, RenderResult
from nightmarket.infra.media.ladder import plan
from nightmarket.infra.media.probe import probe
from nightmarket.infra.media.render import render
from nightmarket.infra.media.serve import in_words
from nightmarket.infra.media.source import open_source
from nightmarket.kernel.errors import Refused
from tests.shared_data import need

TOGETHER_MAX = 2
CUT_MS = 3000  # Enough to tell, and short enough for a sweep.
REFUSED = {
    "androidx/sample.flv": "media.unknown_type",
    "androidx/sample_dthd.mp4": "media.no_picture",
    "androidx/sample_fragmented_widevine.mp4": "media.protected",
    "file-type/fixture-isom.mp4": "media.broken",
    "file-type/fixture-isomv2.mp4": "media.broken",
    "file-type/fixture2.mkv": "media.too_long",
    "moviepy/result.webm": "media.unknown_type",
    "mp4parse/amr_nb_1f.3gp": "media.no_picture",
    "mp4parse/amr_wb_1f.3gp": "media.no_picture",
    "mp4parse/av1-clearkey-cbcs-video.mp4": "media.protected",
    "mp4parse/bipbop_480wp_1001kbps-cenc-video-key1-init.mp4": "media.protected",
    "mp4parse/bipbop_cbcs_audio_init.mp4": "media.protected",
    "mp4parse/bipbop_nonfragment_header.mp4": "media.broken",
    "mp4parse/chunk_out_of_range.mp4": "media.broken",
    "mp4parse/invalid_userdata.mp4": "media.broken",
    "mp4parse/opus_audioinit.mp4": "media.no_picture",
    "mp4parse/test_case_1185230.mp4": "media.broken",
    "mp4parse/zero_empty_stsc.mp4": "media.broken",
    "timedmediahandler/broken-file.ogg": "media.broken",
    "bomb_8192x8192_90f.mp4": "media.too_big",
    "duration_24h_864frames.mp4": "media.too_long",
    "html_named.mp4": "media.unknown_type",
    "lfi_hls_relative_ts.mp4": "media.unknown_type",
    "polyglot_html_mp4.mp4": "media.disguised",
    "svg_xxe_named.mp4": "media.unknown_type",
    "truncated_half_flower.mp4": "media.broken",
    "wide_16384x128.mp4": "media.too_big",
    "wrong_ext_jpeg_named.mp4": "media.unknown_type",
}
# Where ffprobe's figure is not the length of the picture, and what is.
LENGTHS_S = {
    "androidx/sample_fragmented.mp4": 1.0,  # Its clock starts at 143,165 s.
    "androidx/sample_with_fake_auxiliary_tracks.mp4": 0.04,  # No figure.
    "androidx/sample_shorter_audio.mp4": 1.2,
    "file-type/fixture.mpg": 1.3,  # A raw stream tells no length.
}
# Shown upright although ffprobe's table, which knows no mirrors and no square pixels, says other.
DISPLAYS = {"mp4parse/bbb_sunflower_QCIF_30fps_h263_noaudio_1f.3gp": "landscape"}


async def test_everything_odd_plays_right_or_is_refused(tmp_path: Path) -> None:
    """One sweep over real bytes; whoever decodes them lives through all of them."""
    root = need("video/odd").parent
    files = sorted(
        path
        for folder in ("odd", "odd_generated")
        for path in (root / folder).rglob("*.*")
        if path.is_file()
    )
    with (root / "VIDEO_INDEX.csv").open() as table:
        index = {row["file"]: row for row in csv.DictReader(table)}
    gate = asyncio.Semaphore(TOGETHER_MAX)
    wrong: list[str] = []

    async def one(number: int, path: Path) -> None:
        name = path.relative_to(root).as_posix()
        folder = tmp_path / str(number)
        folder.mkdir()
        async with gate:
            said = await _verdict(path, folder, index[name])
        short = name.split("/", 1)[1]
        if said != REFUSED.get(short, "plays"):
            wrong.append(f"{short}: {said}, expected {REFUSED.get(short, 'plays')}")

    await asyncio.gather(*(one(number, path) for number, path in enumerate(files)))
    assert wrong == []
    assert len(files) > len(REFUSED)


async def _verdict(path: Path, folder: Path, row: dict[str, str]) -> str:
    """Return "plays", the code of the refusal, or what is wrong with the result.

    In this process, since seventy children would take most of the time; `test_workshop` has them.
    """
    job = RenderJob(str(path), str(folder), end_ms=CUT_MS, rungs=(360,))
    try:
        result = await asyncio.to_thread(lambda: in_words(lambda: render(job, lambda _note: None)))
    except Refused as refusal:
        assert refusal.detail.endswith("."), refusal.detail
        assert str(path) not in str(refusal.facts), refusal.facts
        return refusal.code
    return await asyncio.to_thread(_fault, result, folder, row) or "plays"


def _fault(result: RenderResult, folder: Path, row: dict[str, str]) -> str:
    """Decode the result as a player would and compare it with what ffprobe says of the source."""
    short = row["file"].split("/", 1)[1]
    rendition = result.renditions[-1]
    with av.open(str(folder / rendition.file)) as container:
        picture = container.streams.video[0]
        times = [float(frame.time) for frame in container.decode(picture)]
        size = (picture.width, picture.height)
        has_sound = bool(container.streams.audio)
    facts = result.facts
    rung = plan(facts.width, facts.height, (360,))[-1]
    length_s = min(LENGTHS_S.get(short, float(row["duration_s"] or 0)), CUT_MS / 1000)
    shape = _display(facts.width, facts.height)
    slack_s = max(0.12, 2 / rendition.frame_rate)
    faults = {
        f"size {size}": size != (rung.width, rung.height),
        f"starts at {times[0]}": times[0] != 0,
        f"{len(times)} frames": abs(len(times) / rendition.frame_rate - length_s) > slack_s,
        f"{result.duration_ms} ms": abs(result.duration_ms / 1000 - length_s) > slack_s,
        f"shape {shape}": shape != DISPLAYS.get(short, row["display"]),
        f"sound {has_sound}": has_sound != (row["n_audio"] != "0"),
        "figures": not all(-1 <= one <= 1 for one in content(result.statistics.vector)),
        "is not steady": any(later <= earlier for earlier, later in pairwise(times)),
    }
    return ", ".join(words for words, is_wrong in faults.items() if is_wrong)


def _display(width: int, height: int) -> str:
    return "square" if width == height else "portrait" if height > width else "landscape"


async def test_real_films_are_probed_as_they_are() -> None:
    """Size and length of ordinary films agree with ffprobe's."""
    root = need("video/real").parent
    with (root / "VIDEO_INDEX.csv").open() as table:
        rows = [row for row in csv.DictReader(table) if not row["file"].startswith("odd")]
    limits = Limits()
    for row in rows:
        path = str(root / row["file"])
        with open_source(path, bytes_max=limits.source_bytes_max) as (kind, container):
            facts = probe(kind, container, limits).facts
        if row["file"].endswith("nasa_13013.mp4"):  # Two pictures: the default one counts.
            continue
        assert facts.coded_width == int(row["width"]), row["file"]
        assert facts.coded_height == int(row["height"]), row["file"]
        assert abs(facts.duration_ms / 1000 - float(row["duration_s"])) < 0.5, row["file"]
