"""Writes pictures and sound as an MP4 that needs no transcoding: H.264, AAC, index in front."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.filter import Graph

from nightmarket.entry.demo.films.shot import (
    HEIGHT,
    RATE_HZ,
    WIDTH,
    Audio,
    Picture,
    Pixels,
    Stamp,
)

AUDIO_BLOCK = 1024
# Quality 28 at the fastest preset: about 1 Mbit/s for these pictures, 3 ms a picture on one core.
X264 = {"preset": "ultrafast", "crf": "28", "maxrate": "1350k", "bufsize": "2700k"}
SOUND_BPS = 160_000
# The default coder overshoots full scale when a film begins loud; this one does not, and is faster.
AAC = {"aac_coder": "fast"}


def write_film(path: Path, pictures: Iterable[Picture], sound: Audio, fps: int) -> None:
    """Write one file. `sound`: float32[samples, 2], -1..1. An existing file is replaced."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        video = container.add_stream("libx264", rate=fps, options=X264)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.codec_context.thread_count = 1
        video.codec_context.gop_size = fps * 2
        audio = container.add_stream("aac", rate=RATE_HZ, layout="stereo", options=AAC)
        audio.bit_rate = SOUND_BPS
        blocks = _blocks(sound)
        for index, frame in enumerate(_scaled(pictures, fps)):
            container.mux(video.encode(frame))
            for block in _until(blocks, index * RATE_HZ // fps):
                container.mux(audio.encode(block))
        for block in blocks:
            container.mux(audio.encode(block))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))


def _scaled(pictures: Iterable[Picture], fps: int) -> Iterator[av.VideoFrame]:
    """Full-size frames with their stamps on; the filter graph lives as long as the film."""
    graph: Graph | None = None
    for index, picture in enumerate(pictures):
        if graph is None:
            graph = _graph(picture.pixels, fps)
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture.pixels), format="rgba")
        frame.pts = index
        graph.vpush(frame)
        scaled = graph.vpull()
        scaled.make_writable()
        scaled.pts = index
        scaled.time_base = Fraction(1, fps)
        for stamp in picture.stamps:
            _press(scaled, stamp)
        yield scaled


def _graph(pixels: Pixels, fps: int) -> Graph:
    height, width = pixels.shape[:2]
    graph = Graph()
    source = graph.add(
        "buffer",
        f"video_size={width}x{height}:pix_fmt=rgba:time_base=1/{fps}:pixel_aspect=1/1",
    )
    scale = graph.add(
        "scale", f"{WIDTH}:{HEIGHT}:flags=bicubic:out_color_matrix=bt709:out_range=tv"
    )
    pixel_format = graph.add("format", "yuv420p")
    sink = graph.add("buffersink")
    source.link_to(scale)
    scale.link_to(pixel_format)
    pixel_format.link_to(sink)
    graph.configure()
    return graph


def _press(frame: av.VideoFrame, stamp: Stamp) -> None:
    """Blend a sprite into the three planes of the frame, cut off at the edges."""
    sprite = stamp.sprite
    strength = round(min(max(stamp.opacity, 0.0), 1.0) * 256)
    if strength == 0:
        return
    half_x, half_y = stamp.x // 2, stamp.y // 2
    _blend(_plane(frame, 0), sprite.luma, sprite.mask, (stamp.x, stamp.y), strength)
    _blend(_plane(frame, 1), sprite.blue, sprite.mask_half, (half_x, half_y), strength)
    _blend(_plane(frame, 2), sprite.red, sprite.mask_half, (half_x, half_y), strength)


def _plane(frame: av.VideoFrame, index: int) -> Pixels:
    plane = frame.planes[index]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return np.asarray(rows[: plane.height, : plane.width])


def _blend(
    plane: Pixels, ink: Pixels, mask: Pixels, corner: tuple[int, int], strength: int
) -> None:
    x, y = corner
    left, top = max(x, 0), max(y, 0)
    right = min(x + ink.shape[1], plane.shape[1])
    bottom = min(y + ink.shape[0], plane.shape[0])
    if left >= right or top >= bottom:
        return
    area = plane[top:bottom, left:right]
    inside = (slice(top - y, bottom - y), slice(left - x, right - x))
    weight = (mask[inside].astype(np.int32) * strength) >> 8
    base = area.astype(np.int32)
    area[...] = base + (((ink[inside] - base) * weight + 127) // 255)


def _blocks(sound: Audio) -> Iterator[av.AudioFrame]:
    planar = np.ascontiguousarray(sound.T.astype(np.float32))
    for start in range(0, planar.shape[1], AUDIO_BLOCK):
        block = np.ascontiguousarray(planar[:, start : start + AUDIO_BLOCK])
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
        frame.sample_rate = RATE_HZ
        frame.pts = start
        frame.time_base = Fraction(1, RATE_HZ)
        yield frame


def _until(blocks: Iterator[av.AudioFrame], sample: int) -> Iterator[av.AudioFrame]:
    for block in blocks:
        yield block
        if block.pts is not None and block.pts >= sample:
            return
