"""Music for moving: techno, house, chiptune, synthwave, hand drums."""

import numpy as np

from nightmarket.entry.demo.films.shot import Audio, Shot
from nightmarket.entry.demo.films.sound import drums, voices
from nightmarket.entry.demo.films.sound.track import (
    Metre,
    Track,
    echo,
    hertz,
    lowpass,
    metre,
    pump,
    reverb,
)

MINOR = (0, 2, 3, 5, 7, 8, 10)
PENTATONIC = (0, 3, 5, 7, 10)
MAJOR_PENTATONIC = (0, 2, 4, 7, 9)
TECHNO_BPM = 128
CHIP_BPM = 140
SYNTHWAVE_BPM = 100


def techno(shot: Shot) -> Audio:
    """Four on the floor, an acid-like sixteenth line, off-beat hats, pads that duck."""
    chance = shot.chance("techno")
    beat = metre(shot.seconds, TECHNO_BPM)
    root = int(chance.integers(33, 39))
    line, rhythm, air = (Track(shot.samples_count) for _ in range(3))
    pattern = chance.choice(PENTATONIC, 16) + 12 * (chance.random(16) < 0.25)
    rests = chance.random(16) < 0.25
    accents = chance.random(16)
    for step in range(beat.bars * 16):
        place = step % 16
        at = step * beat.beat_s / 4
        if not rests[place]:
            open_now = 0.25 + 0.7 * (0.5 - 0.5 * np.cos(2 * np.pi * at / shot.seconds))
            note = hertz(root + int(pattern[place]))
            tone = voices.saw_bass(note, beat.beat_s * 0.26, float(open_now))
            line.add(tone, at, 0.3 + 0.14 * accents[place], 0.1)
    for bar in range(beat.bars):
        chord = (
            (root + 24, root + 27, root + 31, root + 34)
            if bar % 2
            else (root + 24, root + 29, root + 32)
        )
        for place, note in enumerate(chord):
            air.add(
                voices.pad(hertz(note), beat.bar_s * 1.3, 0.5), bar * beat.bar_s, 0.13, place - 1.5
            )
    _four_on_the_floor(rhythm, chance, beat)
    duck = pump(shot.samples_count, beat.beat_s, 0.75)
    wet = reverb(air.samples, 2.5, 0.5, chance) * duck
    return rhythm.samples + echo(line.samples * duck, beat.beat_s * 0.75, 0.45, 0.25) + wet


def _four_on_the_floor(track: Track, chance: np.random.Generator, beat: Metre) -> None:
    for count in range(beat.bars * 4):
        at = count * beat.beat_s
        track.add(drums.kick(0.38), at, 0.85)
        track.add(drums.hat(chance, 0.16), at + beat.beat_s / 2, 0.3, 0.2)
        for quarter in (0.25, 0.75):
            track.add(drums.hat(chance, 0.04), at + beat.beat_s * quarter, 0.12, -0.3)
        if count % 2:
            track.add(drums.clap(chance), at, 0.42)


def house(shot: Shot) -> Audio:
    """Warm stabs on a swinging house beat, a bass that answers."""
    chance = shot.chance("house")
    beat = metre(shot.seconds, 122)
    root = int(chance.integers(38, 44))
    stabs, rhythm = Track(shot.samples_count), Track(shot.samples_count)
    turns = ((0, 3, 7, 10, 14), (-4, 3, 7, 8, 12), (-2, 2, 5, 10, 14), (-5, 2, 7, 11, 14))
    for bar in range(beat.bars):
        shape = turns[bar % 4]
        for at in (0.0, 0.75, 1.5, 2.5, 3.25):
            for place, interval in enumerate(shape[1:]):
                tone = voices.electric_piano(hertz(root + 12 + interval), 0.5)
                stabs.add(tone, (bar * 4 + at) * beat.beat_s, 0.15, (place - 1.5) * 0.4)
        for at in (0.5, 1.5, 2.25, 2.75, 3.5):
            tone = voices.saw_bass(hertz(root - 12 + shape[0] + 12 * (at == 2.75)), 0.3, 0.5)
            stabs.add(tone, (bar * 4 + at) * beat.beat_s, 0.36)
    _four_on_the_floor(rhythm, chance, beat)
    duck = pump(shot.samples_count, beat.beat_s, 0.55)
    return rhythm.samples + reverb(stabs.samples, 1.5, 0.3, chance) * duck


def chiptune(shot: Shot) -> Audio:
    """Two pulses, a triangle and noise: arpeggios and a tune one can hum."""
    chance = shot.chance("chiptune")
    beat = metre(shot.seconds, CHIP_BPM)
    root = int(chance.integers(57, 63))
    roots = ((0, 7, 9, 5), (0, 5, 7, 7), (9, 5, 0, 7))[chance.integers(3)]
    tune = Track(shot.samples_count)
    motif = chance.choice(MAJOR_PENTATONIC, 8)
    for bar in range(beat.bars):
        base = root + roots[bar % 4] - (12 if roots[bar % 4] > 6 else 0)
        is_minor = roots[bar % 4] == 9
        chord = (0, 3 if is_minor else 4, 7, 12)
        for step in range(16):
            at = (bar * 4 + step / 4) * beat.beat_s
            note = hertz(base + 12 + chord[step % 4])
            tune.add(voices.square(note, beat.beat_s * 0.24, 0.125), at, 0.13, 0.5)
        for step in range(8):
            at = (bar * 4 + step / 2) * beat.beat_s
            if chance.random() < 0.8:
                note = hertz(root + 12 + int(motif[(step + bar * 3) % 8]))
                tune.add(voices.square(note, beat.beat_s * 0.48, 0.25), at, 0.24, -0.2)
            tune.add(voices.sub(hertz(base - 24 + 12 * (step % 2)), beat.beat_s * 0.4), at, 0.4)
            tune.add(drums.hat(chance, 0.04), at, 0.14)
        for at in (1, 3):
            tune.add(drums.snare(chance, 0.15), (bar * 4 + at) * beat.beat_s, 0.4)
        for at in (0, 2, 2.5):
            tune.add(drums.kick(0.2), (bar * 4 + at) * beat.beat_s, 0.5)
    return echo(tune.samples, beat.beat_s * 0.75, 0.3, 0.15)


def synthwave(shot: Shot) -> Audio:
    """Eighth-note bass, gated snare, wide pads, a lead that sings over the last half."""
    chance = shot.chance("synthwave")
    beat = metre(shot.seconds, SYNTHWAVE_BPM)
    root = int(chance.integers(43, 48))
    changes = ((0, -4, 3, -2), (0, 3, -2, -4), (0, -5, -4, -2))[chance.integers(3)]
    bed, rhythm, song = (Track(shot.samples_count) for _ in range(3))
    for bar in range(beat.bars):
        base = root + changes[bar % 4]
        third = 3 if changes[bar % 4] in {0, -5} else 4
        for place, interval in enumerate((0, third, 7, 12, 14)):
            tone = voices.pad(hertz(base + 12 + interval), beat.bar_s * 1.15, 0.7)
            bed.add(tone, bar * beat.bar_s, 0.13, (place - 2) * 0.4)
        for step in range(8):
            at = (bar * 4 + step / 2) * beat.beat_s
            bed.add(voices.saw_bass(hertz(base - 12), beat.beat_s * 0.45, 0.6), at, 0.42)
            rhythm.add(drums.hat(chance, 0.06), at, 0.14, 0.3)
        for at in (0, 2):
            rhythm.add(drums.kick(0.35), (bar * 4 + at) * beat.beat_s, 0.8)
        for at in (1, 3):
            rhythm.add(drums.snare(chance, 0.35), (bar * 4 + at) * beat.beat_s, 0.6)
        for at, length, degree in ((0, 1.5, 7), (1.5, 0.5, 10), (2, 2, 12 if bar % 2 else third)):
            note = hertz(base + 24 + degree)
            song.add(voices.lead(note, length * beat.beat_s), (bar * 4 + at) * beat.beat_s, 0.16)
    duck = pump(shot.samples_count, beat.beat_s * 2, 0.4)
    sung = reverb(echo(song.samples, beat.beat_s * 0.75, 0.45, 0.3), 2.5, 0.35, chance)
    return (
        reverb(bed.samples, 2, 0.25, chance) * duck
        + reverb(rhythm.samples, 0.7, 0.3, chance)
        + sung
    )


def hand_drums(shot: Shot, bpm: float = 104) -> Audio:
    """Toms, wood and claps in interlocking patterns with a plucked ground."""
    chance = shot.chance("drums")
    beat = metre(shot.seconds, bpm)
    track = Track(shot.samples_count)
    patterns = [chance.random(16) < chance_of for chance_of in (0.4, 0.35, 0.3)]
    pitches = (82, 123, 184)
    root = int(chance.integers(38, 43))
    for step in range(beat.bars * 16):
        at = step * beat.beat_s / 4
        place = step % 16
        if place in {0, 10}:
            track.add(drums.kick(0.4, 0.8), at, 0.75)
        if place in {4, 12}:
            track.add(drums.clap(chance), at, 0.4)
        for pitch, pattern, pan in zip(pitches, patterns, (-0.5, 0.1, 0.6), strict=True):
            if pattern[place]:
                track.add(drums.tom(pitch, 0.35), at, 0.34, pan)
        track.add(
            drums.tick(chance, 1800 if place % 4 else 2400), at, 0.1 + 0.1 * (place % 4 == 0), 0.4
        )
        if place % 4 in {0, 3}:
            note = root + 12 + PENTATONIC[(step * 7 // 4) % 5]
            track.add(voices.string(hertz(note), 0.8, chance, 0.6), at, 0.4, -0.2)
    return reverb(lowpass(track.samples, 9000, 1), 0.9, 0.2, chance)
