"""Lava lamp: warm blobs rise, merge and part in coloured oil."""

from collections.abc import Iterator

import numpy as np

from nightmarket.entry.demo.films.paint import coordinates, filmic, hex_rgb
from nightmarket.entry.demo.films.shot import Field, Kind, Picture, Shot
from nightmarket.entry.demo.films.sound.calm import lofi

SIZE = (216, 384)
BLOBS = 9
# Deep oil, wax in shadow, wax in light, rim.
PALETTES = (
    ("#2a0845", "#e0218a", "#ffb347", "#ffe9c9"),
    ("#03203c", "#00a7a0", "#c8f169", "#f4ffe0"),
    ("#1c0b2e", "#5b3df5", "#ff7ac6", "#ffe3f4"),
    ("#250902", "#d9381e", "#ffc145", "#fff3d0"),
)


def frames(shot: Shot) -> Iterator[Picture]:
    """Wax is the level set of summed fields; its slope gives light as on a rounded thing."""
    chance = shot.chance("plasma")
    oil, dark, light, rim = (
        np.array(hex_rgb(colour), np.float32) / 255 for colour in shot.pick(PALETTES)
    )
    x, y = coordinates(*SIZE)
    base = chance.uniform(-0.55, 0.55, BLOBS)
    size = chance.uniform(0.16, 0.34, BLOBS)
    turns = chance.choice((1, 1, 2), BLOBS)
    start = chance.uniform(0, 2 * np.pi, BLOBS)
    warm = (0.25 + 0.75 * (y + 1.78) / 3.56)[..., None]
    backdrop = oil * (0.35 + 1.5 * warm**2)
    for phase in shot.phases():
        angle = 2 * np.pi * phase
        field = _pools(x, y, angle)
        for index in range(BLOBS):
            swing = angle * turns[index] + start[index]
            centre_x = base[index] + 0.16 * np.sin(swing * 1 + index)
            centre_y = 1.75 * np.cos(swing + 0.35 * np.sin(swing))
            stretch = 1 + 0.35 * np.sin(swing) ** 2
            away = (x - centre_x) ** 2 * stretch + (y - centre_y) ** 2 / stretch
            field += size[index] ** 2 / (away + 0.004)
        yield Picture(filmic(_lit(field, backdrop, warm, (dark, light, rim)), 1.75))


def _pools(x: Field, y: Field, angle: float) -> Field:
    """Wax that rests at the bottom and at the top."""
    sway = 0.06 * np.sin(3 * x + angle) + 0.04 * np.sin(5 * x - 2 * angle)
    return np.asarray(
        (np.exp((y - 1.62 + sway) * 7) + np.exp((-y - 1.72 + sway) * 8)).astype(np.float32)
    )


def _lit(field: Field, backdrop: Field, warm: Field, wax: tuple[Field, Field, Field]) -> Field:
    dark, light, rim = wax
    inside = np.clip((field - 0.94) * 9, 0, 1)[..., None]
    height = np.sqrt(np.clip(1 - 1 / np.maximum(field, 1), 0, 1))
    down, across = np.gradient(height)
    facing = np.clip(0.55 - across * 7 + down * 9, 0, 1.4)[..., None]
    halo = np.clip(field - 0.25, 0, 0.7)[..., None] * 0.35
    body = dark**1.4 * (0.35 + 0.6 * warm) + light**1.6 * facing * (0.15 + 0.95 * warm)
    edge = np.exp(-((field - 1.04) ** 2) * 160)[..., None] * rim * 0.35
    return np.asarray((backdrop + dark * halo) * (1 - inside) + body * inside + edge)


KIND = Kind(fps=30, frames=frames, sound=lofi)
