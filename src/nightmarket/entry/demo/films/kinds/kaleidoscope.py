"""Mirrors: a drifting field of petals folded six, eight or ten times."""

from collections.abc import Iterator

import numpy as np

from nightmarket.entry.demo.films.paint import coordinates, ramp, shade_wrapped
from nightmarket.entry.demo.films.shot import Field, Kind, Picture, Shot
from nightmarket.entry.demo.films.sound.acoustic import harp

SIZE = (216, 384)
RAMPS = (
    ramp("#2b0a3d", "#8e2de2", "#ff5e9c", "#ffd36e", "#fff7e0", "#35d0ba", "#104f74", "#2b0a3d"),
    ramp("#06283d", "#1363df", "#47b5ff", "#fffbe9", "#ffb26b", "#e85d75", "#5b1a4a", "#06283d"),
    ramp("#1b2a1f", "#2f6b4f", "#a9d18e", "#fff4cf", "#f0a868", "#b5485d", "#3a1f3d", "#1b2a1f"),
)


def frames(shot: Shot) -> Iterator[Picture]:
    """Waves in a wedge of the plane; all of them make whole turns, so the loop closes."""
    chance = shot.chance("kaleidoscope")
    colours = shot.pick(RAMPS)
    folds = int(chance.choice((3, 4, 5, 6)))
    x, y = coordinates(*SIZE)
    x, y = x + np.float32(0.06), y + np.float32(0.16)
    reach, angle = np.hypot(x, y), np.arctan2(y, x)
    wave: list[Field] = [chance.uniform(2.2, 5.5, 2) for _ in range(4)]
    turns = chance.choice((-2, -1, 1, 2), 4)
    for phase in shot.phases():
        yield Picture(shade_wrapped(_petals(reach, angle, folds, phase, wave, turns), colours))


def _petals(
    reach: Field, angle: Field, folds: int, phase: float, wave: list[Field], turns: Field
) -> Field:
    full = np.float32(np.pi / folds)
    around = 2 * np.pi * phase
    wedge = np.abs((angle + np.float32(0.5 * np.sin(around))) % (2 * full) - full)
    u, v = reach * np.cos(wedge), reach * np.sin(wedge)
    value = np.zeros_like(reach)
    for index, (across, up) in enumerate(wave):
        value += np.sin(
            u * np.float32(across)
            + v * np.float32(up) * (-1) ** index
            + np.float32(turns[index] * around)
        )
        u, v = (
            u + np.float32(0.22) * np.sin(v * 4 + np.float32(around)),
            v + np.float32(0.18) * np.cos(u * 5),
        )
    facets = np.abs(np.sin(reach * 5 - np.float32(around) + value * 0.6))
    return (
        value * np.float32(0.14)
        + facets * np.float32(0.12)
        - reach * np.float32(0.12)
        + np.float32(phase + 4)
    )


KIND = Kind(fps=30, frames=frames, sound=harp)
