"""How soon an upload can be watched, and how long its renditions take, on a film made by code.

    python -m bench.media [--seconds 30] [--folder DIR]

The source is made from a seed: 1080x1920, 30 frames a second, H.264 and AAC, textured and always
moving, about 8 Mbit/s. It is made once per folder. Times are from order to report, in the limited
child process as in production, niceness included; compare only with an idle machine.
"""

import argparse
import asyncio
import os
import resource
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from PIL import Image

from nightmarket.infra.media.job import Limits, Progress, RenderJob, Step
from nightmarket.infra.media.ladder import PRESET
from nightmarket.infra.media.workshop import Workshop

SEED = 20
WIDTH, HEIGHT, RATE = 1080, 1920, 30
RATE_HZ = 48_000
WARM_UP_S = 2.0
HEVC_SECONDS_MAX = 10  # Making it takes long.


@dataclass
class Timeline:
    """What came when, in seconds from the order."""

    began: float
    first_playable: float | None = None
    renditions: dict[str, float] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    done: float = 0.0
    processor: float = 0.0  # Seconds of all cores; hardly moved by what else the machine does.

    def note(self, progress: Progress) -> None:
        """Take one report."""
        now = time.perf_counter() - self.began
        if progress.step is Step.FIRST_PLAYABLE and self.first_playable is None:
            self.first_playable = now
        if progress.step is Step.RENDITION and progress.rendition is not None:
            self.renditions[progress.rendition.name] = now
            self.bytes[progress.rendition.name] = progress.rendition.bytes


def make_source(path: Path, seconds: int, codec: str) -> None:
    """Write the film: a camera wandering over a large seeded texture, with chords."""
    random = np.random.default_rng(SEED)
    large = _texture(random, 36, 60) // 2 + _texture(random, 400, 700) // 3 + 20
    sixteenths = large[::2, ::2]
    with av.open(str(path), "w", options={"movflags": "faststart"}) as output:
        video = output.add_stream(codec, rate=RATE)
        assert isinstance(video, VideoStream)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        rate = {"b": "8M", "maxrate": "10M", "bufsize": "10M"}
        preset = {"preset": "ultrafast", "x265-params": "log-level=none"}
        video.codec_context.options = rate | preset
        audio = output.add_stream("aac", rate=RATE_HZ)
        assert isinstance(audio, AudioStream)
        audio.codec_context.layout = "stereo"
        for index in range(seconds * RATE):
            left = int(500 + 480 * np.sin(index / 41))
            top = int(900 + 850 * np.cos(index / 59))
            luma = large[top : top + HEIGHT, left : left + WIDTH]
            warm = sixteenths[top // 2 : top // 2 + HEIGHT // 2, left // 2 : left // 2 + WIDTH // 2]
            frame = _frame(luma, warm // 2 + 64, 192 - warm // 2)
            frame.pts, frame.time_base = index, Fraction(1, RATE)
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
        times = np.arange(seconds * RATE_HZ) / RATE_HZ
        chord = sum(np.sin(2 * np.pi * hertz * times) for hertz in (220, 277, 330))
        mono = (0.08 * chord * (1 + 0.5 * np.sin(9 * times))).astype(np.float32)
        for start in range(0, len(mono), 1024):
            block = np.stack([mono[start : start + 1024]] * 2)
            sound = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
            sound.sample_rate, sound.pts = RATE_HZ, start
            output.mux(audio.encode(sound))
        output.mux(audio.encode(None))


def _texture(random: np.random.Generator, width: int, height: int) -> np.ndarray:
    noise = Image.fromarray(random.integers(0, 255, (height, width), dtype=np.uint8))
    return np.asarray(noise.resize((2200, 3800), Image.Resampling.BICUBIC))


def _frame(*planes: np.ndarray) -> av.VideoFrame:
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    for plane, values in zip(frame.planes, planes, strict=True):
        padded = np.zeros((plane.height, plane.line_size), np.uint8)
        padded[:, : plane.width] = values
        plane.update(padded.tobytes())
    return frame


async def measure(workshop: Workshop, source: Path, rungs: tuple[int, ...]) -> Timeline:
    """Render once and return when things came; the spare child is waiting, as in production."""
    await workshop.warm()
    await asyncio.sleep(WARM_UP_S)
    with tempfile.TemporaryDirectory(dir=source.parent) as folder:
        before = _processor_s()
        timeline = Timeline(time.perf_counter())
        job = RenderJob(str(source), folder, rungs=rungs, limits=replace(Limits(), nice=0))
        await workshop.render(job, timeline.note)
        timeline.done = time.perf_counter() - timeline.began
        timeline.processor = _processor_s() - before
    return timeline


def _processor_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


async def run(folder: Path, seconds: int) -> list[tuple[str, str]]:
    """Measure everything and return rows of (what, figure)."""
    sources = {}
    hevc_seconds = min(seconds, HEVC_SECONDS_MAX)
    for name, codec, length in (
        ("h264", "libx264", seconds),
        ("hevc", "libx265", hevc_seconds),
    ):
        sources[name] = folder / f"bench-{name}-{length}s.mp4"
        if not sources[name].exists():
            half_made = sources[name].with_suffix(".part.mp4")
            make_source(half_made, length, codec)
            half_made.rename(sources[name])
    workshop = Workshop()
    ladder = await measure(workshop, sources["h264"], (360, 540, 720))
    alone = await measure(workshop, sources["h264"], (720,))
    grows = await measure(workshop, sources["hevc"], (360, 540, 720))
    await workshop.close()
    sizes = ", ".join(f"{name}: {size >> 10} KiB" for name, size in ladder.bytes.items())
    return [
        ("source", f"{sources['h264'].stat().st_size >> 10} KiB, {seconds} s, 1080x1920"),
        ("encoder", f"libx264 {PRESET}; {sizes}"),
        ("order to playable, remux", f"{ladder.first_playable or 0:.2f} s"),
        ("order to playable, HEVC as it grows", f"{grows.first_playable or 0:.2f} s"),
        ("720 alone done", f"{alone.renditions['720'] / seconds:.2f} x duration"),
        ("720 done, of three", f"{ladder.renditions['720'] / seconds:.2f} x duration"),
        ("three renditions done", f"{max(ladder.renditions.values()) / seconds:.2f} x duration"),
        ("and stills, statistics, sound", f"{ladder.done / seconds:.2f} x duration"),
        ("processor time of all that", f"{ladder.processor / seconds:.2f} s a second of film"),
        ("three of HEVC done", f"{max(grows.renditions.values()) / hevc_seconds:.2f} x duration"),
        ("load average, 1, 5, 15 minutes", "{:.1f}, {:.1f}, {:.1f}".format(*os.getloadavg())),
    ]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Time the media pipeline.")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    asked = parser.parse_args()
    rows = asyncio.run(run(asked.folder, asked.seconds))
    width = max(len(what) for what, _ in rows)
    sys.stdout.writelines(f"{what:<{width}}  {figure}\n" for what, figure in rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
