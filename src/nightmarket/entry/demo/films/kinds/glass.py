"""Stained glass: Voronoi panes in lead that drift, with the sun moving behind them."""

from collections.abc import Iterator

import numpy as np

from nightmarket.entry.demo.films.paint import coordinates, filmic, glow, hex_rgb
from nightmarket.entry.demo.films.shot import Field, Kind, Picture, Shot
from nightmarket.entry.demo.films.sound.calm import choral

SIZE = (180, 320)
PANES = 46
PALETTES = (
    ("#d62246", "#f6ae2d", "#1d4e89", "#0f8b8d", "#6a2c70", "#f26419"),
    ("#0a369d", "#4472ca", "#5e7ce0", "#92b4f4", "#cfdee7", "#ffb703"),
    ("#386641", "#6a994e", "#a7c957", "#f2e8cf", "#bc4749", "#e09f3e"),
    ("#7209b7", "#f72585", "#3a0ca3", "#4cc9f0", "#ff9e00", "#ffd6e0"),
)


def frames(shot: Shot) -> Iterator[Picture]:
    """Every seed point walks a small ellipse; lead is where two nearest points are equally far."""
    chance = shot.chance("glass")
    palette = np.array([hex_rgb(colour) for colour in shot.pick(PALETTES)], np.float32) / 255
    x, y = coordinates(*SIZE)
    base_x, base_y = _scattered(chance)
    tint = palette[chance.integers(0, len(palette), PANES)] * chance.uniform(
        0.75, 1.15, (PANES, 1)
    ).astype(np.float32)
    start = chance.uniform(0, 2 * np.pi, PANES)
    ripple = (1 + 0.07 * np.sin(x * 31 + 3 * np.sin(y * 17)) * np.sin(y * 27))[..., None].astype(
        np.float32
    )
    for phase in shot.phases():
        angle = 2 * np.pi * phase
        point_x = (base_x + 0.11 * np.cos(angle + start)).astype(np.float32)
        point_y = (base_y + 0.11 * np.sin(angle + start * 2)).astype(np.float32)
        pane, lead = _panes(x, y, point_x, point_y)
        sun = (x - 0.7 * np.cos(angle)) ** 2 + (y + 0.5 - 0.8 * np.sin(angle)) ** 2
        light = (0.34 + 1.5 * np.exp(-sun * 1.1))[..., None]
        lit = tint[pane] ** 1.35 * light * ripple * lead[..., None]
        yield Picture(filmic(lit * 1.25 + glow(lit, 3, 4) * 0.45 + 0.01, 1.5))


def _scattered(chance: np.random.Generator) -> tuple[Field, Field]:
    """Points spread evenly: each is the best of twelve tries."""
    points = [(0.0, 0.0)]
    while len(points) < PANES:
        tries = np.stack([chance.uniform(-1.1, 1.1, 12), chance.uniform(-1.9, 1.9, 12)], axis=1)
        gaps = ((tries[:, None, :] - np.array(points)[None, :, :]) ** 2).sum(axis=2).min(axis=1)
        points.append(tuple(tries[gaps.argmax()]))
    table = np.array(points, np.float32)
    return table[:, 0], table[:, 1]


def _panes(x: Field, y: Field, point_x: Field, point_y: Field) -> tuple[np.ndarray, Field]:
    first, second = np.full_like(x, 99), np.full_like(x, 99)
    pane = np.zeros(x.shape, np.int32)
    for index in range(PANES):
        # Only the rows and columns that this point can reach are looked at.
        rows = slice(*np.searchsorted(y[:, 0], (point_y[index] - 0.75, point_y[index] + 0.75)))
        columns = slice(*np.searchsorted(x[0], (point_x[index] - 0.75, point_x[index] + 0.75)))
        area = (rows, columns)
        away = (x[area] - point_x[index]) ** 2 + (y[area] - point_y[index]) ** 2
        closer = away < first[area]
        second[area] = np.minimum(second[area], np.maximum(away, first[area]))
        first[area] = np.minimum(first[area], away)
        pane[area] = np.where(closer, index, pane[area])
    gap = np.sqrt(second) - np.sqrt(first)
    return pane, np.clip((gap - 0.022) * 34, 0.03, 1) * (0.8 + 0.25 * np.clip(gap * 4, 0, 1))


KIND = Kind(fps=24, frames=frames, sound=choral)
