"""A drive towards a striped sun: neon grid, ridges that rise at the sides, a sky full of stars."""

from collections.abc import Iterator

import numpy as np

from nightmarket.entry.demo.films.paint import coordinates, filmic, glow, hex_rgb
from nightmarket.entry.demo.films.shot import Field, Kind, Picture, Shot
from nightmarket.entry.demo.films.sound.beats import synthwave

SIZE = (232, 416)
HORIZON = -0.08
# Sky above, sky at the horizon, grid, sun above, sun below.
SCENES = (
    ("#0b0326", "#ff3d8b", "#19e3ff", "#ffe66d", "#ff2e7e"),
    ("#020a20", "#7b2ff7", "#ff6ec7", "#fff1a8", "#ff7b54"),
    ("#02161c", "#0fb5a8", "#ffd447", "#fff3c4", "#ff8c61"),
)


def frames(shot: Shot) -> Iterator[Picture]:
    """The ground is a look-up from screen to road, so a picture costs a few field operations."""
    chance = shot.chance("sunset")
    colours: list[Field] = [
        np.array(hex_rgb(colour), np.float32) / 255 for colour in shot.pick(SCENES)
    ]
    x, y = coordinates(*SIZE)
    sky = _sky(chance, x, y, colours)
    below = np.maximum(y - HORIZON, 1e-3)
    far = np.float32(0.42) / below
    is_ground = np.clip((y - HORIZON) * 120, 0, 1)
    cells = max(4, round(shot.seconds * 2.2))
    for phase in shot.phases():
        road = far + np.float32(phase * cells)
        bend = np.float32(0.35 * np.sin(2 * np.pi * phase)) * (far * 0.12) ** 2
        side = x * far * np.float32(1.5) + bend
        grid = _grid(side, road, far) * is_ground
        sun = _sun(x, y, phase, colours)
        light = (sky + sun) * (1 - is_ground[..., None]) + colours[2] * grid[..., None]
        haze = np.exp(-np.abs(y - HORIZON) * 9)[..., None] * colours[1] * 0.5
        yield Picture(filmic(light + haze + glow(light, 3, 8) * 0.8, 1.35))


def _grid(side: Field, road: Field, far: Field) -> Field:
    """Lines get as wide as a pixel is deep, so that they do not flicker far away."""
    width = np.float32(0.016) + far * np.float32(0.012)
    lanes = np.abs((side * 2.6 + 0.5) % 1 - 0.5)
    rungs = np.abs(road % 1 - 0.5)
    line = np.clip((lanes - 0.5 + width) / width, 0, 1) + np.clip(
        (rungs - 0.5 + width) / width, 0, 1
    )
    fade = np.exp(-far * 0.055)
    body = np.clip(0.05 + 0.03 * np.abs(side), 0, 0.2)
    return np.asarray((line * fade * 1.1 + body * fade * 0.6).astype(np.float32))


def _sun(x: Field, y: Field, phase: float, colours: list[Field]) -> Field:
    away = np.hypot(x, y - HORIZON + 0.5)
    disc = np.clip((0.55 - away) * 70, 0, 1)
    low = np.clip((y - HORIZON + 1.05) / 1.05, 0, 1)
    stripe = np.sin(y * 34 + np.float32(2 * np.pi * phase * 4))
    cut = np.clip((stripe + 1.35 - 1.75 * low) * 6, 0, 1)
    tint = colours[3] * (1 - low[..., None]) + colours[4] * low[..., None]
    halo = np.exp(-np.maximum(away - 0.5, 0) * 3.2)[..., None] * colours[4] * 0.35
    return np.asarray(tint * (disc * np.where(low < 0.45, 1, cut))[..., None] * 0.95 + halo)


def _sky(chance: np.random.Generator, x: Field, y: Field, colours: list[Field]) -> Field:
    high = np.clip((HORIZON - y) / 1.7, 0, 1)[..., None] ** 0.55
    sky = colours[1] * (1 - high) * 0.8 + colours[0] * high
    stars = np.zeros(x.shape, np.float32)
    stars[chance.integers(0, 200, 110), chance.integers(0, SIZE[0], 110)] = chance.uniform(
        0.2, 1, 110
    )
    ridge = sum(
        height * np.sin(x[0] * turns + chance.uniform(0, 6))
        for height, turns in ((0.05, 5), (0.035, 11), (0.02, 23))
    )
    top = HORIZON - 0.10 - np.asarray(ridge) * 0.8 - 0.34 * np.clip(np.abs(x[0]) - 0.42, 0, 1)
    rock = np.clip((y - top[None, :]) * 130, 0, 1)[..., None]
    return np.asarray(
        (sky + stars[..., None] * high) * (1 - rock * 0.93) + rock * colours[0] * 0.25
    )


KIND = Kind(fps=30, frames=frames, sound=synthwave)
