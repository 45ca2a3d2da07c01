"""Coloured ink in still water: a small fluid solver carries three dyes that curl and mix."""

from collections.abc import Iterator

import numpy as np

from nightmarket.entry.demo.films.paint import enlarge, filmic, hex_rgb, vignette
from nightmarket.entry.demo.films.shot import Field, Kind, Picture, Shot
from nightmarket.entry.demo.films.sound.calm import ambient

GRID = (90, 160)
SIZE = (180, 320)
WARM_UP_STEPS = 40
SCENES = (
    ("#f3ead8", ("#d7263d", "#1b998b", "#2e294e")),
    ("#070b1c", ("#ff5d8f", "#5ec8ff", "#ffd56b")),
    ("#efe6ff", ("#5f0f9e", "#ff6b35", "#0496ff")),
    ("#05130f", ("#36f1cd", "#f9c80e", "#ea3546")),
)


def frames(shot: Shot) -> Iterator[Picture]:
    """Dark ground: dyes give light. Light ground: dyes take it away, like ink on paper."""
    chance = shot.chance("smoke")
    ground_hex, dyes_hex = shot.pick(SCENES)
    ground = np.array(hex_rgb(ground_hex), np.float32) / 255
    dyes = np.array([hex_rgb(colour) for colour in dyes_hex], np.float32) / 255
    is_dark = bool(ground.mean() < 0.5)
    water = _Water(chance)
    for _ in range(WARM_UP_STEPS):
        water.step()
    dark = vignette(*SIZE, 0.35)
    for _ in range(shot.frames_count):
        water.step()
        dense = enlarge(np.stack(water.dyes, axis=-1), *SIZE)
        if is_dark:
            yield Picture(filmic((ground * 1.2 + dense @ dyes * 1.5) * dark, 1.3))
        else:
            paper = ground * np.exp(-(dense @ (1.05 - dyes)) * 1.7)
            yield Picture(filmic(-np.log(np.maximum(1 - paper * dark * 0.97, 0.01)), 1.0))


class _Water:
    """Velocity made free of divergence by a Fourier projection; everything wraps around."""

    def __init__(self, chance: np.random.Generator) -> None:
        width, height = GRID
        self.speed = np.zeros((2, height, width), np.float32)
        self.dyes = [np.zeros((height, width), np.float32) for _ in range(3)]
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
        self.rows, self.columns = rows, columns
        across, down = np.fft.rfftfreq(width)[None, :], np.fft.fftfreq(height)[:, None]
        self.across, self.down = across.astype(np.float32), down.astype(np.float32)
        self.square = np.maximum(self.across**2 + self.down**2, 1e-9).astype(np.float32)
        self.age = 0
        self.start = chance.uniform(0, 2 * np.pi, 3)
        self.pace = chance.uniform(0.02, 0.035, 3) * chance.choice((-1, 1), 3)
        self.middle = chance.uniform(0.3, 0.66, (3, 2))

    def step(self) -> None:
        """Three nozzles move, push and colour; then everything drifts with the water."""
        for index in range(3):
            self._pour(index)
        self._project()
        back_x = self.columns - self.speed[0]
        back_y = self.rows - self.speed[1]
        moved = _drifted([self.speed[0], self.speed[1], *self.dyes], back_x, back_y)
        self.speed = np.stack(moved[:2]) * np.float32(0.992)
        self.dyes = [dye * np.float32(0.9915) for dye in moved[2:]]
        self.age += 1

    def _pour(self, index: int) -> None:
        angle = self.start[index] + self.age * self.pace[index]
        x = (self.middle[index, 0] + 0.24 * np.cos(angle)) * GRID[0]
        y = (self.middle[index, 1] + 0.22 * np.sin(angle * 1.7 + index)) * GRID[1]
        spot = np.exp(-((self.columns - x) ** 2 + (self.rows - y) ** 2) / 22).astype(np.float32)
        self.dyes[index] += spot * np.float32(0.22)
        push = angle * 1.3 + index * 2.1
        self.speed[0] += spot * np.float32(0.40 * np.cos(push))
        self.speed[1] += spot * np.float32(0.40 * np.sin(push))

    def _project(self) -> None:
        across, down = np.fft.rfft2(self.speed[0]), np.fft.rfft2(self.speed[1])
        source = (across * self.across + down * self.down) / self.square
        shape = (GRID[1], GRID[0])
        self.speed[0] = np.fft.irfft2(across - source * self.across, shape)
        self.speed[1] = np.fft.irfft2(down - source * self.down, shape)


def _drifted(fields: list[Field], x: Field, y: Field) -> list[Field]:
    """Look up every field where its water came from, with bilinear weights."""
    width, height = GRID
    left, top = np.floor(x), np.floor(y)
    right_part, low_part = x - left, y - top
    column, row = left.astype(np.int32) % width, top.astype(np.int32) % height
    next_column, next_row = (column + 1) % width, (row + 1) % height
    weights = (
        (1 - right_part) * (1 - low_part),
        right_part * (1 - low_part),
        (1 - right_part) * low_part,
        right_part * low_part,
    )
    places = (
        row * width + column,
        row * width + next_column,
        next_row * width + column,
        next_row * width + next_column,
    )
    return [
        np.sum(
            [np.take(field, place) * share for place, share in zip(places, weights, strict=True)],
            axis=0,
        )
        for field in fields
    ]


KIND = Kind(fps=24, frames=frames, sound=ambient)
