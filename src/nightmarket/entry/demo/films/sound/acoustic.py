"""Struck and plucked music: gamelan, phasing marimbas, harp, music box, kalimba, guitar jazz."""

import numpy as np

from nightmarket.entry.demo.films.shot import Audio, Shot
from nightmarket.entry.demo.films.sound import drums, voices
from nightmarket.entry.demo.films.sound.calm import JAZZ_CHORDS
from nightmarket.entry.demo.films.sound.track import Track, echo, hertz, metre, reverb

# Slendro and pelog differ from gamelan to gamelan; these are close to a Central Javanese set.
SLENDRO = (0.0, 2.4, 4.8, 7.2, 9.6)
PELOG = (0.0, 1.2, 2.7, 6.9, 7.9)
MAJOR = (0, 2, 4, 7, 9)


def gamelan(shot: Shot) -> Audio:
    """Interlocking metallophones over gongs that mark the cycle."""
    chance = shot.chance("gamelan")
    scale = (SLENDRO, PELOG)[chance.integers(2)]
    root = 60 + float(chance.integers(-3, 4))
    steps = 16 * max(1, round(shot.seconds / 3.6))
    step_s = shot.seconds / steps
    core = chance.integers(0, 5, 8)
    track = Track(shot.samples_count)
    for step in range(steps):
        at = step * step_s
        degree = int(core[(step // 2) % 8])
        upper = degree + (1 if step % 2 else 0) + (1 if step % 4 == 3 else 0)
        note = root + 12 + scale[upper % 5] + 12 * (upper // 5)
        track.add(voices.gong(hertz(note), 0.9), at, 0.2, 0.45 if step % 2 else -0.45)
        if step % 2 == 0:
            track.add(voices.gong(hertz(root + scale[degree]), 1.8), at, 0.3)
        if step % 8 == 4:
            track.add(voices.gong(hertz(root - 12 + scale[degree]), 2.5), at, 0.35, 0.2)
        if step % 16 == 0:
            track.add(voices.gong(hertz(root - 31), 4.5), at, 0.75)
    return reverb(track.samples, 2.2, 0.35, chance)


def phasing(shot: Shot) -> Audio:
    """Two marimbas play one pattern; one of them gains a step on the other."""
    chance = shot.chance("phasing")
    beat = metre(shot.seconds, 112)
    root = int(chance.integers(57, 63))
    pattern = [
        root + MAJOR[int(chance.integers(5))] + 12 * int(chance.integers(0, 2)) for _ in range(12)
    ]
    steps = beat.bars * 12
    track = Track(shot.samples_count)
    for player, shift in ((-0.6, 0), (0.6, 1)):
        for step in range(steps):
            moved = step * (1 + shift * 12 / steps / 12)
            note = pattern[int(moved) % 12]
            track.add(voices.marimba(hertz(note)), step * shot.seconds / steps, 0.26, player)
    for bar in range(beat.bars):
        low = root - 24 + (0, -3, 5, -5)[bar % 4]
        track.add(voices.marimba(hertz(low + 12), 1.6), bar * beat.bar_s, 0.55)
        track.add(voices.pad(hertz(low + 12), beat.bar_s * 1.2, 0.25), bar * beat.bar_s, 0.22)
    return reverb(track.samples, 1.4, 0.25, chance)


def harp(shot: Shot) -> Audio:
    """Plucked strings rolling up and down through gentle chords."""
    chance = shot.chance("harp")
    beat = metre(shot.seconds, 92)
    root = int(chance.integers(48, 54))
    changes = ((0, 9, 5, 7), (0, 4, 9, 5), (9, 5, 0, 7))[chance.integers(3)]
    track = Track(shot.samples_count)
    for bar in range(beat.bars):
        base = root + changes[bar % 4] - 12 * (changes[bar % 4] > 6)
        third = 3 if changes[bar % 4] in {9, 4} else 4
        rise = (0, 7, 12, 12 + third, 19, 24, 19, 12 + third)
        for step in range(16):
            note = base + rise[step % 8]
            at = (bar * 4 + step / 4) * beat.beat_s
            tone = voices.string(hertz(note), 1.6, chance, 0.65)
            track.add(tone, at, 0.34, (rise[step % 8] - 12) / 20)
        song = base + 24 + (third, 7, 12, 14)[bar % 4]
        track.add(voices.bell(hertz(song)), bar * beat.bar_s + beat.beat_s, 0.14, 0.3)
    return reverb(track.samples, 2.2, 0.35, chance)


def music_box(shot: Shot) -> Audio:
    """A waltz from a small box."""
    chance = shot.chance("music box")
    bars = max(2, 2 * round(shot.seconds / 3.2))
    step_s = shot.seconds / bars / 6
    root = int(chance.integers(72, 77))
    changes = (0, 5, 9, 7) if chance.random() < 0.5 else (0, 9, 5, 7)
    track = Track(shot.samples_count)
    for bar in range(bars):
        base = root + changes[bar % 4] - 12 * (changes[bar % 4] > 4)
        third = 3 if changes[bar % 4] == 9 else 4
        for step in range(6):
            at = (bar * 6 + step) * step_s
            low = base - 12 + (0, 7, 12 + third - 12, 7, third, 7)[step]
            track.add(voices.music_box(hertz(low), 1.4), at, 0.2, -0.3)
            if chance.random() < (0.95 if step % 2 == 0 else 0.35):
                tune = base + int(chance.choice((0, third, 7, 9, 12)))
                track.add(voices.music_box(hertz(tune)), at, 0.27, 0.3)
    return reverb(track.samples, 1.8, 0.3, chance)


def thumb_piano(shot: Shot) -> Audio:
    """Kalimba story with soft wood and a low string."""
    chance = shot.chance("kalimba")
    beat = metre(shot.seconds, 96)
    root = int(chance.integers(60, 66))
    tune = chance.integers(0, 5, 16)
    track = Track(shot.samples_count)
    for step in range(beat.bars * 8):
        at = step * beat.beat_s / 2
        degree = int(tune[step % 16])
        if step % 8 in {0, 2, 3, 5, 6} or chance.random() < 0.3:
            track.add(voices.kalimba(hertz(root + MAJOR[degree])), at, 0.42, 0.3 * (-1) ** step)
        if step % 4 == 0:
            low = root - 12 + (0, 0, 9, 9, 5, 5, 7, 7)[(step // 4) % 8] - 12
            track.add(voices.string(hertz(low), 1.5, chance, 0.85), at, 0.5)
            track.add(voices.kalimba(hertz(low + 24)), at, 0.2)
        if step % 2:
            track.add(drums.tick(chance, 1500), at, 0.09, 0.5)
    return reverb(echo(track.samples, beat.beat_s * 0.75, 0.35, 0.2), 1.6, 0.3, chance)


def kitchen_jazz(shot: Shot) -> Audio:
    """Nylon guitar, walking bass and brushes at a cheerful walk."""
    chance = shot.chance("jazz")
    beat = metre(shot.seconds, 116)
    chords = JAZZ_CHORDS[chance.integers(len(JAZZ_CHORDS))]
    track = Track(shot.samples_count)
    for bar in range(beat.bars):
        chord, following = chords[bar % 4], chords[(bar + 1) % 4]
        walk = (chord[0], chord[0] + 7, chord[0] + 12, following[0] + 1)
        for count, note in enumerate(walk):
            at = (bar * 4 + count) * beat.beat_s
            track.add(voices.string(hertz(note), 0.6, chance, 0.9), at, 0.75)
            track.add(voices.sub(hertz(note), 0.3), at, 0.22)
            track.add(drums.brush(chance, 0.2), at, 0.4 if count % 2 else 0.2, 0.2)
            track.add(drums.hat(chance, 0.05), at + beat.beat_s * 0.66, 0.12, 0.3)
        for at in (0, 1.66, 2.66):
            for place, note in enumerate(chord[1:]):
                tone = voices.string(hertz(note), 0.7, chance, 0.6)
                track.add(tone, (bar * 4 + at) * beat.beat_s + place * 0.012, 0.24, -0.35)
        for at in np.sort(chance.choice(6, 3, replace=False)) / 1.5:
            note = int(chance.choice(chord[2:])) + 12
            track.add(voices.kalimba(hertz(note), 1), (bar * 4 + at) * beat.beat_s, 0.2, 0.3)
    return reverb(track.samples, 0.9, 0.2, chance)
