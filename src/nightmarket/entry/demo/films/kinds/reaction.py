"""Gray and Scott's reaction: coral grows, divides and fills the frame, lit from one side."""

from collections.abc import Iterator

import numpy as np

from nightmarket.entry.demo.films.paint import Ramp, enlarge, ramp, shade
from nightmarket.entry.demo.films.shot import Field, Kind, Picture, Pixels, Shot
from nightmarket.entry.demo.films.sound.acoustic import phasing

GRID = (126, 224)
SIZE = (252, 448)
STEPS_PER_PICTURE = 22
WARM_UP_STEPS = 1100
# Feed and kill: coral, worms, dividing cells, mazes with holes.
WATERS = ((0.0545, 0.062), (0.046, 0.0625), (0.0367, 0.0649), (0.039, 0.058))
RAMPS = (
    ramp("#fff1e0", "#ffc9a3", "#ff7f6b", "#b83b5e", "#3b1443", "#12061f"),
    ramp("#02111b", "#053f5c", "#1f9ea8", "#a6e3b8", "#fff9c9", "#ffffff"),
    ramp("#13070c", "#5a0f2e", "#d1345b", "#ffb74a", "#fff6d6", "#ffffff"),
    ramp("#f4f1de", "#a7c4a0", "#3d7c6b", "#1f4e5f", "#11212d", "#0a1017"),
)


def frames(shot: Shot) -> Iterator[Picture]:
    """A few drops in the middle; the slope of the dye gives the relief."""
    chance = shot.chance("reaction")
    feed, kill = shot.pick(WATERS)
    colours = shot.pick(RAMPS)
    food, dye = _drops(chance)
    for _ in range(WARM_UP_STEPS):
        food, dye = _next(food, dye, feed, kill)
    for _ in range(shot.frames_count):
        for _ in range(STEPS_PER_PICTURE):
            food, dye = _next(food, dye, feed, kill)
        yield Picture(_drawn(dye, colours))


def _drops(chance: np.random.Generator) -> tuple[Field, Field]:
    width, height = GRID
    food, dye = np.ones((height, width), np.float32), np.zeros((height, width), np.float32)
    for _ in range(int(chance.integers(16, 26))):
        x, y = int(chance.integers(12, width - 16)), int(chance.integers(15, height - 20))
        size = int(chance.integers(3, 7))
        dye[y : y + size, x : x + size] = 0.6
        food[y : y + size, x : x + size] = 0.4
    dye += chance.random((height, width), np.float32) * np.float32(0.02)
    return food, dye


def _next(food: Field, dye: Field, feed: float, kill: float) -> tuple[Field, Field]:
    eaten = food * dye * dye
    new_food = food + np.float32(0.21) * _around(food) - eaten + np.float32(feed) * (1 - food)
    new_dye = dye + np.float32(0.105) * _around(dye) + eaten - np.float32(feed + kill) * dye
    return new_food, new_dye


def _around(field: Field) -> Field:
    padded = np.pad(field, 1, mode="wrap")
    return padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:] - 4 * field


def _drawn(dye: Field, colours: Ramp) -> Pixels:
    big = enlarge(dye, *SIZE)
    relief = (np.roll(big, 2, 1) - np.roll(big, -2, 1)) + (np.roll(big, 3, 0) - np.roll(big, -3, 0))
    return shade(0.05 + big * np.float32(1.75) + relief * np.float32(0.7), colours)


KIND = Kind(fps=24, frames=frames, sound=phasing)
