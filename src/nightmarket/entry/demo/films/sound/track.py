"""A stereo track of a fixed length that wraps around its end, so that films loop without a seam."""

from dataclasses import dataclass

import numpy as np

from nightmarket.entry.demo.films.shot import RATE_HZ, Audio

ECHOES_MAX = 6


class Track:
    """Notes are added in seconds; what rings past the end comes back at the start."""

    def __init__(self, samples_count: int) -> None:
        self.samples: Audio = np.zeros((samples_count, 2), np.float32)

    def add(self, voice: Audio, at_s: float, gain: float = 1.0, pan: float = 0.0) -> None:
        """Mix a mono voice in. `pan` -1 (left) .. 1 (right), equal power."""
        total = len(self.samples)
        start = round(at_s * RATE_HZ) % total
        angle = (pan + 1) * np.pi / 4
        left, right = np.float32(gain * np.cos(angle)), np.float32(gain * np.sin(angle))
        done = 0
        while done < len(voice):
            part = voice[done : done + total - start]
            self.samples[start : start + len(part), 0] += part * left
            self.samples[start : start + len(part), 1] += part * right
            done += len(part)
            start = 0

    def lay(self, bed: Audio, gain: float = 1.0) -> None:
        """Mix in a stereo bed of the same length."""
        self.samples += bed * np.float32(gain)


def echo(samples: Audio, delay_s: float, feedback: float, mix: float) -> Audio:
    """Repeats that fade and change sides, wrapped around the end."""
    step = round(delay_s * RATE_HZ)
    wet = samples.copy()
    for repeat in range(1, ECHOES_MAX + 1):
        side = samples if repeat % 2 == 0 else samples[:, ::-1]
        wet += np.roll(side, step * repeat, axis=0) * np.float32(mix * feedback ** (repeat - 1))
    return wet


def reverb(samples: Audio, seconds: float, mix: float, chance: np.random.Generator) -> Audio:
    """A room: noise that dies away in `seconds` (60 dB), darker as it does; wrapped."""
    total = len(samples)
    length = min(total, round(seconds * RATE_HZ))
    time = np.arange(length, dtype=np.float32) / RATE_HZ
    tail = chance.standard_normal((length, 2)).astype(np.float32)
    tail *= np.exp(-6.9 * time / seconds)[:, None].astype(np.float32)
    tail[: RATE_HZ // 100] *= np.linspace(0, 1, RATE_HZ // 100, dtype=np.float32)[:, None]
    spectrum = np.fft.rfft(tail, total, axis=0)
    hertz = np.fft.rfftfreq(total, 1 / RATE_HZ)
    spectrum *= (1 / (1 + (hertz / 3800) ** 2) * (hertz / (hertz + 140)))[:, None]
    spectrum /= np.sqrt(np.sum(tail[:, 0] ** 2)) + 1e-9
    wet = np.fft.irfft(np.fft.rfft(samples, axis=0) * spectrum, total, axis=0)
    return (samples * np.float32(1 - mix * 0.4) + wet * np.float32(mix)).astype(np.float32)


def lowpass(samples: Audio, hertz: float, order: int = 2) -> Audio:
    """Take away what is above, without shifting phase."""
    return _filtered(samples, hertz, order)


def highpass(samples: Audio, hertz: float, order: int = 2) -> Audio:
    """Take away what is below, without shifting phase."""
    return _filtered(samples, hertz, -order)


def _filtered(samples: Audio, hertz: float, order: int) -> Audio:
    total = len(samples)
    scale = np.maximum(np.fft.rfftfreq(total, 1 / RATE_HZ), 1e-3) / hertz
    gain = 1 / np.sqrt(1 + scale ** (2.0 * order))
    spectrum = np.fft.rfft(samples, axis=0)
    spectrum *= gain[:, None] if samples.ndim > 1 else gain
    return np.fft.irfft(spectrum, total, axis=0).astype(np.float32)


def pump(samples_count: int, beat_s: float, depth: float = 0.7) -> Audio:
    """float32[samples, 1] gain that ducks on every beat, as a compressor keyed by a kick does."""
    time = np.arange(samples_count, dtype=np.float32) / RATE_HZ
    within = (time % np.float32(beat_s)) / np.float32(beat_s)
    return (1 - depth * np.exp(-within * 6))[:, None].astype(np.float32)


def hertz(midi: float) -> float:
    """Frequency of a MIDI note number; 69 is 440 Hz."""
    return float(440.0 * 2 ** ((midi - 69) / 12))


@dataclass(frozen=True, slots=True)
class Metre:
    """Bars of four beats that fill a film exactly."""

    bars: int
    beat_s: float

    @property
    def bar_s(self) -> float:
        """Length of one bar."""
        return self.beat_s * 4


def metre(seconds: float, bpm: float) -> Metre:
    """The even number of bars nearest to the tempo, stretched to fit the film."""
    bars = max(2, 2 * round(seconds * bpm / 480))
    return Metre(bars, seconds / bars / 4)
