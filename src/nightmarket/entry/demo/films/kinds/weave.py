"""A loom that weaves one-dimensional automata: every row of cloth is the next generation."""

from collections.abc import Iterator

import numpy as np

from nightmarket.entry.demo.films.paint import hex_rgb, opaque
from nightmarket.entry.demo.films.shot import Field, Kind, Picture, Shot
from nightmarket.entry.demo.films.sound.acoustic import gamelan

THREADS = 68
ROWS = 120
CELL = 4
ROWS_PER_SECOND = 15
# Totalistic rules of three colours whose cloth is lively and, from a mirrored row, symmetric.
CODES = (1893, 1083, 1020, 777, 690, 1884, 795, 912, 420)
DYES = (
    ("#f3e3c3", "#7a3e1d", "#1d1a2f"),
    ("#f6ead7", "#b23a48", "#12355b"),
    ("#fdf0d5", "#e09f3e", "#335c67"),
    ("#efe9f4", "#8d5a97", "#231942"),
    ("#e9f5db", "#d17b0f", "#31572c"),
)


def frames(shot: Shot) -> Iterator[Picture]:
    """The cloth scrolls up smoothly; a shuttle of light crosses it with every new row."""
    chance = shot.chance("weave")
    dyes = np.array([hex_rgb(dye) for dye in shot.pick(DYES)], np.float32) / 255
    total = ROWS + shot.frames_count * ROWS_PER_SECOND // shot.fps + 2
    cloth = _woven(chance, shot.pick(CODES), total)
    thread = _thread()
    fall = np.linspace(1.06, 0.72, ROWS * CELL, dtype=np.float32)[:, None, None]
    for index in range(shot.frames_count):
        pixels_up = index * ROWS_PER_SECOND * CELL // shot.fps
        first, rest = divmod(pixels_up, CELL)
        rows = dyes[cloth[first : first + ROWS + 1]]
        light = np.repeat(np.repeat(rows, CELL, 0), CELL, 1)[rest : rest + ROWS * CELL]
        lit = light * np.roll(thread, -rest, 0)[: ROWS * CELL] * fall
        yield Picture(opaque(lit + _sheen(index / shot.frames_count)))


def _woven(chance: np.random.Generator, code: int, rows_count: int) -> np.ndarray:
    outcome = np.array([code // 3**place % 3 for place in range(7)], np.uint8)
    row = _figure(chance, np.zeros(THREADS, np.uint8))
    cloth = np.empty((rows_count, THREADS), np.uint8)
    for index in range(rows_count):
        cloth[index] = row
        row = outcome[row + np.roll(row, 1) + np.roll(row, -1)]
        if index % 96 == 95 or not row.any():
            # A new figure now and then, as a weaver would, so the cloth never goes plain.
            row = _figure(chance, row)
    return cloth


def _figure(chance: np.random.Generator, row: np.ndarray) -> np.ndarray:
    middle, width = THREADS // 2, int(chance.integers(1, 5))
    half = chance.integers(1, 3, width)
    row = row.copy()
    row[middle - width : middle] = half
    row[middle : middle + width] = half[::-1]
    return row


def _thread() -> Field:
    """Over and under: a small relief on every cell, alternating like plain weave."""
    over = np.array(
        [
            [0.8, 0.98, 1, 0.86],
            [0.92, 1.08, 1.1, 0.96],
            [0.92, 1.06, 1.08, 0.96],
            [0.8, 0.96, 0.98, 0.86],
        ],
        np.float32,
    )
    pair = np.block([[over, over.T * 0.95], [over.T * 0.95, over]])
    repeats = (ROWS // 2 + 1, THREADS // 2)
    return np.tile(pair, repeats)[..., None].astype(np.float32)


def _sheen(phase: float) -> Field:
    """A diagonal band of light that wanders over the cloth once."""
    across = np.linspace(0, 1, THREADS * CELL, dtype=np.float32)[None, :]
    down = np.linspace(0, 1.6, ROWS * CELL, dtype=np.float32)[:, None]
    band = (across * 0.6 + down - phase * 3.2 + 0.5) % np.float32(3.2)
    return np.asarray((0.14 * np.exp(-((band - 0.5) ** 2) * 18))[..., None].astype(np.float32))


KIND = Kind(fps=30, frames=frames, sound=gamelan)
