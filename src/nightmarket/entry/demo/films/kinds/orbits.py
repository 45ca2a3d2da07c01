"""Polyrhythm: dots circle at whole-number speeds and strike their notes at the top."""

from collections.abc import Iterator

import numpy as np

from nightmarket.entry.demo.films.paint import colours_of, coordinates, filmic, glow, ramp
from nightmarket.entry.demo.films.shot import Audio, Field, Kind, Picture, Shot
from nightmarket.entry.demo.films.sound import voices
from nightmarket.entry.demo.films.sound.track import Track, echo, hertz, reverb

SIZE = (232, 412)
RINGS = 13
INNER, OUTER = 0.16, 0.90
SCALES = ((0, 2, 4, 7, 9), (0, 3, 5, 7, 10), (0, 2, 3, 7, 8))
VOICES = (voices.kalimba, voices.music_box, voices.marimba, voices.bell)
RAMPS = (
    ramp("#ffd166", "#ff7b54", "#ff3d81", "#a23bff", "#3d8bff", "#2de2e6"),
    ramp("#f1fa8c", "#50fa7b", "#2dd4bf", "#38bdf8", "#818cf8", "#f472b6"),
    ramp("#fff1c1", "#ffb86b", "#ff6b6b", "#c44dff", "#6b5bff"),
)


def _turns(shot: Shot) -> np.ndarray:
    """Whole turns per film of every ring, the innermost the fastest."""
    slowest = max(2, round(shot.seconds / 2.6))
    return slowest + np.arange(RINGS)[::-1]


def frames(shot: Shot) -> Iterator[Picture]:
    """Ring and angle of each pixel never change; only the dots' angles do."""
    colours = colours_of(shot.pick(RAMPS))
    hue = colours[np.linspace(0, 1023, RINGS).astype(np.int32)]
    x, y = coordinates(*SIZE)
    x, y = x + np.float32(0.03), y + np.float32(0.16)
    still = filmic(_ground(hue, np.hypot(x, y)), 1.6)
    # Only the rows that the rings cross are ever drawn again.
    rows = slice(SIZE[1] // 2 - 148, SIZE[1] // 2 + 112)
    x, y = x[rows], y[rows]
    reach = np.hypot(x, y)
    ground = _ground(hue, reach)
    turn = (np.arctan2(x, -y) / np.float32(2 * np.pi)) % np.float32(1)
    step = (OUTER - INNER) / (RINGS - 1)
    ring = np.clip(np.round((reach - INNER) / step), 0, RINGS - 1).astype(np.int32)
    off = np.abs(reach - INNER - ring * np.float32(step))
    line = np.exp(-((off / 0.0075) ** 2)) * 0.18
    soft = np.exp(-((off / 0.014) ** 2))
    top = (
        np.exp(-((x / 0.008) ** 2))
        * (y < 0)
        * (reach < OUTER + 0.05)
        * (reach > INNER - 0.05)
        * 0.22
    )
    turns = _turns(shot).astype(np.float32)
    arc = reach * np.float32(2 * np.pi)
    for phase in shot.phases():
        at = (turns * np.float32(phase)) % 1
        behind = (at[ring] - turn) % 1
        tail = np.exp(-behind * arc * 3.6) * soft * 0.8
        gap = np.minimum(behind, 1 - behind) * arc
        dot = np.exp(-((np.hypot(gap, off) / 0.026) ** 4)) * 2.2
        flash = np.exp(-at * 9)[ring] * (line * 6 + soft * 0.25)
        light = hue[ring] * (line + tail + dot + flash)[..., None] + top[..., None]
        still[rows] = filmic(light + glow(light, 3, 4) * 0.9 + ground, 1.6)
        yield Picture(still.copy())


def _ground(hue: Field, reach: Field) -> Field:
    return np.asarray(np.exp(-reach * 1.3)[..., None] * hue[RINGS // 2] * 0.11 + 0.012)


def sound(shot: Shot) -> Audio:
    """One note per passage of the top; the outer rings are the low notes."""
    chance = shot.chance("orbits sound")
    scale = SCALES[chance.integers(len(SCALES))]
    voice = VOICES[chance.integers(len(VOICES))]
    root = int(chance.integers(48, 54))
    track = Track(shot.samples_count)
    for ring, turns in enumerate(_turns(shot)):
        high = RINGS - 1 - ring
        note = voice(hertz(root + scale[high % 5] + 12 * (high // 5)), 1.6)
        for pass_index in range(int(turns)):
            track.add(
                note, pass_index * shot.seconds / int(turns), 0.3, (ring / (RINGS - 1) - 0.5) * 1.4
            )
    drone = Track(shot.samples_count)
    for interval in (-12, -5, 0):
        drone.add(
            voices.pad(hertz(root + interval), shot.seconds * 1.3, 0.2), 0, 0.12, interval / 12
        )
    return reverb(echo(track.samples, 0.3, 0.35, 0.2), 2.4, 0.35, chance) + drone.samples


KIND = Kind(fps=30, frames=frames, sound=sound)
