"""Music made visible: a ring of spectrum bars breathes around a disc to its own sound."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from nightmarket.entry.demo.films.paint import colours_of, coordinates, filmic, glow, ramp
from nightmarket.entry.demo.films.shot import RATE_HZ, Audio, Field, Kind, Picture, Shot
from nightmarket.entry.demo.films.sound.beats import house, synthwave, techno

SIZE = (232, 416)
BARS = 72
WINDOW = 4096
PIECES = (synthwave, techno, house)
CENTRE_Y = -0.14
RAMPS = (
    ramp("#00f5d4", "#00bbf9", "#9b5de5", "#f15bb5", "#fee440", "#00f5d4"),
    ramp("#ff9f1c", "#ff4040", "#c71f66", "#5f0f99", "#ff9f1c"),
    ramp("#b8f2e6", "#5e60ce", "#f72585", "#ffb3c6", "#b8f2e6"),
)


def sound(shot: Shot) -> Audio:
    """One of three club styles, by seed."""
    return shot.pick(PIECES)(shot)


def frames(shot: Shot) -> Iterator[Picture]:
    """Bars rise at once and fall slowly; the bass moves the disc and the light behind it."""
    colours = colours_of(shot.pick(RAMPS))
    levels, waves = _analysed(sound(shot), shot)
    x, y = coordinates(*SIZE)
    y = y - np.float32(CENTRE_Y * 1.78)
    reach, turn = np.hypot(x, y), np.arctan2(x, -y) / np.float32(2 * np.pi) + np.float32(0.5)
    spokes = _Spokes(turn)
    for index in range(shot.frames_count):
        phase = index / shot.frames_count
        bass = float(levels[index, :6].mean())
        drawn = _ring(reach, spokes, levels[index], bass)
        wave = _line(reach, turn, waves[index], bass)
        hue = colours[(((turn + phase) % 1) * 1023).astype(np.int32)]
        light = hue * (drawn + wave)[..., None]
        back = hue * (np.exp(-reach * 1.5) * (0.10 + 0.5 * bass))[..., None]
        yield Picture(filmic(light * 1.3 + glow(light, 3, 8) * 1.4 + back + 0.012, 1.7))


def _analysed(samples: Audio, shot: Shot) -> tuple[Field, Field]:
    """Per picture: BARS levels 0..1 mirrored left and right, and a piece of the waveform."""
    mono = samples.mean(axis=1)
    mono = mono / (np.abs(mono).max() + 1e-6)
    edges = np.geomspace(40, 9000, BARS // 2 + 1) * WINDOW / RATE_HZ
    window = np.hanning(WINDOW).astype(np.float32)
    levels = np.zeros((shot.frames_count, BARS), np.float32)
    waves = np.zeros((shot.frames_count, 256), np.float32)
    held = np.zeros(BARS // 2)
    wrapped = np.concatenate([mono, mono[:WINDOW]])
    for index in range(shot.frames_count):
        start = index * RATE_HZ // shot.fps
        piece = wrapped[start : start + WINDOW]
        size = np.abs(np.fft.rfft(piece * window))
        bands = np.array(
            [size[int(low) : max(int(low) + 1, int(high))].mean() for low, high in pairwise(edges)]
        )
        loud = np.log1p(bands * np.linspace(0.6, 9, BARS // 2) * 0.35) / 3.6
        held = np.maximum(loud, held * 0.86)
        levels[index] = np.concatenate([held, held[::-1]])
        waves[index] = piece[:2048:8] * np.hanning(256)
    return np.clip(levels, 0, 1), waves


class _Spokes:
    """Which bar each pixel belongs to, and how near to its middle it is."""

    def __init__(self, turn: Field) -> None:
        place = turn * np.float32(BARS)
        self.bar = np.minimum(place.astype(np.int32), BARS - 1)
        self.core = np.clip((0.36 - np.abs(place - self.bar - 0.5)) * 7, 0, 1).astype(np.float32)


def _ring(reach: Field, spokes: _Spokes, levels: Field, bass: float) -> Field:
    inner = np.float32(0.40 + 0.05 * bass)
    outer = inner + np.float32(0.04) + levels[spokes.bar] * np.float32(0.46)
    inside = np.clip((reach - inner) * 90, 0, 1) * np.clip((outer - reach) * 90, 0, 1)
    return np.asarray(inside * spokes.core * np.clip(0.55 + (reach - inner) * 1.4, 0, 1.3))


def _line(reach: Field, turn: Field, wave: Field, bass: float) -> Field:
    """The waveform bent into a circle inside the bars."""
    shape = wave[(turn * 255).astype(np.int32)]
    away = np.abs(reach - np.float32(0.31 + 0.05 * bass) - shape * np.float32(0.11))
    return np.asarray(
        np.exp(-away * 95) * 0.9 + np.exp(-((reach / (0.17 + 0.06 * bass)) ** 4)) * 0.34
    )


KIND = Kind(fps=30, frames=frames, sound=sound)
