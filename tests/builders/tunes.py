"""Tunes that sound like music to a fingerprint: the same number gives the same one."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
STEPS = (0, 2, 4, 5, 7, 9, 11)
Sound = Callable[[NDArray[Any]], NDArray[np.float64]]


def tune(number: int, *, volume: float = 1.0, late_s: float = 0.0) -> Sound:
    """Return a melody in chords with a beat; `late_s` begins in the middle of it."""

    def sound(times: NDArray[Any]) -> NDArray[np.float64]:
        skipped = int(late_s * RATE_HZ)
        return volume * _played(number, len(times) + skipped)[skipped:]

    return sound


def silence(times: NDArray[Any]) -> NDArray[np.float64]:
    """Nothing at all."""
    return np.zeros(len(times))


def _played(number: int, samples: int) -> NDArray[np.float64]:
    chance = np.random.default_rng(number)
    played = np.zeros(samples + 2 * RATE_HZ)
    second = np.arange(RATE_HZ) / RATE_HZ
    pause = int(RATE_HZ * 0.27 * (0.8 + 0.4 * chance.random()))
    root = int(chance.integers(45, 60))
    for beat, at in enumerate(range(0, samples, pause)):
        for _ in range(3):
            note = root + STEPS[chance.integers(len(STEPS))] + 12 * int(chance.integers(3))
            hertz = 440 * 2 ** ((note - 69) / 12)
            fading = np.exp(-second * chance.uniform(2, 6))
            voice = sum(np.sin(2 * np.pi * hertz * part * second) / part for part in range(1, 7))
            played[at : at + RATE_HZ] += 0.12 * voice * fading
        if beat % 2 == 0:
            noise = chance.standard_normal(RATE_HZ) * np.exp(-second * 30)
            played[at : at + RATE_HZ] += 0.1 * noise
    return played[:samples]
