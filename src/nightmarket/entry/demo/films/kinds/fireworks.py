"""Fireworks over a sleeping town and its river; every burst is heard when it is seen."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nightmarket.entry.demo.films.paint import coordinates, filmic, glow, hex_rgb, splat
from nightmarket.entry.demo.films.shot import Audio, Field, Kind, Picture, Shot
from nightmarket.entry.demo.films.sound import drums, voices
from nightmarket.entry.demo.films.sound.track import Track, hertz, reverb

SIZE = (232, 412)
SPARKS = 280
LIFE_S = 2.1
RISE_S = 0.75
KEEP = 0.86
SHORE = 0.66
COLOURS = ("#ff4d6d", "#ffd166", "#7bffb0", "#6ec8ff", "#c77dff", "#ff9e4d", "#fff1d0")


@dataclass(frozen=True, slots=True)
class Shell:
    """One rocket: when and where it bursts (pixels), and how its sparks leave."""

    at_s: float
    x: float
    y: float
    speed: Field
    light: Field


def _shells(shot: Shot) -> list[Shell]:
    chance = shot.chance("fireworks")
    count = max(4, round(shot.seconds * 1.5))
    shells = []
    for index in range(count):
        at_s = 0.5 + (shot.seconds - 2.3) * (index + float(chance.uniform(0, 0.5))) / count
        x, y = (
            float(chance.uniform(0.2, 0.8)) * SIZE[0],
            float(chance.uniform(0.16, 0.42)) * SIZE[1],
        )
        shells.append(Shell(at_s, x, y, *_sparks(chance, int(chance.integers(4)))))
    return shells


def _sparks(chance: np.random.Generator, form: int) -> tuple[Field, Field]:
    """Speed [2, sparks] in pixels a second and light [sparks, 3] for ball, ring, palm or heart."""
    angle = chance.uniform(0, 2 * np.pi, SPARKS)
    high = chance.uniform(-1, 1, SPARKS)
    power = np.sqrt(1 - high**2) * chance.uniform(0.9, 1.05, SPARKS)
    if form == 1:
        power = np.where(np.arange(SPARKS) % 3 == 0, 0.55, 1.0)
    across, up = power * np.cos(angle), power * np.sin(angle)
    if form == 2:
        branch = np.round(angle / (2 * np.pi) * 13) / 13 * 2 * np.pi
        power = chance.uniform(0.1, 1.05, SPARKS)
        across, up = power * np.cos(branch), power * np.sin(branch)
    if form == 3:
        across = np.sin(angle) ** 3 * 0.95
        up = (
            -(
                13 * np.cos(angle)
                - 5 * np.cos(2 * angle)
                - 2 * np.cos(3 * angle)
                - np.cos(4 * angle)
            )
            / 16
        )
    speed = np.stack([across, up]) * float(chance.uniform(110, 165))
    first, second = (
        np.array(hex_rgb(COLOURS[pick]), np.float32) / 255
        for pick in chance.choice(len(COLOURS), 2, replace=False)
    )
    mix = (np.hypot(across, up) > chance.uniform(0.5, 0.9))[:, None]
    return speed, np.where(mix, first, second) * chance.uniform(0.5, 1.3, (SPARKS, 1)).astype(
        np.float32
    )


def frames(shot: Shot) -> Iterator[Picture]:
    """New light is added to what is left of the old, which makes the trails."""
    shells = _shells(shot)
    scene, town = _scene(shot.chance("fireworks town"))
    sky_light = np.zeros((SIZE[1], SIZE[0], 3), np.float32)
    shore = int(SIZE[1] * SHORE)
    ripple = np.arange(SIZE[1] - shore)
    for index in range(shot.frames_count):
        now = index / shot.fps
        sky_light *= np.float32(KEEP)
        sky_light += _drawn(shells, now)
        halo = glow(sky_light, 4, 4)
        flash = halo.mean(axis=(0, 1)) * 2.2
        light = (sky_light * 1.5 + halo * 1.6) * town + scene * (1 + flash * 4)
        shift = (np.sin(ripple * 0.9 + now * 5) * (1 + ripple * 0.02)).astype(np.int32)
        rows = np.clip(shore - 1 - ripple * 2 + shift, 0, shore - 1)
        light[shore:] = (
            light[rows] * np.linspace(0.55, 0.2, len(ripple), dtype=np.float32)[:, None, None]
            + 0.004
        )
        yield Picture(filmic(light, 1.9))


def _drawn(shells: list[Shell], now: float) -> Field:
    xs: list[Field] = [np.zeros(0)]
    ys: list[Field] = [np.zeros(0)]
    lights: list[Field] = [np.zeros((0, 3))]
    for shell in shells:
        age = now - shell.at_s
        if -RISE_S < age < 0:
            part = 1 + age / RISE_S
            xs.append(np.full(3, shell.x + 4 * np.sin(part * 9)))
            ys.append(
                SIZE[1] * SHORE - (SIZE[1] * SHORE - shell.y) * (1 - (1 - part) ** 2) + np.arange(3)
            )
            lights.append(np.full((3, 3), 0.7) * (1.0, 0.8, 0.5))
        elif 0 <= age < LIFE_S:
            slow = (1 - np.exp(-2.4 * age)) / 2.4
            xs.append(shell.x + shell.speed[0] * slow)
            ys.append(shell.y + shell.speed[1] * slow + 17 * age**2)
            twinkle = 1 + 0.8 * np.sin(np.arange(SPARKS) * 7.7 + age * 40) * (age > 0.9)
            lights.append(shell.light * (0.62 * (1 - age / LIFE_S) ** 1.3 * twinkle)[:, None])
    return splat(
        (SIZE[1], SIZE[0]),
        np.concatenate(xs),
        np.concatenate(ys),
        np.concatenate(lights).astype(np.float32),
    )


def _scene(chance: np.random.Generator) -> tuple[Field, Field]:
    """Night sky with a skyline and lit windows; and where the town hides the light."""
    _, y = coordinates(*SIZE)
    shore = int(SIZE[1] * SHORE)
    sky = np.clip(0.035 + 0.14 * ((y + 1.78) / 3) ** 2, 0, 1)[..., None] * np.array(
        (0.55, 0.5, 1.3), np.float32
    )
    town = np.ones((SIZE[1], SIZE[0], 1), np.float32)
    column = 0
    while column < SIZE[0]:
        width, tall = int(chance.integers(9, 26)), int(chance.integers(14, 62))
        town[shore - tall : shore, column : column + width] = 0
        for row in range(shore - tall + 4, shore - 3, 5):
            for window in range(column + 2, min(column + width - 2, SIZE[0] - 1), 4):
                if chance.random() < 0.3:
                    sky[row : row + 2, window : window + 2] = np.array((0.5, 0.34, 0.13)) * float(
                        chance.uniform(0.4, 1.2)
                    )
                    town[row : row + 2, window : window + 2] = 0.01
        column += width + int(chance.integers(0, 3))
    hidden = (town == 0)[..., 0]
    sky[hidden] = (0.006, 0.006, 0.016)
    return sky.astype(np.float32), np.minimum(town * 100, 1) * (town > 0.5)


def sound(shot: Shot) -> Audio:
    """Booms a moment after the light, crackle, and quiet chords under it."""
    chance = shot.chance("fireworks sound")
    track = Track(shot.samples_count)
    for shell in _shells(shot):
        pan = shell.x / SIZE[0] * 1.4 - 0.7
        track.add(drums.boom(chance), shell.at_s + 0.04, 0.75, pan)
        track.add(drums.crackle(chance), shell.at_s + 0.55, 0.3, -pan)
    step = shot.seconds / 4
    for index, chord in enumerate(
        ((57, 64, 69, 73), (54, 61, 66, 69), (50, 57, 66, 69), (52, 59, 64, 68))
    ):
        for place, note in enumerate(chord):
            track.add(
                voices.pad(hertz(note), step * 1.5, 0.45), index * step, 0.16, (place - 1.5) * 0.4
            )
            track.add(
                voices.music_box(hertz(note + 12), 2), index * step + place * step / 4, 0.16, 0.3
            )
    return reverb(track.samples, 3.2, 0.4, chance)


KIND = Kind(fps=30, frames=frames, sound=sound)
