"""What a film looks and sounds like, in numbers for the ranker; documented and versioned."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nightmarket.infra.media.figures import (
    BANDS,
    HUES,
    LAYOUT_NAMES,
    NAMES,
    SOUND_NAMES,
    VISUAL_NAMES,
)
from nightmarket.infra.media.job import STATISTICS_VERSION, Loudness, Statistics
from nightmarket.infra.media.loudness import RATE_HZ, Pcm
from nightmarket.infra.media.stills import SAMPLES_A_SECOND, Picture

STILLS_MAX = 240  # Of a long film, evenly spread: ten minutes would take ten seconds.
RATE_MAX = 4.0  # Samples come four a second, so no more can be seen.
CUT_DIFFERENCE = 0.18  # Mean change of luma between samples that people call a cut.
EDGE_STEP = 0.08
WINDOW = 2048
HOP = 1024
LISTEN_SAMPLES_MAX = 120 * RATE_HZ
INAUDIBLE = 1e-5  # Of the loudest bin of all: what a codec adds below has no rhythm.
RISE_MIN = 0.003  # A steady tone rises less; rain on a window by 0.01, music by 0.05.
STEADY_DB = 0.5
HASH_SIDE = 32
HASH_KEPT = 8
CELL = 8  # Pixels of a cell in which strokes are counted.
STROKE_STEP = 0.25
STROKES_MIN = 1.0  # Hard steps a line of a cell; a picture's own edges are fewer.
BLACK = 0.07
COLOURFUL = 110.0  # "Extremely colourful" in Hasler and Suesstrunk's survey.


def statistics(
    samples: list[Picture], pcm: Pcm | None, loudness: Loudness | None, duration_ms: int
) -> Statistics:
    """Compute the vector and the frame hashes.

    Args:
        samples: uint8[height, width, 3] each, four a second.
        pcm: the sound before levelling; None without sound.
        loudness: of `pcm`.
        duration_ms: of the film.
    """
    parts = [_visual(samples, duration_ms), _sound(pcm, loudness), _layout(samples)]
    vector = np.concatenate(parts).astype(np.float32)
    assert len(vector) == len(NAMES), (len(vector), len(NAMES))
    vector = np.nan_to_num(vector, nan=0.0, posinf=1.0, neginf=0.0)
    hashes = tuple(frame_hash(picture) for picture in samples[::SAMPLES_A_SECOND])
    numbers = tuple(round(value, 5) for value in vector.tolist())
    return Statistics(STATISTICS_VERSION, numbers, hashes)


def frame_hash(picture: Picture) -> str:
    """Return a 64-bit perceptual hash: signs of the low DCT of the luma, as 16 hex digits.

    Near duplicates differ in few bits (recoding: about 4 of 64; another film: about 32).
    """
    luma = _shrunk(_luma(picture), HASH_SIDE)
    low = (_dct_rows() @ luma @ _dct_rows().T).ravel()
    bits = low > np.median(low[1:])
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"


def appeal(picture: Picture) -> float:
    """Score a sample as a cover: sharp, colourful, neither dark nor burnt. About 0..1."""
    luma = _luma(picture)
    mean = float(luma.mean())
    exposure = max(0.0, 1 - abs(mean - 0.5) * 2.2)
    return exposure * (0.2 + float(luma.std()) + _edges(luma) + float(_saturation(picture).mean()))


def _visual(samples: list[Picture], duration_ms: int) -> NDArray[np.float64]:
    if not samples:
        return np.zeros(len(VISUAL_NAMES))
    every = -(-len(samples) // STILLS_MAX)
    rows = np.stack([_still(picture) for picture in samples[::every]])
    lumas = np.stack([_shrunk(_luma(picture), HASH_SIDE) for picture in samples])
    change = np.abs(np.diff(lumas, axis=0)).mean(axis=(1, 2)) if len(lumas) > 1 else np.zeros(1)
    cuts = float((change > CUT_DIFFERENCE).sum()) / max(1.0, len(samples) / SAMPLES_A_SECOND)
    height, width = samples[0].shape[:2]
    motion = [change.mean() * 4, change.std() * 4, np.percentile(change, 90) * 4]
    rest = [*motion, cuts, float(height > width), np.log10(max(1.0, duration_ms / 1000)) / 3]
    return np.concatenate([rows.mean(axis=0), np.minimum(np.array(rest), RATE_MAX)])


def _still(picture: Picture) -> NDArray[np.float64]:
    """All visual numbers of one sample that need no neighbour."""
    luma, saturation = _luma(picture), _saturation(picture)
    hue = _hue(picture)
    weight = saturation * (saturation > 0.15)  # noqa: PLR2004 - below, hue is noise
    counts = np.bincount((hue * HUES).astype(int).ravel() % HUES, weight.ravel(), HUES)
    hues = counts / max(float(counts.sum()), 1e-9)
    cells = _shrunk(luma, 3).ravel()
    numbers = [
        float((saturation <= 0.15).mean()),  # noqa: PLR2004 - as above
        luma.mean(),
        luma.std(),
        np.percentile(luma, 10),
        np.percentile(luma, 90),
        saturation.mean(),
        saturation.std(),
        _edges(luma),
    ]
    return np.concatenate([hues, np.array(numbers), cells])


def _layout(samples: list[Picture]) -> NDArray[np.float64]:
    """How colourful, how written over, how framed in black."""
    if not samples:
        return np.zeros(len(LAYOUT_NAMES))
    chosen = samples[:: -(-len(samples) // STILLS_MAX)]
    rows = [(_colourfulness(picture), _strokes(_luma(picture))) for picture in chosen]
    brightest = np.max(np.stack([picture.max(axis=2) for picture in chosen]), axis=0) / 255
    return np.array([*np.mean(rows, axis=0), _bars(brightest)])


def _colourfulness(picture: Picture) -> float:
    red, green, blue = (picture[..., index].astype(float) for index in range(3))
    across, along = red - green, (red + green) / 2 - blue
    spread = np.hypot(across.std(), along.std())
    return float(min(2.0, (spread + 0.3 * np.hypot(across.mean(), along.mean())) / COLOURFUL))


def _strokes(luma: NDArray[np.float64]) -> float:
    """Return the share of cells with so many hard steps a line that somebody wrote there."""
    hard = np.abs(np.diff(luma, axis=1)) > STROKE_STEP
    rows, columns = hard.shape[0] // CELL, hard.shape[1] // CELL
    if not rows or not columns:
        return 0.0
    cells = hard[: rows * CELL, : columns * CELL].reshape(rows, CELL, columns, CELL)
    return float((cells.sum(axis=3).mean(axis=1) >= STROKES_MIN).mean())


def _bars(brightest: NDArray[np.float64]) -> float:
    """Return how much lies outside of the smallest box with anything in it; 0: all is black."""
    is_lit = brightest > BLACK
    rows, columns = np.flatnonzero(is_lit.any(axis=1)), np.flatnonzero(is_lit.any(axis=0))
    if not len(rows):
        return 0.0
    box = (rows[-1] - rows[0] + 1) * (columns[-1] - columns[0] + 1)
    return float(1 - box / is_lit.size)


def _luma(picture: Picture) -> NDArray[np.float64]:
    return np.asarray(picture @ np.array([0.2126, 0.7152, 0.0722]) / 255)


def _saturation(picture: Picture) -> NDArray[np.float64]:
    high, low = picture.max(axis=2).astype(float), picture.min(axis=2).astype(float)
    return np.asarray((high - low) / np.maximum(high, 1))


def _hue(picture: Picture) -> NDArray[np.float64]:
    """0..1 round the circle, red at 0."""
    red, green, blue = (picture[..., index].astype(float) for index in range(3))
    return np.asarray(
        (np.arctan2(np.sqrt(3) * (green - blue), 2 * red - green - blue) / (2 * np.pi)) % 1.0
    )


def _edges(luma: NDArray[np.float64]) -> float:
    across = np.abs(np.diff(luma, axis=1))[:-1] if luma.shape[0] > 1 else np.zeros((1, 1))
    down = np.abs(np.diff(luma, axis=0))[:, :-1] if luma.shape[1] > 1 else np.zeros((1, 1))
    return float((np.maximum(across, down) > EDGE_STEP).mean()) if across.size else 0.0


def _shrunk(luma: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """Mean of each of side x side cells; small pictures repeat their pixels."""
    height, width = luma.shape
    rows = np.minimum(np.arange(side + 1) * height // side, height)
    columns = np.minimum(np.arange(side + 1) * width // side, width)
    total = np.zeros((height + 1, width + 1))
    total[1:, 1:] = luma.cumsum(axis=0).cumsum(axis=1)
    top, bottom = rows[:-1], np.maximum(rows[1:], rows[:-1] + 1).clip(max=height)
    left, right = columns[:-1], np.maximum(columns[1:], columns[:-1] + 1).clip(max=width)
    top, left = np.minimum(top, bottom - 1), np.minimum(left, right - 1)
    sums = (
        total[bottom][:, right]
        - total[top][:, right]
        - total[bottom][:, left]
        + total[top][:, left]
    )
    return np.asarray(sums / np.outer(bottom - top, right - left))


def _dct_rows() -> NDArray[np.float64]:
    k, n = np.arange(HASH_KEPT)[:, None], np.arange(HASH_SIDE)[None, :]
    return np.asarray(np.cos(np.pi * k * (2 * n + 1) / (2 * HASH_SIDE)))


def _sound(pcm: Pcm | None, loudness: Loudness | None) -> NDArray[np.float64]:
    if pcm is None or loudness is None or loudness.source_lufs is None or len(pcm) < WINDOW * 4:
        silent = np.zeros(len(SOUND_NAMES))
        silent[0] = float(pcm is not None)
        return silent
    heard = pcm[:LISTEN_SAMPLES_MAX]
    mono = np.asarray(heard.mean(axis=1), dtype=np.float64)
    side = np.asarray(heard[:, 0] - heard[:, 1], dtype=np.float64) / 2
    power = _power(mono)  # float[windows, WINDOW / 2 + 1]
    levels = 10 * np.log10(power.sum(axis=1) + 1e-10)
    is_heard = levels > levels.max() - 50
    mean = power.mean(axis=0) + 1e-15
    hertz = np.fft.rfftfreq(WINDOW, 1 / RATE_HZ)
    edges = np.geomspace(60, 16_000, BANDS + 1)
    bands = np.array([mean[(hertz >= low) & (hertz < high)].sum() for low, high in pairwise(edges)])
    heard_power = power + INAUDIBLE * float(power.max())
    onset = np.maximum(np.diff(np.log(heard_power), axis=0), 0).mean(axis=1)
    tempo, pulse = _tempo(onset)
    head = [
        1.0,
        np.clip((loudness.source_lufs + 60) / 60, 0, 1),
        min(float(levels[is_heard].std()) / 20, 1.0),
        float((~is_heard).mean()),
    ]
    tail = [
        min(float((hertz * mean).sum() / mean.sum()) / 8000, 1.0),
        float(np.exp(np.log(mean).mean()) / mean.mean()),
        min(_onsets(onset) / 10, 1.0),
        tempo / 240,
        pulse,
        _speech(levels),
        min(float(np.sqrt((side**2).mean() / ((mono**2).mean() + 1e-12))), 1.0),
    ]
    return np.concatenate([head, bands / max(float(bands.sum()), 1e-15), tail])


def _power(mono: NDArray[np.float64]) -> NDArray[np.float64]:
    count = (len(mono) - WINDOW) // HOP + 1
    windows = np.lib.stride_tricks.sliding_window_view(mono, WINDOW)[::HOP][:count]
    shape = np.hanning(WINDOW)
    blocks = [
        np.abs(np.fft.rfft(windows[at : at + 512] * shape, axis=1)) ** 2
        for at in range(0, count, 512)
    ]
    return np.concatenate(blocks) / WINDOW


def _onsets(onset: NDArray[np.float64]) -> float:
    """Peaks that stand out of their neighbourhood, a second."""
    if onset.std() < RISE_MIN:
        return 0.0
    threshold = onset.mean() + onset.std()
    peaks = (onset[1:-1] > onset[:-2]) & (onset[1:-1] >= onset[2:]) & (onset[1:-1] > threshold)
    return float(peaks.sum()) / (len(onset) * HOP / RATE_HZ)


def _tempo(onset: NDArray[np.float64]) -> tuple[float, float]:
    """Return (beats a minute in 60..180, strength 0..1) from the onset curve's autocorrelation."""
    if onset.std() < RISE_MIN:
        return 0.0, 0.0
    curve = onset - onset.mean()
    size = 1 << int(np.ceil(np.log2(2 * len(curve))))
    spectrum = np.fft.rfft(curve, size)
    similar = np.fft.irfft(np.abs(spectrum) ** 2)[: len(curve)]
    slow, fast = int(RATE_HZ / HOP), int(RATE_HZ / HOP / 3)  # 60 and 180 beats a minute.
    if similar[0] <= 0 or len(similar) <= slow:
        return 0.0, 0.0
    lag = fast + int(np.argmax(similar[fast : slow + 1]))
    strength = float(np.clip(similar[lag] / similar[0], 0, 1))
    return (60 * RATE_HZ / HOP / lag if strength > 0.05 else 0.0), strength  # noqa: PLR2004 - below is chance


def _speech(levels: NDArray[np.float64]) -> float:
    """Syllables come 3 to 8 times a second; music is modulated slower or not at all."""
    curve = np.maximum(levels, levels.max() - 40)
    if curve.std() < STEADY_DB:
        return 0.0
    spectrum = np.abs(np.fft.rfft(curve - curve.mean())) ** 2
    hertz = np.fft.rfftfreq(len(curve), HOP / RATE_HZ)
    whole = spectrum[(hertz >= 0.5) & (hertz < 20)].sum()  # noqa: PLR2004 - audible modulation
    return float(spectrum[(hertz >= 3) & (hertz < 8)].sum() / whole) if whole > 0 else 0.0  # noqa: PLR2004
