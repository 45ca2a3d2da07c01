"""Conway's game from a mirrored start: a garden of squares that grows, fades and glows."""

from collections.abc import Iterator

import numpy as np

from nightmarket.entry.demo.films.paint import (
    colours_of,
    enlarge,
    filmic,
    glow,
    ramp,
    vignette,
)
from nightmarket.entry.demo.films.shot import Field, Kind, Picture, Pixels, Shot
from nightmarket.entry.demo.films.sound.beats import chiptune

CELLS = (45, 80)
CELL = 6
PICTURES_PER_STEP = 3
FADE = 0.80
RAMPS = (
    ramp("#080b1f", "#1b1464", "#7b2ff7", "#f107a3", "#ffd1dc"),
    ramp("#02130f", "#0b5345", "#1abc9c", "#f9e79f", "#ffffff"),
    ramp("#120a02", "#5c1f00", "#e85d04", "#ffba08", "#fff8e1"),
    ramp("#020a1a", "#08306b", "#2171b5", "#6be5ff", "#ffffff"),
)


def frames(shot: Shot) -> Iterator[Picture]:
    """Cells light up at once and cool slowly, so a still garden is dim and a birth is bright."""
    chance = shot.chance("life")
    colours = colours_of(shot.pick(RAMPS))
    alive = _soup(chance)
    heat = alive.astype(np.float32)
    tile = _tile()
    dark = vignette(CELLS[0] * CELL, CELLS[1] * CELL, 0.55)
    for index in range(shot.frames_count):
        if index % PICTURES_PER_STEP == 0 and index > shot.fps // 2:
            alive = _next(alive)
        target = np.where(alive, np.float32(1), np.float32(0))
        heat = np.maximum(heat * np.float32(FADE**0.5), target * np.where(heat > 0.5, heat, 1))
        heat = np.where(alive, np.maximum(heat * np.float32(0.965), np.float32(0.5)), heat)
        yield Picture(_drawn(heat, colours, tile, dark))


def _soup(chance: np.random.Generator) -> Pixels:
    width, height = CELLS
    quarter = chance.random((height // 2, width // 2 + 1)) < 0.38
    quarter[:5, :] = False
    half = np.concatenate([quarter, quarter[::-1]])
    return np.concatenate([half, half[:, -2::-1]], axis=1).astype(np.uint8)


def _next(alive: Pixels) -> Pixels:
    rows = alive + np.roll(alive, 1, 0) + np.roll(alive, -1, 0)
    around = rows + np.roll(rows, 1, 1) + np.roll(rows, -1, 1) - alive
    return np.asarray(((around == 3) | ((around == 2) & (alive == 1))).astype(np.uint8))


def _tile() -> Field:
    edge = np.array([0.12, 0.85, 1, 1, 0.85, 0.12], np.float32)
    return np.outer(edge, edge)


def _drawn(heat: Field, colours: Field, tile: Field, dark: Field) -> Pixels:
    width, height = CELLS[0] * CELL, CELLS[1] * CELL
    lit = colours[np.clip(heat * 960, 0, 1023).astype(np.int32)] * (0.05 + heat[..., None] * 0.95)
    squares = np.repeat(np.repeat(lit, CELL, 0), CELL, 1)
    squares *= np.tile(tile, (CELLS[1], CELLS[0]))[..., None]
    halo = enlarge(glow(lit, 2, 5), width, height)
    return filmic((squares + halo * 0.3 + colours[60] * 0.35) * dark, 1.9)


KIND = Kind(fps=24, frames=frames, sound=chiptune)
