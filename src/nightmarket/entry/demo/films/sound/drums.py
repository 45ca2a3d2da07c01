"""Unpitched sounds: drums, and beds of rain, waves, wind, vinyl and a murmuring crowd."""

import numpy as np

from nightmarket.entry.demo.films.shot import RATE_HZ, Audio
from nightmarket.entry.demo.films.sound.track import highpass, lowpass
from nightmarket.entry.demo.films.sound.voices import shaped, times


def kick(seconds: float = 0.4, punch: float = 1.0) -> Audio:
    """A falling sine with a click in front."""
    time = times(seconds)
    turns = 48 * time + 9 * punch * (1 - np.exp(-time * 28)) / 1.6
    body = np.sin(2 * np.pi * turns) * np.exp(-7 * time)
    return shaped(np.tanh(body * 1.6), 0.001, 0.05)


def snare(chance: np.random.Generator, seconds: float = 0.25) -> Audio:
    """Shell tone and wires."""
    time = times(seconds)
    wires = highpass(_noise(chance, len(time)), 1500) * np.exp(-20 * time)
    shell = np.sin(2 * np.pi * 190 * time) * np.exp(-26 * time)
    return shaped(wires * 0.7 + shell * 0.6, 0.001, 0.03)


def brush(chance: np.random.Generator, seconds: float = 0.3) -> Audio:
    """Soft brushed snare for quiet beats."""
    time = times(seconds)
    return shaped(
        lowpass(highpass(_noise(chance, len(time)), 700), 5000) * np.exp(-13 * time), 0.006, 0.05
    )


def hat(chance: np.random.Generator, seconds: float = 0.07) -> Audio:
    """Closed hi-hat; longer is more open."""
    time = times(seconds)
    return shaped(
        highpass(_noise(chance, len(time)), 7000) * np.exp(-3.2 * time / seconds), 0.001, 0.01
    )


def clap(chance: np.random.Generator) -> Audio:
    """Four hands not quite together."""
    time = times(0.22)
    wave = highpass(_noise(chance, len(time)), 900)
    bursts = sum(np.exp(-90 * np.maximum(time - at, 0)) * (time >= at) for at in (0, 0.011, 0.023))
    return shaped(wave * (np.asarray(bursts) * 0.4 + np.exp(-17 * time) * 0.3), 0.001, 0.03)


def tom(hertz: float, seconds: float = 0.5) -> Audio:
    """Skin drum, pitch sinking a little."""
    time = times(seconds)
    turns = hertz * time + hertz * 0.02 * (1 - np.exp(-time * 30))
    return shaped(np.sin(2 * np.pi * turns) * np.exp(-7 * time), 0.002, 0.05)


def tick(chance: np.random.Generator, hertz: float = 3200) -> Audio:
    """Small mechanical click: a clock's pallet, a key, a wood block when low."""
    time = times(0.05)
    tone = np.sin(2 * np.pi * hertz * time) * np.exp(-170 * time)
    return shaped(tone + _noise(chance, len(time)) * np.exp(-600 * time) * 0.5, 0.0005, 0.01)


def boom(chance: np.random.Generator, seconds: float = 1.6) -> Audio:
    """Distant firework: a thud and its rumble."""
    time = times(seconds)
    thud = np.sin(2 * np.pi * (70 * time - 14 * time**2)) * np.exp(-4.5 * time)
    rumble = lowpass(_noise(chance, len(time)), 260) * np.exp(-2.6 * time)
    return shaped(thud * 0.9 + rumble * 1.6, 0.004, 0.2)


def crackle(chance: np.random.Generator, seconds: float = 1.2) -> Audio:
    """Sparks that die away."""
    time = times(seconds)
    grains = (chance.random(len(time)) < 0.012 * np.exp(-2.5 * time)).astype(np.float32)
    grains *= chance.uniform(0.3, 1, len(time)).astype(np.float32)
    return shaped(highpass(grains, 1800, 1), 0.01, 0.1)


def vinyl(chance: np.random.Generator, samples_count: int) -> Audio:
    """Stereo bed of surface noise and dust."""
    hiss = lowpass(_noise(chance, samples_count), 5000, 1) * 0.05
    dust = (chance.random(samples_count) < 0.00035).astype(np.float32)
    dust *= chance.uniform(0.2, 1.0, samples_count).astype(np.float32)
    return _wide(hiss + lowpass(dust, 4200, 1) * 1.5)


def rain(chance: np.random.Generator, samples_count: int) -> Audio:
    """Stereo bed of steady rain with single drops near."""
    sides = [_rain_side(chance, samples_count) for _ in range(2)]
    return np.stack(sides, axis=1)


def _rain_side(chance: np.random.Generator, count: int) -> Audio:
    hiss = highpass(lowpass(_noise(chance, count), 4200), 400, 1) * 0.2
    drops = (chance.random(count) < 0.0011).astype(np.float32)
    drops *= chance.uniform(0.1, 1.0, count).astype(np.float32) ** 2
    return hiss + lowpass(highpass(drops, 1200, 1), 5200) * 2.4


def waves(chance: np.random.Generator, samples_count: int, swells: int) -> Audio:
    """Stereo surf that rises `swells` times and loops."""
    turn = np.linspace(0, 2 * np.pi * swells, samples_count, endpoint=False)
    sides = []
    for shift in (0.0, 0.5):
        swell = ((1 + np.sin(turn + shift)) / 2).astype(np.float32) ** 2
        noise = _noise(chance, samples_count)
        sides.append(
            lowpass(noise, 500, 1) * (0.25 + swell) + highpass(noise, 2500, 1) * swell * 0.25
        )
    return np.stack(sides, axis=1)


def wind(chance: np.random.Generator, samples_count: int, gusts: int = 2) -> Audio:
    """Stereo bed of soft air."""
    turn = np.linspace(0, 2 * np.pi * gusts, samples_count, endpoint=False)
    swell = (0.55 + 0.45 * np.sin(turn)).astype(np.float32)
    sides = [highpass(lowpass(_noise(chance, samples_count), 650), 160) * swell for _ in range(2)]
    return np.stack(sides, axis=1)


def murmur(chance: np.random.Generator, samples_count: int) -> Audio:
    """Stereo bed of many people talking, no words: vowel bands that come and go."""
    time = np.arange(samples_count, dtype=np.float32) / RATE_HZ
    bed = np.zeros((samples_count, 2), np.float32)
    length = samples_count / RATE_HZ
    for centre in (330, 520, 760, 1150):
        band = highpass(lowpass(_noise(chance, samples_count), centre * 1.15, 4), centre * 0.85, 4)
        turns = round(length * float(chance.uniform(2.2, 4.4))) / length
        syllables = 0.55 + 0.45 * np.sin(2 * np.pi * turns * time + chance.uniform(0, 6))
        side = chance.uniform(0.3, 0.7)
        bed[:, 0] += band * syllables * np.float32(side)
        bed[:, 1] += band * syllables * np.float32(1 - side)
    return bed


def _noise(chance: np.random.Generator, count: int) -> Audio:
    return chance.standard_normal(count, dtype=np.float32) * np.float32(0.5)


def _wide(mono: Audio) -> Audio:
    return np.stack([mono, np.roll(mono, 311)], axis=1)
