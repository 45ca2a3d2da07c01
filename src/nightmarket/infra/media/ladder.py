"""Which renditions a film gets, and whether its own streams may be served as they are."""

from dataclasses import dataclass

from nightmarket.infra.media.job import SourceFacts

PRESET = "veryfast"
PROFILE = "high"
SEGMENT_MS = 2000
AUDIO_BPS = 128_000
AUDIO_RATE_HZ = 48_000

# Short side: constant quality and ceiling of the rate. Ceilings follow the slow link of the speed
# table: 360 starts at 1.6 Mbit/s with room to spare, 720 holds at 10 Mbit/s with four preloads.
QUALITY: dict[int, tuple[int, int]] = {
    360: (25, 700_000),
    540: (24, 1_400_000),
    720: (24, 2_600_000),
    1080: (23, 5_000_000),
}
# A source a little above a rung (384 over 360) is not worth another rendition.
WORTH_ANOTHER_RUNG = 1.1

REMUX_SHORT_SIDE_MAX = 1088  # Coded 1080 is often 1088.
REMUX_BPS_MAX = 20_000_000
REMUX_PROFILES = {"Baseline", "Constrained Baseline", "Main", "High"}
REMUX_LEVEL_MAX = 52
REMUX_PIXELS = {"yuv420p", "yuvj420p"}
REMUX_SOUNDS = {"aac", "mp3", "mp3float"}
REMUX_CONTAINERS = {"mp4", "matroska", "mpeg-ts"}


@dataclass(frozen=True, slots=True)
class Rung:
    """One rendition to make. Sizes are even, except those of films smaller than two pixels."""

    name: str
    width: int
    height: int
    crf: int
    rate_max_bps: int


def plan(width: int, height: int, wanted: tuple[int, ...]) -> tuple[Rung, ...]:
    """Return the rungs for a film shown at `width` x `height`, smallest first, never upscaled.

    The largest rung has the source's own size when that lies between two rungs, so that a
    480-line film keeps its 480 lines; it is then named by the rung above.
    """
    assert wanted, "at least one rung"
    assert all(name in QUALITY for name in wanted), wanted
    short = min(width, height)
    rungs: list[Rung] = []
    for name in sorted(wanted):
        crf, rate_max_bps = QUALITY[name]
        if rungs and short <= int(rungs[-1].name) * WORTH_ANOTHER_RUNG:
            break
        scale = min(1.0, name / short)
        rungs.append(Rung(str(name), even(width * scale), even(height * scale), crf, rate_max_bps))
    return tuple(rungs)


def even(side: float) -> int:
    """Round down to an even number, at least two: 4:2:0 has no half samples."""
    return max(2, int(side + 0.5) // 2 * 2)


def may_remux(facts: SourceFacts, *, is_interlaced: bool) -> bool:
    """Tell whether every browser plays the source's own streams inside a plain MP4."""
    return (
        facts.video_codec == "h264"
        and facts.video_profile in REMUX_PROFILES
        and 0 < facts.video_level <= REMUX_LEVEL_MAX
        and facts.pixel_format in REMUX_PIXELS
        and facts.transfer == "sdr"
        and not is_interlaced
        and min(facts.coded_width, facts.coded_height) <= REMUX_SHORT_SIDE_MAX
        and facts.bitrate_bps <= REMUX_BPS_MAX
        and facts.container in REMUX_CONTAINERS
        and (facts.audio_codec is None or facts.audio_codec in REMUX_SOUNDS)
    )
