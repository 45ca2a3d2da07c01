"""What a sound is, in few bits: a recording keeps nearly all of them however it is encoded.

One word of 32 bits every 64 ms. A bit says whether the difference of two neighbouring bands
between 300 and 2,000 Hz rose or fell: volume cancels out, and so does what codecs take away.
(Haitsma and Kalker, "A Highly Robust Audio Fingerprinting System", 2002, with fewer words.)
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from nightmarket.infra.media.loudness import RATE_HZ, Pcm

Words = NDArray[np.uint32]
"""uint32[frames]; 0: nothing is heard there."""

FRAME_SAMPLES = 16_384
HOP_SAMPLES = 3_072
BITS = 32
RISE_HOPS = 2
LOW_HZ, HIGH_HZ = 300.0, 2_000.0
HEARD_RMS_MIN = 1e-3  # -60 dBFS
SECONDS_MAX = 180
BATCH_FRAMES = 64
"""A batch of frames is 8 MB of spectra, whatever the length of the film."""


def fingerprint(pcm: Pcm) -> Words:
    """Return the words of the first three minutes; empty when there is less than two frames."""
    levels, heard = [], []
    for level, loud in _batches(pcm[: SECONDS_MAX * RATE_HZ]):
        levels.append(level)
        heard.append(loud)
    if not levels:
        return np.zeros(0, np.uint32)
    steps = np.diff(np.concatenate(levels), axis=1)
    if len(steps) <= RISE_HOPS:
        return np.zeros(0, np.uint32)
    rises = steps[RISE_HOPS:] - steps[:-RISE_HOPS] > 0
    words = rises.astype(np.uint32) @ (np.uint32(1) << np.arange(BITS, dtype=np.uint32))
    is_heard = np.concatenate(heard)
    words[~(is_heard[RISE_HOPS:] & is_heard[:-RISE_HOPS])] = 0
    return np.asarray(words, dtype=np.uint32)


def _batches(pcm: Pcm) -> Iterator[tuple[NDArray[np.float32], NDArray[np.bool_]]]:
    """Yield (logarithmic energy of each band, whether anything is heard) for runs of frames."""
    count = (len(pcm) - FRAME_SAMPLES) // HOP_SAMPLES + 1
    window = np.hanning(FRAME_SAMPLES).astype(np.float32)
    edges_hz = np.geomspace(LOW_HZ, HIGH_HZ, BITS + 2)
    bins = np.round(edges_hz * FRAME_SAMPLES / RATE_HZ).astype(int)
    for first in range(0, count, BATCH_FRAMES):
        last = min(first + BATCH_FRAMES, count)
        part = pcm[first * HOP_SAMPLES : (last - 1) * HOP_SAMPLES + FRAME_SAMPLES]
        mono = part.mean(axis=1, dtype=np.float32)
        frames = np.lib.stride_tricks.sliding_window_view(mono, FRAME_SAMPLES)[::HOP_SAMPLES]
        heard = np.sqrt(np.mean(np.square(frames), axis=1)) > HEARD_RMS_MIN
        energy = np.square(np.abs(np.fft.rfft(frames * window, axis=1)[:, : bins[-1]]))
        bands = np.add.reduceat(energy, bins[:-1], axis=1)
        yield np.log(bands + 1e-12).astype(np.float32), heard
