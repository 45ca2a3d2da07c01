"""The sound of a film: decoded, mixed, levelled, encoded once, and handed to every rendition."""

import math
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.error import FFmpegError

from nightmarket.infra.media.job import Loudness
from nightmarket.infra.media.ladder import AUDIO_BPS
from nightmarket.infra.media.loudness import (
    RATE_HZ,
    Pcm,
    drained,
    frames_of,
    levelling,
    sound_graph,
)
from nightmarket.infra.media.probe import sound_of
from nightmarket.infra.media.source import open_source

FRAME_SAMPLES = 1024
CHANNELS = 2
# Timestamps may wobble by this much before a gap is taken to be a gap.
WOBBLE_SAMPLES = RATE_HZ // 25
FLOAT_BYTES = 4
DECODE_ERRORS_MAX = 1000


@dataclass(frozen=True, slots=True)
class Cut:
    """The window of the source that is published, in seconds of the source's own clock."""

    start_s: float
    duration_s: float

    @property
    def samples(self) -> int:
        """Length in samples at 48 kHz."""
        return int(self.duration_s * RATE_HZ)


def spool(folder: Path, samples: int) -> Pcm:
    """Return zeroed stereo sound backed by a deleted file, so that ten minutes cost no memory."""
    with tempfile.TemporaryFile(dir=folder) as file:
        os.truncate(file.fileno(), max(1, samples) * CHANNELS * FLOAT_BYTES)
        return np.memmap(file, dtype=np.float32, mode="r+", shape=(max(1, samples), CHANNELS))


def decode(path: str, cut: Cut, folder: Path, *, bytes_max: int) -> Pcm | None:
    """Decode the first usable sound of a file to 48 kHz stereo; None when it has none.

    The result is exactly as long as the cut: gaps and missing ends are silent. Damaged parts are
    silent too; a picture with a damaged sound is still worth showing.
    """
    with open_source(path, bytes_max=bytes_max) as (_, container):
        stream = sound_of(container)
        if stream is None:
            return None
        pcm = spool(folder, cut.samples)
        cursor: int | None = None
        for frame in _decoded(container, stream):
            if frame.pts is not None and frame.time_base is not None:
                wanted = round((float(frame.pts * frame.time_base) - cut.start_s) * RATE_HZ)
                if cursor is None or abs(wanted - cursor) > WOBBLE_SAMPLES:
                    cursor = wanted
            cursor = _place(pcm, frame, cursor or 0)
            if cursor >= len(pcm):
                break
        return pcm


def _decoded(container: InputContainer, stream: AudioStream) -> Iterator[av.AudioFrame]:
    """Yield 48 kHz stereo float frames; a change of format in the middle starts a new resampler."""
    resampler: AudioResampler | None = None
    shape: tuple[object, ...] = ()
    errors = 0
    try:
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except FFmpegError:
                errors += 1
                if errors > DECODE_ERRORS_MAX:
                    return
                continue
            for frame in frames:
                assert isinstance(frame, av.AudioFrame)
                now = (frame.format.name, frame.layout.name, frame.sample_rate)
                if resampler is None or now != shape:
                    resampler = AudioResampler(format="flt", layout="stereo", rate=RATE_HZ)
                    shape = now
                yield from resampler.resample(frame)
    except FFmpegError:
        return


def _place(pcm: Pcm, frame: av.AudioFrame, at: int) -> int:
    """Write a frame at sample `at`, which may lie before or behind the sound; return its end."""
    block = frame.to_ndarray().reshape(-1, CHANNELS)
    first, last = max(at, 0), min(at + len(block), len(pcm))
    if first < last:
        pcm[first:last] = block[first - at : last - at]
    return at + len(block)


def mix(own: Pcm | None, added: Pcm, own_pct: int, added_pct: int) -> Pcm:
    """Add two sounds of one length into `added`; None stands for silence."""
    added *= added_pct / 100
    if own is not None:
        added += own * np.float32(own_pct / 100)
    return added


def repeated(pcm: Pcm) -> Pcm:
    """Fill the silence behind a short sound by starting it again, in place."""
    heard = np.flatnonzero(np.abs(pcm).max(axis=1) > 1e-5)  # noqa: PLR2004 - below 16 bits
    length = int(heard[-1]) + 1 if len(heard) else len(pcm)
    for start in range(length, len(pcm), length):
        stop = min(start + length, len(pcm))
        pcm[start:stop] = pcm[: stop - start]
    return pcm


class SoundTrack:
    """AAC packets in the making: one thread encodes, every rendition reads along."""

    def __init__(self) -> None:
        """Nothing is known yet; `prepare` says whether there is any sound."""
        self._packets: list[bytes] = []
        self._is_done = False
        self._failure: BaseException | None = None
        self._news = threading.Condition()

    def make(self, prepare: Callable[[], tuple[Pcm, Loudness]]) -> None:
        """Prepare the sound and encode it, on the caller's thread; failures wake the readers.

        The encoder's delay is taken out by dropping the first 1024 samples: its own start-up
        stands in their place, so sound and picture stay in step without an edit list, which not
        all players of fragmented files read.
        """
        try:
            self._encode(*prepare())
        except BaseException as error:  # noqa: BLE001 - raised again on every thread that waits
            self._failure = error
        finally:
            with self._news:
                self._is_done = True
                self._news.notify_all()

    def _encode(self, pcm: Pcm, loudness: Loudness) -> None:
        steps = levelling(loudness)
        graph = sound_graph(
            *steps,
            ("aformat", "sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo"),
            ("asetnsamples", f"n={FRAME_SAMPLES}:p=1"),
        )
        encoder = aac_encoder()
        count = 0
        for frame in _fed(pcm):
            graph.push(frame)
            for out in drained(graph):
                out.pts = count * FRAME_SAMPLES
                out.time_base = Fraction(1, RATE_HZ)
                count += 1
                self._append(encoder.encode(out))
        self._append(encoder.encode(None))

    def _append(self, packets: "list[av.Packet[AudioStream]]") -> None:
        if packets:
            with self._news:
                self._packets += [bytes(packet) for packet in packets]
                self._news.notify_all()

    def until(self, time_s: float, after: int) -> tuple[list[bytes], int]:
        """Wait for the packets that begin before `time_s`; return those from index `after` on."""
        wanted = sys.maxsize
        if time_s < math.inf:
            wanted = int(time_s * RATE_HZ / FRAME_SAMPLES) + 1
        with self._news:
            self._news.wait_for(lambda: self._is_done or len(self._packets) >= wanted)
            if self._failure is not None:
                raise self._failure
            return self._packets[after:wanted], min(wanted, len(self._packets))


def _fed(pcm: Pcm) -> Iterator[av.AudioFrame | None]:
    yield from frames_of(pcm, FRAME_SAMPLES if len(pcm) > 2 * FRAME_SAMPLES else 0)
    yield None


def aac_encoder() -> AudioCodecContext:
    """Return an AAC-LC encoder with the one setting that every rendition shares."""
    encoder = AudioCodecContext.create("aac", "w")
    assert isinstance(encoder, AudioCodecContext)
    encoder.sample_rate = RATE_HZ
    encoder.layout = "stereo"
    encoder.format = "fltp"
    encoder.bit_rate = AUDIO_BPS
    encoder.time_base = Fraction(1, RATE_HZ)
    encoder.open()
    return encoder


def add_aac(output: OutputContainer) -> AudioStream:
    """Add a stream that takes the packets of a `SoundTrack`."""
    stream = output.add_stream("aac", rate=RATE_HZ)
    assert isinstance(stream, AudioStream)
    stream.codec_context.layout = "stereo"
    stream.codec_context.format = "fltp"
    stream.codec_context.bit_rate = AUDIO_BPS
    stream.time_base = Fraction(1, RATE_HZ)
    return stream


def packet_of(payload: bytes, index: int, stream: AudioStream) -> "av.Packet[AudioStream]":
    """Wrap one AAC frame for a stream made by `add_aac`."""
    packet: av.Packet[AudioStream] = av.Packet(payload)  # type: ignore[assignment]  # its stream follows
    packet.stream = stream
    packet.time_base = Fraction(1, RATE_HZ)
    packet.pts = packet.dts = index * FRAME_SAMPLES
    packet.duration = FRAME_SAMPLES
    packet.is_keyframe = True
    return packet


def save_sound(track: SoundTrack, folder: Path) -> str:
    """Write a finished track as a file of its own, for others to use; return its name."""
    name = "sound.m4a"
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(str(folder / name), "w", format="ipod", options=options) as output:
        stream = add_aac(output)
        payloads, _ = track.until(math.inf, 0)
        for index, payload in enumerate(payloads):
            output.mux_one(packet_of(payload, index, stream))
    return name
