"""A spiral galaxy of some ten thousand stars, seen at a slant, turning by one arm per loop."""

from collections.abc import Iterator

import numpy as np

from nightmarket.entry.demo.films.paint import (
    colours_of,
    coordinates,
    filmic,
    glow,
    ramp,
    splat,
)
from nightmarket.entry.demo.films.shot import Field, Kind, Picture, Shot
from nightmarket.entry.demo.films.sound.calm import choral

SIZE = (272, 480)
STARS = 11000
BACKGROUND_STARS = 420
RAMPS = (
    ramp("#fff4d6", "#ffc98b", "#ff7eb6", "#8a6bff", "#3fa7ff"),
    ramp("#fff8e7", "#ffe08a", "#ff9f5a", "#d14d72", "#5f4bb6"),
    ramp("#f2fff9", "#a8ffdf", "#4fd1c5", "#3b82f6", "#7c3aed"),
)


def frames(shot: Shot) -> Iterator[Picture]:
    """Stars keep their place in the arms (a density wave), so the loop closes after one arm."""
    chance = shot.chance("galaxy")
    colours = colours_of(shot.pick(RAMPS))
    arms = int(chance.choice((2, 3, 4)))
    radius, angle, height, light = _stars(chance, arms, colours)
    sky = _sky(chance)
    tilt = float(chance.uniform(0.6, 0.95))
    roll = float(chance.choice((-1, 1)) * chance.uniform(0.7, 1.1))
    for phase in shot.phases():
        turn = angle + 2 * np.pi * phase / arms
        lean = tilt + 0.1 * np.sin(2 * np.pi * phase)
        x, y, near = _projected(radius, turn, height, lean, roll)
        twinkle = (0.8 + 0.2 * np.sin(angle * 7 + 2 * np.pi * phase * 3))[:, None]
        drawn = splat((SIZE[1], SIZE[0]), x, y, light * near[:, None] * twinkle.astype(np.float32))
        yield Picture(filmic(sky + drawn + glow(drawn, 2, 4) * 2.4 + glow(drawn, 6, 8) * 2.2, 1.5))


def _stars(
    chance: np.random.Generator, arms: int, colours: Field
) -> tuple[Field, Field, Field, Field]:
    radius = np.sqrt(chance.random(STARS)).astype(np.float32) ** 1.35 * 1.15
    arm = chance.integers(0, arms, STARS) * (2 * np.pi / arms)
    spread = chance.normal(0, 0.30, STARS) * (1.15 - 0.5 * radius)
    angle = (arm + np.log(radius + 0.12) * 2.3 + spread).astype(np.float32)
    height = (
        chance.normal(0, 0.035, STARS) + chance.normal(0, 0.16, STARS) * np.exp(-radius * 7)
    ).astype(np.float32)
    place = np.clip(radius * 0.85 + chance.normal(0, 0.09, STARS), 0, 1)
    bright = chance.pareto(2.4, STARS).clip(0, 5) * 0.5 + 0.12
    light = colours[(place * 1023).astype(np.int32)] * bright[:, None]
    return radius, angle, height, light.astype(np.float32)


def _projected(
    radius: Field, turn: Field, height: Field, lean: float, roll: float
) -> tuple[Field, Field, Field]:
    flat_x, flat_y = radius * np.cos(turn), radius * np.sin(turn)
    depth = flat_y * np.sin(lean)
    up = flat_y * np.cos(lean) - height * np.sin(lean)
    near = 1 / (1 + 0.35 * depth)
    x, y = flat_x * near, up * near
    across = x * np.cos(roll) - y * np.sin(roll)
    down = x * np.sin(roll) + y * np.cos(roll)
    return (across * 0.78 + 0.47) * SIZE[0], down * 0.78 * SIZE[0] + SIZE[1] * 0.43, near


def _sky(chance: np.random.Generator) -> Field:
    x, y = coordinates(*SIZE)
    haze = np.exp(-(x**2 * 0.8 + (y + 0.2) ** 2 * 0.7))[..., None]
    sky = np.array([0.012, 0.012, 0.04], np.float32) + haze * np.array(
        [0.05, 0.025, 0.11], np.float32
    )
    where_x = chance.uniform(0, SIZE[0] - 1, BACKGROUND_STARS)
    where_y = chance.uniform(0, SIZE[1] - 1, BACKGROUND_STARS)
    light = chance.pareto(2, BACKGROUND_STARS).clip(0, 3)[:, None] * np.array([0.4, 0.42, 0.5])
    return np.asarray(sky + splat((SIZE[1], SIZE[0]), where_x, where_y, light.astype(np.float32)))


KIND = Kind(fps=24, frames=frames, sound=choral)
