"""Quiet music: ambient pads, choir, lo-fi chords, rain with piano, the sea."""

import numpy as np

from nightmarket.entry.demo.films.shot import Audio, Shot
from nightmarket.entry.demo.films.sound import drums, voices
from nightmarket.entry.demo.films.sound.track import Track, echo, hertz, lowpass, metre, reverb

Chord = tuple[int, ...]
OPEN_CHORDS: tuple[tuple[Chord, ...], ...] = (
    ((45, 52, 57, 64, 71), (41, 48, 57, 60, 67), (48, 55, 59, 64, 74), (43, 50, 59, 62, 69)),
    ((50, 57, 64, 65, 72), (46, 53, 60, 62, 69), (41, 48, 57, 60, 67), (48, 55, 62, 64, 71)),
    ((40, 47, 54, 59, 67), (48, 55, 59, 64, 67), (43, 50, 57, 59, 66), (45, 52, 57, 61, 66)),
)
JAZZ_CHORDS: tuple[tuple[Chord, ...], ...] = (
    ((38, 53, 57, 60, 64), (43, 53, 57, 59, 64), (36, 52, 55, 59, 62), (45, 55, 59, 60, 64)),
    ((41, 52, 55, 57, 60), (40, 50, 55, 59, 62), (38, 48, 53, 57, 60), (43, 53, 57, 59, 64)),
    ((46, 53, 57, 62, 65), (45, 52, 55, 60, 64), (43, 53, 58, 62, 65), (36, 52, 58, 62, 67)),
)


def ambient(shot: Shot, bright: float = 0.5) -> Audio:
    """Slow overlapping chords with stars of bells above, in a very large room."""
    chance = shot.chance("ambient")
    chords = OPEN_CHORDS[chance.integers(len(OPEN_CHORDS))]
    step = shot.seconds / len(chords)
    track = Track(shot.samples_count)
    shift = int(chance.integers(-3, 4))
    for index, chord in enumerate(chords):
        for place, note in enumerate(chord):
            tone = voices.pad(hertz(note + shift), step * 1.5, bright)
            track.add(tone, index * step - step * 0.2, 0.16, (place - 2) * 0.3)
        track.add(voices.sub(hertz(chord[0] + shift - 12), step * 1.1), index * step, 0.3)
    for _ in range(round(shot.seconds * 1.4)):
        at = float(chance.uniform(0, shot.seconds))
        chord = chords[int(at / step) % len(chords)]
        note = int(chance.choice(chord[2:])) + 24 + shift
        track.add(voices.bell(hertz(note)), at, 0.07, float(chance.uniform(-0.8, 0.8)))
    return reverb(echo(track.samples, 0.37, 0.5, 0.3), 5.5, 0.55, chance)


def choral(shot: Shot) -> Audio:
    """Wordless voices over a low drone."""
    chance = shot.chance("choral")
    chords = OPEN_CHORDS[chance.integers(len(OPEN_CHORDS))]
    step = shot.seconds / len(chords)
    track = Track(shot.samples_count)
    vowels = ("oo", "ah", "oh", "ah")
    for index, chord in enumerate(chords):
        for place, note in enumerate(chord[1:]):
            tone = voices.choir(hertz(note), step * 1.35, vowels[index % 4])
            track.add(tone, index * step - step * 0.15, 0.2, (place - 1.5) * 0.45)
        track.add(voices.pad(hertz(chord[0]), step * 1.3, 0.1), index * step, 0.3)
    for index in range(len(chords) * 2):
        note = chords[index // 2][-1] + 12 + (0, 2)[index % 2]
        track.add(voices.kalimba(hertz(note), 2), index * step / 2, 0.12, (-0.5, 0.5)[index % 2])
    return reverb(track.samples, 4.5, 0.6, chance)


def lofi(shot: Shot, bpm: float = 78) -> Audio:
    """Lazy electric piano, brushed beat a little late, dust on the record."""
    chance = shot.chance("lofi")
    chords = JAZZ_CHORDS[chance.integers(len(JAZZ_CHORDS))]
    beat = metre(shot.seconds, bpm)
    keys, rhythm = Track(shot.samples_count), Track(shot.samples_count)
    for bar in range(beat.bars):
        chord = chords[bar % len(chords)]
        start = bar * beat.bar_s
        for at, gain in ((0, 0.9), (2.5, 0.55)):
            for place, note in enumerate(chord[1:]):
                late = at * beat.beat_s + place * 0.014
                tone = voices.electric_piano(hertz(note), 2.2)
                keys.add(tone, start + late, 0.17 * gain, (place - 1.5) * 0.3)
        for at, note in ((0, chord[0]), (1.5, chord[0] + 7), (2.5, chord[0])):
            keys.add(voices.sub(hertz(note), 0.9 * beat.beat_s), start + at * beat.beat_s, 0.34)
        melody = chance.choice(chord[2:], 3) + 12
        for place, note in enumerate(melody):
            at = start + (1 + place * 0.75) * beat.beat_s
            keys.add(voices.kalimba(hertz(int(note)), 1.4), at, 0.13, 0.25)
        _lazy_beat(rhythm, chance, start, beat.beat_s)
    warm = lowpass(reverb(keys.samples, 1.6, 0.25, chance), 3400, 1)
    return warm + rhythm.samples + drums.vinyl(chance, shot.samples_count)


def _lazy_beat(track: Track, chance: np.random.Generator, start: float, beat_s: float) -> None:
    for at in (0, 1.75, 2.5):
        track.add(drums.kick(0.35, 0.7), start + at * beat_s, 0.5)
    for at in (1, 3):
        track.add(drums.brush(chance), start + at * beat_s + 0.02, 0.55, 0.1)
    for step in range(8):
        swing = 0.09 if step % 2 else 0.0
        gain = 0.11 if step % 2 else 0.18
        track.add(drums.hat(chance, 0.05), start + (step / 2 + swing) * beat_s, gain, -0.3)


def rainy(shot: Shot) -> Audio:
    """Rain on glass, and now and then a piano note from the next room."""
    chance = shot.chance("rainy")
    chords = JAZZ_CHORDS[chance.integers(len(JAZZ_CHORDS))]
    track = Track(shot.samples_count)
    step = shot.seconds / len(chords)
    for index, chord in enumerate(chords):
        for place, note in enumerate(chord):
            tone = voices.electric_piano(hertz(note), 3.0)
            track.add(tone, index * step + place * 0.16, 0.13, (place - 2) * 0.2)
        for place in range(2):
            note = int(chance.choice(chord[2:])) + 12
            track.add(
                voices.electric_piano(hertz(note), 2.4), (index + 0.4 + place * 0.3) * step, 0.1
            )
    return reverb(lowpass(track.samples, 2600, 1), 3.2, 0.5, chance) + drums.rain(
        chance, shot.samples_count
    ) * np.float32(0.5)


def sea(shot: Shot) -> Audio:
    """Surf, and a slow harp-like arpeggio that follows it."""
    chance = shot.chance("sea")
    chords = OPEN_CHORDS[chance.integers(len(OPEN_CHORDS))]
    track = Track(shot.samples_count)
    notes = [note + 12 * lift for chord in chords for lift in (0, 1) for note in chord[1:]]
    step = shot.seconds / len(notes)
    for index, note in enumerate(notes):
        tone = voices.string(hertz(note), 2.2, chance, 0.8)
        track.add(tone, index * step, 0.22, float(np.sin(index * 0.8)) * 0.6)
    bed = drums.waves(chance, shot.samples_count, max(1, round(shot.seconds / 5)))
    return reverb(track.samples, 3.0, 0.4, chance) + bed * np.float32(0.5)
