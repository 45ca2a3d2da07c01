"""Loudness by EBU R128: measures sound and says which filters bring it to the target."""

import math
from collections.abc import Iterable

import av
import numpy as np
from av.error import BlockingIOError as FFmpegAgain
from av.error import EOFError as FFmpegEnd
from av.filter import Graph
from numpy.typing import NDArray

from nightmarket.infra.media.job import Loudness

TARGET_LUFS = -14.0
PEAK_MAX_DBTP = -1.0
SILENCE_LUFS = -60.0  # Quieter than this is noise, which must not be blown up.
GAIN_MAX_DB = 30.0  # From -44 LUFS up, every film reaches the target.
# The limiter looks at samples four times as dense (its own is not a true peak limiter), and the
# AAC encoder overshoots a little afterwards.
LIMIT_DB = PEAK_MAX_DBTP - 0.8
RATE_HZ = 48_000
DENSE_RATE_HZ = 192_000
BLOCK_SAMPLES = 48_000

Pcm = NDArray[np.float32]
"""float32[samples, 2], 48 kHz, -1..1."""


def frames_of(pcm: Pcm, start: int = 0) -> Iterable[av.AudioFrame]:
    """Cut sound into frames of one second, the last one shorter, with running times."""
    for offset in range(start, len(pcm), BLOCK_SAMPLES):
        block = np.ascontiguousarray(pcm[offset : offset + BLOCK_SAMPLES], dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="flt", layout="stereo")
        frame.sample_rate = RATE_HZ
        frame.pts = offset - start
        yield frame


def sound_graph(*steps: tuple[str, str]) -> Graph:
    """Build a chain of (filter, arguments) from 48 kHz stereo floats to a sink."""
    graph = Graph()
    last = graph.add_abuffer(sample_rate=RATE_HZ, format="flt", layout="stereo")
    for name, arguments in steps:
        following = graph.add(name, arguments or None)
        last.link_to(following)
        last = following
    last.link_to(graph.add("abuffersink"))
    graph.configure()
    return graph


def drained(graph: Graph) -> Iterable[av.AudioFrame]:
    """Yield what the graph has ready."""
    while True:
        try:
            frame = graph.pull()
        except (FFmpegAgain, FFmpegEnd):
            return
        assert isinstance(frame, av.AudioFrame)
        yield frame


def measure(pcm: Pcm) -> Loudness:
    """Measure integrated loudness and true peak, and choose the gain towards the target."""
    graph = sound_graph(("ebur128", "peak=true:metadata=1:framelog=quiet"))
    last: dict[str, str] = {}
    for frame in frames_of(pcm):
        graph.push(frame)
        for out in drained(graph):
            last = dict(out.metadata) or last
    lufs = _number(last.get("lavfi.r128.I"))
    peaks = [_number(last.get(f"lavfi.r128.true_peaks_ch{channel}")) for channel in (0, 1)]
    heard = [peak for peak in peaks if peak is not None and peak > 0]
    peak_dbtp = 20 * math.log10(max(heard)) if heard else None
    if lufs is None or lufs < SILENCE_LUFS or peak_dbtp is None:
        return Loudness(None, None, 0.0, is_limited=False)
    gain_db = min(TARGET_LUFS - lufs, GAIN_MAX_DB)
    is_limited = peak_dbtp + gain_db > LIMIT_DB
    return Loudness(round(lufs, 2), round(peak_dbtp, 2), round(gain_db, 2), is_limited=is_limited)


def levelling(loudness: Loudness) -> list[tuple[str, str]]:
    """Return the filters that set the gain and hold the peak."""
    steps = [("volume", f"volume={loudness.gain_db}dB:precision=float")]
    if loudness.is_limited:
        limit = 10 ** (LIMIT_DB / 20)
        steps += [
            ("aresample", str(DENSE_RATE_HZ)),
            ("alimiter", f"limit={limit:.4f}:attack=3:release=60:level=disabled:latency=1"),
            ("aresample", str(RATE_HZ)),
        ]
    return steps


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text is not None else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None
