"""Brings a mix to -14 LUFS (ITU-R BS.1770-4) without clipping, and silences its very edges."""

import numpy as np

from nightmarket.entry.demo.films.shot import RATE_HZ, Audio

TARGET_LUFS = -14.0
CEILING = 0.76  # leaves room for what AAC adds between samples
KNEE = 0.5
EDGE_MS = 12
PASSES = 3
GATE_ABSOLUTE_LUFS = -70.0
GATE_RELATIVE_LU = 10.0
BLOCK = RATE_HZ * 400 // 1000
HOP = BLOCK // 4
# The two filters of the K weighting at 48 kHz, as the recommendation prints them.
SHELF = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (1.0, -1.69065929318241, 0.73248077421585),
)
HIGH = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))


def mastered(samples: Audio) -> Audio:
    """float32[samples, 2] at the target loudness, below the ceiling, faded at both ends."""
    centred = samples - samples.mean(axis=0)
    result = centred
    gain = 1.0
    for _ in range(PASSES):
        result = _limited(centred * np.float32(gain))
        gain *= 10 ** ((TARGET_LUFS - loudness_lufs(result)) / 20)
    result = _limited(centred * np.float32(gain))
    edge = RATE_HZ * EDGE_MS // 1000
    fade = (0.5 - 0.5 * np.cos(np.linspace(0, np.pi, edge)))[:, None].astype(np.float32)
    result[:edge] *= fade
    result[-edge:] *= fade[::-1]
    return result


def _limited(samples: Audio) -> Audio:
    """Bend peaks above the knee towards the ceiling."""
    size = np.abs(samples)
    room = np.float32(CEILING - KNEE)
    bent = KNEE + room * np.tanh(np.maximum(size - KNEE, 0) / room)
    return np.where(size > KNEE, np.sign(samples) * bent, samples).astype(np.float32)


def loudness_lufs(samples: Audio) -> float:
    """Gated integrated loudness of a stereo signal."""
    total = len(samples)
    around = np.exp(-1j * np.linspace(0, np.pi, total // 2 + 1))
    response = np.ones_like(around)
    for top, bottom in (SHELF, HIGH):
        response *= np.polyval(top[::-1], around) / np.polyval(bottom[::-1], around)
    weighted = np.fft.irfft(np.fft.rfft(samples, axis=0) * response[:, None], total, axis=0)
    power = np.concatenate([[0.0], np.cumsum((weighted**2).sum(axis=1))])
    starts = np.arange(0, max(total - BLOCK, 0) + 1, HOP)
    energy = (power[np.minimum(starts + BLOCK, total)] - power[starts]) / BLOCK
    loud = energy[energy > 10 ** ((GATE_ABSOLUTE_LUFS + 0.691) / 10)]
    if not len(loud):
        return GATE_ABSOLUTE_LUFS
    gate = loud.mean() * 10 ** (-GATE_RELATIVE_LU / 10)
    return float(-0.691 + 10 * np.log10(loud[loud > gate].mean()))
