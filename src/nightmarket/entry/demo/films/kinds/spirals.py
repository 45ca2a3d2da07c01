"""Belousov and Zhabotinsky's reaction: three dyes chase each other into turning spirals."""

from collections.abc import Iterator

import numpy as np

from nightmarket.entry.demo.films.paint import Ramp, coordinates, ramp, shade
from nightmarket.entry.demo.films.shot import Field, Kind, Picture, Pixels, Shot
from nightmarket.entry.demo.films.sound.beats import techno

SIZE = (162, 288)
WARM_UP_STEPS = 150
RAMPS = (
    ramp("#10002b", "#3c096c", "#c9184a", "#ff6d00", "#ffd60a", "#fffbe6"),
    ramp("#001219", "#005f73", "#0a9396", "#94d2bd", "#e9d8a6", "#ffffff"),
    ramp("#03071e", "#1d3557", "#457b9d", "#a8dadc", "#ffb4a2", "#fff1e6"),
    ramp("#1a0505", "#7a0c2e", "#e5383b", "#ff9e6d", "#ffe5b4", "#ffffff"),
)


def frames(shot: Shot) -> Iterator[Picture]:
    """Turner's three-field model; every dye feeds on the next one in the ring."""
    chance = shot.chance("spirals")
    colours = shot.pick(RAMPS)
    dyes = _seeded(chance)
    strength = float(chance.uniform(0.997, 1.012))
    for _ in range(WARM_UP_STEPS):
        dyes = _next(dyes, strength)
    light = 1.06 - 0.1 * coordinates(*SIZE)[1]
    shown = dyes[0]
    for _ in range(shot.frames_count):
        dyes = _next(dyes, strength)
        shown = shown + (dyes[0] - shown) * np.float32(0.6)
        yield Picture(_drawn(shown, dyes[1], light, colours))


def _seeded(chance: np.random.Generator) -> list[Field]:
    """Coarse noise: its grain sets how many spirals are born."""
    coarse = chance.random((3, SIZE[1] // 12, SIZE[0] // 9)).astype(np.float32)
    return [np.repeat(np.repeat(field, 12, 0), 9, 1) for field in coarse]


def _next(dyes: list[Field], strength: float) -> list[Field]:
    first, second, third = (_spread(dye) for dye in dyes)
    gain = np.float32(strength)
    return [
        np.clip(eater + eater * (gain * food - hunter), 0, 1)
        for eater, food, hunter in (
            (first, second, third),
            (second, third, first),
            (third, first, second),
        )
    ]


def _spread(dye: Field) -> Field:
    rows = dye + np.roll(dye, 1, 0) + np.roll(dye, -1, 0)
    return (rows + np.roll(rows, 1, 1) + np.roll(rows, -1, 1)) * np.float32(1 / 9)


def _drawn(dye: Field, shadow: Field, light: Field, colours: Ramp) -> Pixels:
    relief = (dye - np.roll(np.roll(dye, 2, 0), 1, 1)) * np.float32(0.35)
    return shade((dye * 0.78 + 0.1 - shadow * 0.1 + relief) * light, colours)


KIND = Kind(fps=24, frames=frames, sound=techno)
