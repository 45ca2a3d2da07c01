"""Recipes in a few breaths: each ingredient drops into the bowl while its line is read."""

from collections.abc import Iterator

import numpy as np
from PIL import Image

from nightmarket.entry.demo.films.larder import BOWLS, drawn
from nightmarket.entry.demo.films.lettering import centred, sprite_of, text_sprite, wrapped
from nightmarket.entry.demo.films.paint import coordinates, hex_rgb, opaque, overshoot, smooth
from nightmarket.entry.demo.films.shot import (
    WIDTH,
    Audio,
    Kind,
    Picture,
    Pixels,
    Shot,
    Sprite,
    Stamp,
)
from nightmarket.entry.demo.films.sound import drums
from nightmarket.entry.demo.films.sound.acoustic import kitchen_jazz

BACK = (90, 160)
BOWL_Y = 610
TEXT_TOP = 150
FALL_S = 0.55
# Table, wall, ink, accent.
KITCHENS = (
    ("#ffb562", "#ffe8c7", "#47201b", "#d1495b"),
    ("#3b8ea5", "#f5ee9e", "#1b2d33", "#ab3428"),
    ("#f49cbb", "#fdeff4", "#4a1942", "#dd2d4a"),
    ("#7cb518", "#fbf6d9", "#26350f", "#fb6107"),
)


def step_times_s(shot: Shot) -> list[float]:
    """When each line begins; the first word is the dish and stays a little longer."""
    count = len(shot.words)
    return [
        0.0,
        *(1.3 + (shot.seconds - 1.3 - 1.5) * step / (count - 1) for step in range(count - 1)),
    ]


def frames(shot: Shot) -> Iterator[Picture]:
    """The first word names the dish; each further one is `picture|line`."""
    wall, table, ink, accent = shot.pick(KITCHENS)
    room = _Room(table, wall)
    bowl = sprite_of(drawn(shot.pick(BOWLS), 330))
    front = _front_half(bowl)
    steps = [word.split("|") for word in shot.words[1:]]
    fallen = [sprite_of(drawn(picture, 118)) for picture, _ in steps]
    spots = [
        (int(90 * np.sin(index * 2.4)), int(-18 * np.cos(index * 1.7)) - 30)
        for index in range(len(steps))
    ]
    starts = step_times_s(shot)
    for index in range(shot.frames_count):
        now = index / shot.fps
        stamps = [centred(bowl, BOWL_Y, middle=WIDTH // 2 - 20)]
        for step, sprite in enumerate(fallen):
            stamps += _falling(sprite, spots[step], now - starts[step + 1])
        stamps.append(Stamp(front, stamps[0].x, stamps[0].y + front_offset(bowl)))
        stamps += _words(shot, now, starts, (ink, accent))
        stamps += _steam(now, shot.seconds)
        yield Picture(room.at(index / shot.frames_count), tuple(stamps))


def front_offset(bowl: Sprite) -> int:
    """Pixels from the top of the bowl to the rim that hides what lies in it."""
    return int(bowl.mask.shape[0]) * 46 // 100 // 2 * 2


def _front_half(bowl: Sprite) -> Sprite:
    row = front_offset(bowl)
    return Sprite(
        bowl.luma[row:],
        bowl.blue[row // 2 :],
        bowl.red[row // 2 :],
        bowl.mask[row:],
        bowl.mask_half[row // 2 :],
    )


def _falling(sprite: Sprite, spot: tuple[int, int], age_s: float) -> list[Stamp]:
    if age_s < 0:
        return []
    part = min(1.0, age_s / FALL_S)
    bounce = 26 * np.exp(-max(0.0, age_s - FALL_S) * 6) * abs(np.sin(max(0.0, age_s - FALL_S) * 11))
    y = -120 + (BOWL_Y + spot[1] + 130) * part**2 - bounce
    return [centred(sprite, round(float(y)), smooth(part * 6), WIDTH // 2 - 20 + spot[0])]


def _words(shot: Shot, now: float, starts: list[float], inks: tuple[str, str]) -> list[Stamp]:
    current = max(step for step, start in enumerate(starts) if start <= now)
    age = now - starts[current]
    line = shot.words[current].split("|")[-1]
    is_dish = current == 0
    size = 74 if is_dish else 54
    rows = wrapped(line, "serif" if is_dish else "sans", shot.language, size, 420)
    come = overshoot(min(1.0, age / 0.35))
    stamps = []
    if not is_dish:
        number = text_sprite(f"{current}", "serif", "en", 84, inks[1])
        stamps.append(Stamp(number, 44, TEXT_TOP - round(20 * (1 - come)), smooth(age / 0.2)))
    for row, text in enumerate(rows):
        sprite = text_sprite(text, "serif" if is_dish else "sans", shot.language, size, inks[0])
        top = TEXT_TOP + (0 if is_dish else 104) + row * round(size * 1.3)
        stamps.append(Stamp(sprite, 40 + round(40 * (1 - come)), top, smooth(age / 0.2)))
    return stamps


def _steam(now: float, seconds: float) -> list[Stamp]:
    """Three soft puffs when all is in."""
    if now < seconds - 1.5:
        return []
    puff = _puff()
    stamps = []
    for index in range(5):
        rise = (now * 0.55 + index / 5) % 1
        x = WIDTH // 2 - 20 + round(70 * np.sin(index * 2.2) + 16 * np.sin(rise * 6 + index))
        stamps.append(
            centred(puff, BOWL_Y - 110 - round(190 * rise), 0.5 * float(np.sin(np.pi * rise)), x)
        )
    return stamps


def _puff() -> Sprite:
    y, x = np.mgrid[-1:1:60j, -1:1:60j]
    data = np.full((60, 60, 4), 255, np.uint8)
    data[..., 3] = (np.clip(1 - x**2 - y**2, 0, 1) ** 2 * 200).astype(np.uint8)
    return sprite_of(Image.fromarray(data))


class _Room:
    """Wall, table, and a round of light behind the bowl."""

    def __init__(self, wall: str, table: str) -> None:
        x, y = coordinates(*BACK)
        first, second = (np.array(hex_rgb(colour), np.float32) / 255 for colour in (wall, table))
        ray = np.arctan2(y - 0.5, x + 0.07)
        self.ray, self.wall, self.second = ray, first, second
        self.is_table = np.clip((y - 0.78) * 30, 0, 1)[..., None]
        self.disc = np.clip((0.86 - np.hypot(x + 0.07, y - 0.45)) * 26, 0, 1)[..., None]

    def at(self, phase: float) -> Pixels:
        """Rays of the wall turn slowly behind the disc."""
        beam = np.clip(np.sin(self.ray * 12 + np.float32(2 * np.pi * phase)) * 4, -1, 1)[..., None]
        back = self.second * (0.985 + 0.025 * beam)
        light = back * (1 - self.disc) + self.wall * self.disc
        return opaque(light * (1 - self.is_table) + self.wall * 0.82 * self.is_table)


def sound(shot: Shot) -> Audio:
    """Kitchen jazz, and a knock for everything that lands."""
    chance = shot.chance("recipe sound")
    music = kitchen_jazz(shot)
    for start in step_times_s(shot)[1:]:
        knock = drums.tom(150, 0.3) + np.pad(drums.tick(chance, 900), (0, 48 * 250))[: 48 * 300]
        at = round((start + FALL_S) * 48_000)
        part = knock[: max(0, len(music) - at)]
        music[at : at + len(part)] += part[:, None] * np.float32(0.6)
    return music


KIND = Kind(fps=24, frames=frames, sound=sound, has_title=False)
