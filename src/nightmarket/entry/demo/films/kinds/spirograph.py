"""A pen on nested wheels: one glowing line draws a rosette, then the next."""

from collections.abc import Iterator

import numpy as np

from nightmarket.entry.demo.films.paint import (
    Points,
    colours_of,
    filmic,
    glow,
    hex_rgb,
    ramp,
    splat,
    vignette,
)
from nightmarket.entry.demo.films.shot import Field, Kind, Picture, Shot
from nightmarket.entry.demo.films.sound.acoustic import music_box

SIZE = (240, 424)
POINTS_PER_PICTURE = 1500
DRAWN_UNTIL = 0.88
RAMPS = (
    ramp("#ff4d8d", "#ffb347", "#fff3b0", "#5ef2c7", "#4d7cff", "#c04dff", "#ff4d8d"),
    ramp("#ffd700", "#ff8c42", "#ff3c6f", "#a23bff", "#ffd700"),
    ramp("#7afcff", "#4d9bff", "#a77bff", "#ff8be0", "#7afcff"),
    ramp("#f9f7d9", "#f2b880", "#c98686", "#7e5a9b", "#f9f7d9"),
)
GROUNDS = ("#0b0820", "#041a22", "#1a0712", "#0d1117")


def frames(shot: Shot) -> Iterator[Picture]:
    """The whole figure turns slowly while it is drawn; at the end it fades for the loop."""
    chance = shot.chance("spirograph")
    colours = colours_of(shot.pick(RAMPS))
    dark = np.array(hex_rgb(shot.pick(GROUNDS)), np.float32) / 255
    ground = dark * np.float32(1.6) * vignette(*SIZE, 0.8)
    curve = _wheels(chance)
    drawn = np.zeros((SIZE[1], SIZE[0], 3), np.float32)
    count = int(shot.frames_count * DRAWN_UNTIL)
    for index in range(shot.frames_count):
        pen = np.zeros_like(drawn)
        if index < count:
            turn = (index + np.linspace(0, 1, POINTS_PER_PICTURE, endpoint=False)) / count
            x, y = _point(curve, turn)
            light = colours[((turn * 3 % 1) * 1023).astype(np.int32)] * 0.05
            drawn += splat((SIZE[1], SIZE[0]), x, y, light.astype(np.float32))
            pen = splat((SIZE[1], SIZE[0]), x[-40:], y[-40:], np.full((40, 3), 0.6, np.float32))
        fade = min(1.0, (shot.frames_count - index) / (shot.frames_count - count))
        halo = glow(drawn, 2, 4) * 0.75 + glow(pen, 2, 4) * 6
        yield Picture(filmic(ground + (drawn + halo + pen) * np.float32(fade), 2.1))


def _wheels(chance: np.random.Generator) -> tuple[tuple[float, float, float], ...]:
    """Radius, whole turns and phase of each arm; whole turns close the curve."""
    fold = int(chance.integers(3, 9))
    first = int(chance.choice((11, 13, 17, 19)))
    second = first - fold * int(chance.integers(2, 5))
    third = second - fold * int(chance.choice((3, 5)))
    inner = float(chance.uniform(0.30, 0.42))
    outer = float(chance.uniform(0.10, 0.22))
    radii = np.array((1 - inner - outer, inner, outer)) * 0.97
    start = float(chance.uniform(0, 2 * np.pi))
    return tuple(
        (float(radius), float(turns), start * place)
        for place, (radius, turns) in enumerate(zip(radii, (first, second, third), strict=True))
    )


def _point(curve: tuple[tuple[float, float, float], ...], turn: Points) -> tuple[Field, Field]:
    angle = 2 * np.pi * turn
    x = sum(radius * np.cos(turns * angle + start) for radius, turns, start in curve)
    y = sum(radius * np.sin(turns * angle + start) for radius, turns, start in curve)
    half = SIZE[0] * 0.49
    return np.asarray(x) * half + SIZE[0] * 0.49, np.asarray(y) * half + SIZE[1] * 0.44


KIND = Kind(fps=30, frames=frames, sound=music_box)
