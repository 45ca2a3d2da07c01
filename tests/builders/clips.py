"""Tiny real clips: H.264 and AAC in MP4, a moving bar on a coloured ground, a tone."""

import colorsys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

FPS = 25
SAMPLE_RATE = 48_000


def make_clip(
    path: Path, *, seconds: float = 2.0, hue: float = 0.6, width: int = 360, height: int = 640
) -> Path:
    """Write a clip and return its path; the same arguments give the same picture."""
    ground = tuple(int(255 * part) for part in colorsys.hsv_to_rgb(hue, 0.7, 0.8))
    frames = int(seconds * FPS)
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as container:
        video = container.add_stream("libx264", rate=FPS)
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        video.options = {"preset": "ultrafast", "g": str(FPS), "profile": "main"}
        audio = container.add_stream("aac", rate=SAMPLE_RATE)
        audio.layout = "stereo"
        for index in range(frames):
            picture = np.full((height, width, 3), ground, np.uint8)
            top = int((height - 60) * index / frames)
            picture[top : top + 60, :, :] = 255
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, FPS)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        times = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
        tone = (0.2 * np.sin(2 * np.pi * (220 + 440 * hue) * times)).astype(np.float32)
        sound = av.AudioFrame.from_ndarray(np.stack([tone, tone]), format="fltp", layout="stereo")
        sound.sample_rate, sound.pts = SAMPLE_RATE, 0
        container.mux(audio.encode(sound))
        container.mux(audio.encode(None))
    return path
