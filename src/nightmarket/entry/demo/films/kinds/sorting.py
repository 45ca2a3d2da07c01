"""Sorting on a wheel: shuffled colours find their places, and every move is a note."""

from collections.abc import Callable, Iterator

import numpy as np

from nightmarket.entry.demo.films.paint import colours_of, coordinates, filmic, glow, ramp
from nightmarket.entry.demo.films.shot import RATE_HZ, Audio, Field, Kind, Picture, Shot
from nightmarket.entry.demo.films.sound import drums, voices
from nightmarket.entry.demo.films.sound.track import Track, hertz, reverb

SIZE = (272, 480)
COUNT = 120
NOTES_PER_SECOND = 15
SORTED_AT = 0.84
SCALE = (0, 2, 4, 7, 9)
Moves = list[tuple[int, np.ndarray]]
RAMPS = (
    ramp("#ff4d6d", "#ff9e4d", "#ffe14d", "#5ef2a0", "#4dc3ff", "#8f6bff", "#ff4dd2", "#ff4d6d"),
    ramp("#03045e", "#0077b6", "#48cae4", "#f8f9fa", "#ffb703", "#fb5607", "#6a040f", "#03045e"),
    ramp("#264653", "#2a9d8f", "#e9c46a", "#f4a261", "#e76f51", "#9d4edd", "#264653"),
)


def _trace(shot: Shot) -> tuple[list[tuple[int, np.ndarray]], Field]:
    """All (place touched, state) pairs of one algorithm, and colours."""
    chance = shot.chance("sorting")
    values = chance.permutation(COUNT)
    algorithms: tuple[Callable[[np.ndarray, Moves], None], ...] = (_comb, _merge, _quick, _shell)
    moves: Moves = [(0, values.copy())]
    shot.pick(algorithms)(values, moves)
    assert np.all(np.diff(values) > 0), "the algorithm did not sort"
    return moves, colours_of(shot.pick(RAMPS))


def frames(shot: Shot) -> Iterator[Picture]:
    """Bars reach out when they are far from home, so disorder is spiky and order is a circle."""
    moves, colours = _trace(shot)
    x, y = coordinates(*SIZE)
    x, y = x + np.float32(0.05), y + np.float32(0.18)
    reach, turn = np.hypot(x, y), np.arctan2(x, -y) / np.float32(2 * np.pi) + np.float32(0.5)
    place = np.minimum((turn * COUNT).astype(np.int32), COUNT - 1)
    gap = np.clip((0.5 - np.abs(turn * COUNT - place - 0.5)) * 8 + 0.25, 0, 1)
    ground = np.exp(-reach * 1.1)[..., None] * colours[shot.seed % 1024] * 0.10 + 0.014
    shown = np.zeros(COUNT)
    for index in range(shot.frames_count):
        part = min(1.0, index / shot.frames_count / SORTED_AT)
        step = min(len(moves) - 1, int(part * len(moves)))
        touched, state = moves[step]
        away = np.abs(state - np.arange(COUNT))
        away = np.minimum(away, COUNT - away) / (COUNT / 2)
        shown += (away - shown) * 0.5
        bright = _sweep(index / shot.frames_count, touched, part)
        drawn = _wheel(reach, place, shown.astype(np.float32), bright.astype(np.float32)) * gap
        light = colours[(state[place] * 1023 // COUNT)] * drawn[..., None]
        yield Picture(filmic(light * 1.1 + glow(light, 3, 8) * 0.8 + ground, 1.6))


def _sweep(phase: float, touched: int, part: float) -> Field:
    """Light on the place being moved; when all is sorted, a light runs once around."""
    where = np.arange(COUNT)
    if part < 1:
        away = np.minimum(np.abs(where - touched), COUNT - np.abs(where - touched))
        return np.asarray(1 + 1.6 * np.exp(-away / 1.5))
    run = (phase - SORTED_AT) / (1 - SORTED_AT) * COUNT * 1.1
    return np.asarray(1 + 1.8 * np.exp(-np.maximum(run - where, 0) / 9) * (where <= run))


def _wheel(reach: Field, place: np.ndarray, away: Field, bright: Field) -> Field:
    inner = 0.30 * (1 - away[place] * 0.55)
    outer = 0.60 + away[place] * 0.28
    return np.asarray(
        np.clip((reach - inner) * 80, 0, 1) * np.clip((outer - reach) * 80, 0, 1) * bright[place]
    )


def _swap(values: np.ndarray, one: int, other: int, moves: Moves) -> None:
    values[one], values[other] = values[other], values[one]
    moves.append((other, values.copy()))


def _comb(values: np.ndarray, moves: Moves) -> None:
    gap, is_sorted = COUNT, False
    while not is_sorted:
        gap = max(1, gap * 10 // 13)
        is_sorted = gap == 1
        for index in range(COUNT - gap):
            if values[index] > values[index + gap]:
                _swap(values, index, index + gap, moves)
                is_sorted = False


def _shell(values: np.ndarray, moves: Moves) -> None:
    for gap in (57, 23, 10, 4, 1):
        for index in range(gap, COUNT):
            at = index
            while at >= gap and values[at - gap] > values[at]:
                _swap(values, at - gap, at, moves)
                at -= gap


def _merge(values: np.ndarray, moves: Moves) -> None:
    size = 1
    while size < COUNT:
        for start in range(0, COUNT, 2 * size):
            part = np.sort(values[start : start + 2 * size])
            for offset, value in enumerate(part):
                at = start + offset
                other = int(np.flatnonzero(values == value)[0])
                if other != at:
                    # Rotate instead of swapping, so that both halves keep their order.
                    values[at : other + 1] = np.roll(values[at : other + 1], 1)
                    moves.append((at, values.copy()))
        size *= 2


def _quick(values: np.ndarray, moves: Moves) -> None:
    parts = [(0, COUNT - 1)]
    while parts:
        low, high = parts.pop()
        if low >= high:
            continue
        pivot, border = values[(low + high) // 2], low
        _swap(values, (low + high) // 2, high, moves)
        for index in range(low, high):
            if values[index] < pivot:
                _swap(values, index, border, moves)
                border += 1
        _swap(values, border, high, moves)
        parts += [(border + 1, high), (low, border - 1)]


def sound(shot: Shot) -> Audio:
    """The value that moved is the pitch; at the end the whole scale runs up."""
    moves, _ = _trace(shot)
    chance = shot.chance("sorting sound")
    track = Track(shot.samples_count)
    sorting_s = shot.seconds * SORTED_AT
    count = round(sorting_s * NOTES_PER_SECOND)
    root = int(chance.integers(48, 53))
    for note in range(count):
        place, state = moves[min(len(moves) - 1, int(note / count * len(moves)))]
        step = int(state[place]) * 15 // COUNT
        pitch = root + 12 + SCALE[step % 5] + 12 * (step // 5)
        track.add(
            voices.marimba(hertz(pitch), 0.5),
            note / NOTES_PER_SECOND,
            0.3,
            place / COUNT * 1.6 - 0.8,
        )
        if note % 4 == 0:
            track.add(drums.tick(chance, 1400), note / NOTES_PER_SECOND, 0.15)
        if note % 16 == 0:
            track.add(
                voices.sub(hertz(root - 12 + (0, 5, 9, 7)[note // 16 % 4]), 1.0),
                note / NOTES_PER_SECOND,
                0.4,
            )
    for step in range(16):
        at = sorting_s + step * (shot.seconds - sorting_s) / 22
        pitch = root + 12 + SCALE[step % 5] + 12 * (step // 5)
        track.add(voices.music_box(hertz(pitch), 1.2), at, 0.4, step / 8 - 1)
    assert len(track.samples) == round(shot.seconds * RATE_HZ)
    return reverb(track.samples, 1.4, 0.3, chance)


KIND = Kind(fps=30, frames=frames, sound=sound)
