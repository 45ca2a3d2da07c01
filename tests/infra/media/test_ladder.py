"""The ladder never makes a film larger than it is, and keeps its shape."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.infra.media.job import SourceFacts
from nightmarket.infra.media.ladder import may_remux, plan

SIDES = st.integers(2, 4096)
PHONE = SourceFacts(
    container="mp4",
    duration_ms=10_000,
    width=1080,
    height=1920,
    coded_width=1920,
    coded_height=1080,
    rotation_deg=90,
    is_mirrored=False,
    pixel_aspect=1.0,
    frame_rate=30.0,
    is_variable_rate=True,
    pixel_format="yuv420p",
    transfer="sdr",
    video_codec="h264",
    video_profile="High",
    video_level=40,
    bitrate_bps=17_000_000,
    audio_codec="aac",
    audio_channels=2,
    audio_rate_hz=44_100,
)


@given(width=SIDES, height=SIDES)
def test_rungs_are_even_ascending_and_never_larger_than_the_film(width: int, height: int) -> None:
    """Whatever its size; only films of three or fewer pixels are rounded up to two."""
    rungs = plan(width, height, (360, 540, 720, 1080))

    assert rungs
    assert [rung.width for rung in rungs] == sorted({rung.width for rung in rungs})
    for rung in rungs:
        assert rung.width % 2 == 0
        assert rung.height % 2 == 0
        assert rung.width <= max(2, width + 1)
        assert rung.height <= max(2, height + 1)
        assert min(rung.width, rung.height) <= max(2, int(rung.name) + 1)


@pytest.mark.parametrize(
    ("size", "wanted", "expected"),
    [
        ((1080, 1920), (360, 540, 720), ["360x640", "540x960", "720x1280"]),
        ((1920, 1080), (360, 540, 720), ["640x360", "960x540", "1280x720"]),
        ((1080, 1920), (360, 1080), ["360x640", "1080x1920"]),
        ((480, 854), (360, 540, 720), ["360x640", "480x854"]),
        ((384, 640), (360, 540, 720), ["360x600"]),
        ((176, 144), (360, 540, 720), ["176x144"]),
        ((2, 2), (360, 540, 720), ["2x2"]),
    ],
)
def test_the_ladder_of_known_shapes(
    size: tuple[int, int], wanted: tuple[int, ...], expected: list[str]
) -> None:
    """By the short side, for portrait and landscape alike."""
    assert [f"{rung.width}x{rung.height}" for rung in plan(*size, wanted)] == expected


def test_a_phone_film_may_be_remuxed() -> None:
    """Turned by its display matrix, which browsers follow."""
    assert may_remux(PHONE, is_interlaced=False)


@pytest.mark.parametrize(
    "other",
    [
        replace(PHONE, video_codec="hevc"),
        replace(PHONE, video_profile="High 10"),
        replace(PHONE, pixel_format="yuv444p"),
        replace(PHONE, transfer="hlg"),
        replace(PHONE, coded_height=2160, coded_width=3840),
        replace(PHONE, bitrate_bps=60_000_000),
        replace(PHONE, audio_codec="pcm_s16le"),
        replace(PHONE, container="avi"),
    ],
)
def test_what_some_browser_cannot_play_is_not_remuxed(other: SourceFacts) -> None:
    """One difference from the phone film is enough."""
    assert not may_remux(other, is_interlaced=False)
    assert not may_remux(PHONE, is_interlaced=True)
