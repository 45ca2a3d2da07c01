"""Pitched voices: a frequency and a length in, mono float32 that ends in silence out."""

import numpy as np

from nightmarket.entry.demo.films.shot import RATE_HZ, Audio

NYQUIST_HZ = RATE_HZ / 2
VOWELS = {
    "ah": ((800, 1.0), (1150, 0.5), (2900, 0.2)),
    "oh": ((450, 1.0), (800, 0.45), (2830, 0.1)),
    "oo": ((325, 1.0), (700, 0.25), (2700, 0.06)),
}


def times(seconds: float) -> Audio:
    """Sample instants in seconds."""
    return np.arange(round(seconds * RATE_HZ), dtype=np.float32) / np.float32(RATE_HZ)


def shaped(wave: Audio, attack_s: float, release_s: float) -> Audio:
    """Raise from and return to silence with smooth ramps, so nothing clicks."""
    attack = min(max(round(attack_s * RATE_HZ), 1), len(wave))
    release = min(max(round(release_s * RATE_HZ), 1), len(wave))
    result = wave.astype(np.float32)
    result[:attack] *= (0.5 - 0.5 * np.cos(np.linspace(0, np.pi, attack))).astype(np.float32)
    result[-release:] *= (0.5 + 0.5 * np.cos(np.linspace(0, np.pi, release))).astype(np.float32)
    return result


def struck(hertz: float, seconds: float, partials: tuple[tuple[float, float, float], ...]) -> Audio:
    """Sum of dying partials: (ratio, loudness, decay per second)."""
    time = times(seconds)
    wave = np.zeros_like(time)
    for ratio, loudness, decay in partials:
        if hertz * ratio < NYQUIST_HZ:
            turn = np.float32(2 * np.pi * hertz * ratio)
            wave += np.float32(loudness) * np.sin(turn * time) * np.exp(np.float32(-decay) * time)
    return shaped(wave, 0.002, 0.05)


def marimba(hertz: float, seconds: float = 0.9) -> Audio:
    """Warm wooden bar."""
    return struck(hertz, seconds, ((1, 1, 6), (3.93, 0.28, 14), (9.2, 0.1, 30)))


def kalimba(hertz: float, seconds: float = 1.6) -> Audio:
    """Thumb piano: a soft tine with a short bright knock."""
    return struck(hertz, seconds, ((1, 1, 3.2), (2, 0.12, 5), (5.4, 0.18, 16), (8.9, 0.06, 28)))


def music_box(hertz: float, seconds: float = 2.0) -> Audio:
    """Glassy comb tooth."""
    return struck(hertz, seconds, ((1, 0.8, 2.4), (3, 0.25, 4), (5.9, 0.22, 7), (9.1, 0.08, 14)))


def gong(hertz: float, seconds: float = 3.5) -> Audio:
    """Bronze pot or gong: pairs of partials a few hertz apart, so that it shimmers."""
    beat = 3.5 / hertz
    pairs = ((1, 1.0, 1.1), (1 + beat, 0.8, 1.1), (2.01, 0.35, 2), (2.76, 0.3, 2.6))
    return struck(hertz, seconds, (*pairs, (2.76 + beat, 0.2, 3), (5.4, 0.16, 6), (8.1, 0.07, 12)))


def bell(hertz: float, seconds: float = 2.4) -> Audio:
    """Frequency-modulated bell, bright then pure."""
    time = times(seconds)
    turn = np.float32(2 * np.pi * hertz)
    depth = 2.2 * np.exp(-3.5 * time)
    wave = np.sin(turn * time + depth * np.sin(turn * np.float32(3.5) * time))
    return shaped(wave * np.exp(-2.2 * time), 0.003, 0.1)


def electric_piano(hertz: float, seconds: float = 1.8) -> Audio:
    """Tine piano with a gentle bark, for lazy chords."""
    time = times(seconds)
    turn = np.float32(2 * np.pi * hertz)
    bark = 1.1 * np.exp(-5 * time) * np.sin(turn * time)
    tine = 0.18 * np.exp(-14 * time) * np.sin(turn * np.float32(14) * time)
    return shaped((np.sin(turn * time + bark) + tine) * np.exp(-1.4 * time), 0.004, 0.12)


def string(hertz: float, seconds: float, chance: np.random.Generator, soft: float = 0.5) -> Audio:
    """Plucked string (Karplus and Strong). `soft` 0 (steel) .. 1 (nylon)."""
    # The averaging below delays by half a sample, which the period has to make up for.
    period = max(2, round(RATE_HZ / hertz - 0.5))
    loop = chance.uniform(-1, 1, period).astype(np.float32)
    # A soft finger leaves fewer overtones on the string than a hard one.
    for _ in range(1 + round(soft * 5)):
        loop = (loop + np.roll(loop, 1)) * np.float32(0.5)
    loop *= np.float32(0.42) / np.float32(loop.std() + 1e-6)
    keep = np.float32(0.5 * 10 ** (-0.9 * period / RATE_HZ))
    rounds = round(seconds * RATE_HZ) // period + 1
    wave = np.empty((rounds, period), np.float32)
    for index in range(rounds):
        wave[index] = loop
        loop = keep * (loop + np.roll(loop, 1))
    return shaped(wave.ravel()[: round(seconds * RATE_HZ)], 0.003, 0.08)


def harmonics(hertz: float, seconds: float, levels: Audio, detune: float = 0.0) -> Audio:
    """Steady sum of whole-number partials with the given loudness each; `detune` in parts."""
    time = times(seconds)
    turn = np.float32(2 * np.pi * hertz * (1 + detune))
    # Chebyshev's recurrence makes each further partial from two multiplications, not a sine.
    base = 2 * np.cos(turn * time)
    before, now = np.zeros_like(time), np.sin(turn * time)
    wave = np.zeros_like(time)
    for index, level in enumerate(levels, 1):
        if hertz * index >= NYQUIST_HZ:
            break
        wave += level * now
        before, now = now, base * now - before
    return wave


def pad(hertz: float, seconds: float, bright: float = 0.5) -> Audio:
    """Slow string-like chord tone: three detuned saws, dark at 0, open at 1."""
    count = 3 + round(14 * bright)
    number = np.arange(1, count + 1, dtype=np.float32)
    levels = 1 / number * np.exp(-number / (2 + 10 * bright))
    wave = sum(harmonics(hertz, seconds, levels, detune) for detune in (-0.0024, 0.0, 0.0027))
    edge = min(seconds * 0.35, 1.2)
    return shaped(np.asarray(wave) * np.float32(0.4), edge, edge)


def choir(hertz: float, seconds: float, vowel: str = "ah") -> Audio:
    """Voices on one vowel: harmonics shaped by formants, three singers not quite together."""
    number = np.arange(1, 33, dtype=np.float32)
    levels: Audio = np.zeros_like(number)
    for centre, loudness in VOWELS[vowel]:
        levels += loudness * np.exp(-(((number * hertz - centre) / (90 + centre * 0.1)) ** 2))
    levels = (levels + 0.12 / number) / np.sqrt(number)
    time = times(seconds)
    wave: Audio = np.zeros_like(time)
    for index, detune in enumerate((-0.004, 0.0005, 0.0045)):
        sway = 1 + 0.25 * np.sin(2 * np.pi * (4.6 + index * 0.4) * time + index)
        wave += harmonics(hertz, seconds, levels.astype(np.float32), detune) * sway
    edge = min(seconds * 0.3, 0.7)
    return shaped(wave, edge, edge)


def square(hertz: float, seconds: float, duty: float = 0.5) -> Audio:
    """Pulse wave of an old console, band limited enough not to hurt."""
    number = np.arange(1, 24, dtype=np.float32)
    levels = np.sin(np.pi * number * duty) / number
    wave = harmonics(hertz, seconds, levels.astype(np.float32))
    return shaped(wave * np.exp(-2.5 * times(seconds)), 0.002, 0.02)


def saw_bass(hertz: float, seconds: float, bright: float = 0.4) -> Audio:
    """Round bass with a filter that closes: the dull and the bright wave cross-faded."""
    number = np.arange(1, 20, dtype=np.float32)
    dull = harmonics(hertz, seconds, np.exp(-number * 0.9) * 2)
    open_wave = harmonics(hertz, seconds, 1 / number * np.exp(-number * (0.3 - 0.2 * bright)))
    sweep = np.exp(-9 * times(seconds))
    return shaped(dull * (1 - sweep * bright) + open_wave * sweep * bright, 0.004, 0.04)


def sub(hertz: float, seconds: float) -> Audio:
    """Pure low tone with a little warmth."""
    levels = np.array([1, 0.2, 0.06], np.float32)
    return shaped(harmonics(hertz, seconds, levels), 0.01, 0.08)


def lead(hertz: float, seconds: float) -> Audio:
    """Wide bright saw lead with late vibrato."""
    number = np.arange(1, 26, dtype=np.float32)
    levels = 1 / number * np.exp(-number * 0.06)
    wave = sum(harmonics(hertz, seconds, levels, detune) for detune in (-0.005, 0.0, 0.006))
    return shaped(np.asarray(wave) * np.float32(0.35), 0.012, min(0.12, seconds / 3))
