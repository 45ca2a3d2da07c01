"""A rainy window at night: city lights out of focus, drops that wait, gather and run."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from nightmarket.entry.demo.films.lettering import sprite_of
from nightmarket.entry.demo.films.paint import coordinates, filmic, glow, hex_rgb
from nightmarket.entry.demo.films.shot import (
    HEIGHT,
    WIDTH,
    Field,
    Kind,
    Picture,
    Shot,
    Sprite,
    Stamp,
)
from nightmarket.entry.demo.films.sound.calm import rainy

# Position, radius (pixels of the small picture), colour, breath, drift.
Disc = tuple[float, float, float, Field, float, float]

SIZE = (180, 320)
LIGHTS = 34
RESTING = 60
RUNNING = 9
NIGHTS = (
    ("#0a1026", "#1b1838", ("#ffb347", "#ff6b6b", "#ffe29a", "#6ec6ff", "#ff8fd0")),
    ("#071a1c", "#10302e", ("#ffd07a", "#7ef0c0", "#ff9d6e", "#9ad8ff", "#fff1c9")),
    ("#160b24", "#2c1440", ("#ff5da2", "#b388ff", "#ffcf70", "#66e0ff", "#ff8a5c")),
)


@dataclass(frozen=True, slots=True)
class Drop:
    """A drop on the pane; `turns` 0: it rests. Others run down that many times per film."""

    x: float
    y: float
    sprite: Sprite
    turns: int


def frames(shot: Shot) -> Iterator[Picture]:
    """Lights breathe and drift in whole cycles; running drops pause and slip as real ones do."""
    chance = shot.chance("window")
    night = shot.pick(NIGHTS)
    lights = _lights(chance, night[2])
    ground = _ground(night)
    drops = _drops(chance)
    for phase in shot.phases():
        light = ground.copy()
        for disc in lights:
            _shine(light, disc, phase)
        soft = light + glow(light, 3, 4) * 0.45
        yield Picture(filmic(soft, 1.35), tuple(_placed(drop, phase) for drop in drops))


def _ground(night: tuple[str, str, tuple[str, ...]]) -> Field:
    _, y = coordinates(*SIZE)
    top, low = (np.array(hex_rgb(colour), np.float32) / 255 for colour in night[:2])
    down = np.clip((y + 1.78) / 3.2, 0, 1)[..., None]
    return np.asarray(((top * (1 - down) + low * down) * 0.6).astype(np.float32))


def _lights(chance: np.random.Generator, colours: tuple[str, ...]) -> list[Disc]:
    lights: list[Disc] = []
    for _ in range(LIGHTS):
        deep = float(chance.random())
        x, y = float(chance.uniform(0, SIZE[0])), float(SIZE[1] * (0.30 + 0.5 * chance.beta(2, 2)))
        colour = np.array(hex_rgb(colours[chance.integers(len(colours))]), np.float32) / 255
        lights.append(
            (
                x,
                y,
                7 + 19 * deep,
                colour * (0.75 - 0.42 * deep),
                float(chance.uniform(0, 6)),
                float(chance.choice((-1, 1))),
            )
        )
    return lights


def _shine(light: Field, disc: Disc, phase: float) -> None:
    x, y, radius, colour, breath, drift = disc
    x = x + drift * 3 * np.sin(2 * np.pi * phase + breath)
    strength = np.float32(0.75 + 0.25 * np.sin(2 * np.pi * phase * 2 + breath))
    left, right = max(0, int(x - radius - 1)), min(SIZE[0], int(x + radius + 2))
    top, low = max(0, int(y - radius - 1)), min(SIZE[1], int(y + radius + 2))
    if left >= right or top >= low:
        return
    away = np.hypot(np.arange(left, right)[None, :] - x, np.arange(top, low)[:, None] - y)
    body = np.clip((radius - away) * 0.8, 0, 1) * (0.55 + 0.45 * (away / radius) ** 4)
    light[top:low, left:right] += body[..., None].astype(np.float32) * colour * strength


def _drops(chance: np.random.Generator) -> list[Drop]:
    shapes = [_lens(size, stretch) for size in (10, 16, 22, 30, 40, 52) for stretch in (1.0, 1.25)]
    resting = [
        Drop(
            float(chance.uniform(0, WIDTH)),
            float(chance.uniform(0, HEIGHT)),
            shapes[int(len(shapes) * chance.random() ** 2)],
            0,
        )
        for _ in range(RESTING)
    ]
    runner = _lens(30, 1.9)
    running = [
        Drop(
            WIDTH * (index + float(chance.uniform(0.2, 0.8))) / RUNNING,
            float(chance.uniform(0, HEIGHT)),
            runner,
            1,
        )
        for index in range(RUNNING)
    ]
    return resting + running


def _placed(drop: Drop, phase: float) -> Stamp:
    height, width = drop.sprite.mask.shape
    y = drop.y
    x = drop.x
    if drop.turns:
        part = (drop.y / HEIGHT + phase * drop.turns) % 1
        slip = part + 0.055 * np.sin(part * 2 * np.pi * 5 + drop.x)
        y = slip * (HEIGHT + 160) - 80
        x = drop.x + 7 * np.sin(y * 0.021 + drop.x)
    return Stamp(drop.sprite, round(x - width / 2), round(y - height / 2), 0.95)


def _lens(size: int, stretch: float) -> Sprite:
    """Water shows the scene upside down: bright below, dark rim above, one highlight."""
    tall = round(size * stretch)
    y, x = np.mgrid[-1 : 1 : (tall + 4) * 1j, -1 : 1 : (size + 4) * 1j]
    pear = x * (1 + 0.25 * np.clip(-y, 0, 1) * (stretch > 1.5))
    reach = np.hypot(pear, y)
    rim = np.clip(reach, 0, 1) ** 5
    low = np.clip(y * 0.8 + 0.3, 0, 1)
    shine = np.exp(-(((x + 0.35) / 0.2) ** 2 + ((y + 0.45) / 0.16) ** 2))
    data = np.zeros((*reach.shape, 4))
    for index, part in enumerate((235, 225, 245)):
        data[..., index] = part * (0.25 + 0.6 * low) * (1 - 0.7 * rim) + 255 * shine
    data[..., 3] = np.clip((1 - reach) * size * 0.35, 0, 1) * (
        70 + 120 * rim + 70 * low * (1 - rim) + 200 * shine
    )
    return sprite_of(Image.fromarray(np.clip(data, 0, 255).astype(np.uint8)))


KIND = Kind(fps=24, frames=frames, sound=rainy)
