"""Tiny films of every shape, made on the spot, whose pictures and sounds say where they belong."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from nightmarket.infra.media.job import Limits

RATE_HZ = 48_000
EAGER = Limits(nice=0)
"""Limits for tests, which share their machine and should not wait for everybody else."""

Paint = Callable[[float, int, int], NDArray[np.uint8]]
"""(seconds, width, height) to uint8[height, width, 3]."""


def corners(time_s: float, width: int, height: int) -> NDArray[np.uint8]:
    """Red top left, green top right, blue bottom left, grey bottom right; a white bar falls."""
    picture = np.full((height, width, 3), 90, np.uint8)
    picture[: height // 2, : width // 2] = (200, 20, 20)
    picture[: height // 2, width // 2 :] = (20, 160, 20)
    picture[height // 2 :, : width // 2] = (20, 20, 200)
    top = int(time_s * height / 4) % height
    picture[top : top + max(1, height // 30)] = 235
    return picture


def clock(time_s: float, width: int, height: int) -> NDArray[np.uint8]:
    """One grey for each half second, so that a frame tells its time: 30 + 20 a step."""
    return np.full((height, width, 3), 30 + 20 * int(time_s * 2 + 1e-6), np.uint8)


def tone(hertz: float, level: float) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """A steady tone."""
    return lambda times: level * np.sin(2 * np.pi * hertz * times)


QUIET_TONE = tone(440, 0.1)


@dataclass(frozen=True)
class Film:
    """What to make; the defaults are what a phone would upload, only smaller."""

    width: int = 180
    height: int = 320
    seconds: float = 2.0
    rate: Fraction = Fraction(25)
    codec: str = "libx264"
    pixels: str = "yuv420p"
    container: str = "mp4"
    rotation: int = 0  # Of the display matrix, counter-clockwise, as FFmpeg counts.
    paint: Paint = corners
    sound: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None = QUIET_TONE
    sound_codec: str = "aac"
    times: Sequence[float] | None = None  # Seconds of each frame; None: at the rate.
    colours: tuple[int, int, int] | None = None  # Primaries, transfer, matrix by H.273.
    metadata: dict[str, str] = field(default_factory=dict)


def make(path: Path, film: Film | None = None) -> Path:
    """Write the film and return its path."""
    film = film or Film()
    with av.open(str(path), "w", format=film.container) as output:
        output.metadata.update(film.metadata)
        video = output.add_stream(film.codec, rate=film.rate)
        assert isinstance(video, VideoStream)
        video.width, video.height, video.pix_fmt = film.width, film.height, film.pixels
        video.time_base = video.codec_context.time_base = Fraction(1, 30_000)
        fast = {"preset": "ultrafast"} if film.codec == "libx264" else {}
        video.codec_context.options = {"g": "25"} | fast
        if film.colours:
            context = video.codec_context
            context.color_primaries, context.color_trc, context.colorspace = film.colours
        if film.rotation:
            video.set_display_rotation(film.rotation)
        audio = None
        if film.sound is not None:
            audio = _sound_stream(output, film.sound_codec)
        for frame in _frames(film):
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
        if audio is not None:
            _write_sound(output, audio, film)
    return path


def make_sound(path: Path, seconds: float, hertz: float) -> Path:
    """Write a sound without a picture."""
    with av.open(str(path), "w", format="ipod") as output:
        audio = _sound_stream(output, "aac")
        _write_sound(output, audio, Film(seconds=seconds, sound=tone(hertz, 0.3)))
    return path


def _sound_stream(output: OutputContainer, codec: str) -> AudioStream:
    audio = output.add_stream(codec, rate=RATE_HZ)
    assert isinstance(audio, AudioStream)
    audio.codec_context.layout = "stereo"
    return audio


def _frames(film: Film) -> Iterator[av.VideoFrame]:
    count = int(film.seconds * film.rate)
    times = film.times or [float(index / film.rate) for index in range(count)]
    for time_s in times:
        picture = film.paint(time_s, film.width, film.height)
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = round(time_s * 30_000), Fraction(1, 30_000)
        yield frame


def _write_sound(output: OutputContainer, audio: AudioStream, film: Film) -> None:
    assert film.sound is not None
    samples = film.sound(np.arange(int(film.seconds * RATE_HZ)) / RATE_HZ).astype(np.float32)
    size = audio.codec_context.frame_size or 1024
    layout = audio.codec_context.format.name
    for start in range(0, len(samples), size):
        mono = samples[start : start + size]
        block = np.stack([mono, mono])
        if layout == "s16":
            block = (block.T.reshape(1, -1) * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(block, format=layout, layout="stereo")
        frame.sample_rate, frame.pts = RATE_HZ, start
        frame.time_base = Fraction(1, RATE_HZ)
        output.mux(audio.encode(frame))
    output.mux(audio.encode(None))


@dataclass(frozen=True)
class Seen:
    """A file as a player sees it."""

    width: int
    height: int
    times: list[float]
    key_times: list[float]
    pictures: list[NDArray[np.uint8]]
    sound: NDArray[np.float32] | None  # float32[samples, channels]

    def at(self, time_s: float) -> NDArray[np.uint8]:
        """The picture on the screen at a time."""
        index = max(i for i, time in enumerate(self.times) if time <= time_s + 1e-6)
        return self.pictures[index]


def see(path: Path) -> Seen:
    """Decode everything, turning the picture as the display matrix says for quarter turns."""
    times, keys, pictures = [], [], []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            times.append(frame.time)
            if frame.key_frame:
                keys.append(frame.time)
            turns = round(frame.rotation / 90) % 4
            picture = np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)
            pictures.append(np.rot90(picture, turns))
    height, width = pictures[0].shape[:2]
    return Seen(width, height, times, keys, pictures, hear(path))


def hear(path: Path) -> NDArray[np.float32] | None:
    """Decode the sound: float32[samples, channels], or None."""
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None
        blocks = [frame.to_ndarray().T for frame in container.decode(audio=0)]
        return np.concatenate(blocks) if blocks else None


def loudest_hertz(sound: NDArray[np.float32]) -> float:
    """Frequency that carries the most energy."""
    spectrum = np.abs(np.fft.rfft(sound[:, 0]))
    return float(np.argmax(spectrum) * RATE_HZ / len(sound))


def mean_colour(picture: NDArray[np.uint8], corner: str) -> tuple[int, int, int]:
    """Mean of the middle of a quarter: "tl", "tr", "bl" or "br"."""
    height, width = picture.shape[:2]
    rows = slice(height // 8, height * 3 // 8) if corner[0] == "t" else slice(height * 5 // 8, -2)
    columns = slice(width // 8, width * 3 // 8) if corner[1] == "l" else slice(width * 5 // 8, -2)
    red, green, blue = np.median(picture[rows, columns].reshape(-1, 3), axis=0)
    return int(red), int(green), int(blue)
