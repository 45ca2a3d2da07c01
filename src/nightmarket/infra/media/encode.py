"""One rendition: a thread that encodes, muxes with the shared sound, and lets the file grow."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.container import OutputContainer
from av.video.frame import PictureType
from av.video.stream import VideoStream

from nightmarket.infra.media.fragments import GrowingFile, Segment, codecs, finalise
from nightmarket.infra.media.job import Rendition
from nightmarket.infra.media.ladder import PRESET, PROFILE, SEGMENT_MS, Rung
from nightmarket.infra.media.playlists import media_playlist, write_atomically
from nightmarket.infra.media.sound import SoundTrack, add_aac, packet_of

QUEUE_FRAMES_MAX = 6
PUT_TIMEOUT_S = 0.5
BT709 = 1
LIMITED_RANGE = 1
# The first two segments are half as long, so that a growing film can be played sooner.
SHORT_SEGMENTS_MS = (0, SEGMENT_MS // 2, SEGMENT_MS)

MP4_OPTIONS = {
    "movflags": "+frag_keyframe+empty_moov+default_base_moof+skip_trailer",
    # Sound and picture take turns within a segment, a quarter of a second each. Without this all
    # sound comes after all pictures, and a film needs a whole segment before it can begin to move.
    "frag_interleave": "8",
    "flush_packets": "1",
    "fflags": "+bitexact",  # Names neither the software nor the time.
}


def key_slots(rate: Fraction, slots_max: int) -> list[int]:
    """Return the frames that are key frames in every rendition, ascending from 0."""
    times_ms = [*SHORT_SEGMENTS_MS]
    while times_ms[-1] * rate / 1000 <= slots_max:
        times_ms.append(times_ms[-1] + SEGMENT_MS)
    slots = (round(time_ms * rate / 1000) for time_ms in times_ms)
    return sorted({slot for slot in slots if slot <= slots_max})


@dataclass(frozen=True, slots=True)
class Shared:
    """What all renditions of a film have in common."""

    folder: Path
    rate: Fraction
    keys: list[int]
    sound: SoundTrack | None
    threads: int  # Of each encoder.


class RenditionWriter:
    """Makes `<name>.mp4` and `<name>.m3u8`; until then `<name>.growing.*` can be played."""

    def __init__(
        self, rung: Rung, shared: "Shared", on_segment: Callable[["RenditionWriter"], None]
    ) -> None:
        """Prepare; `start` begins. `on_segment` is called on the writer's thread."""
        self.rung = rung
        self.growing_playlist = f"{rung.name}.growing.m3u8"
        self.growing_file = f"{rung.name}.growing.mp4"
        self._folder, self._rate, self._keys = shared.folder, shared.rate, shared.keys
        self._sound, self._threads, self._on_segment = shared.sound, shared.threads, on_segment
        self._queue: queue.Queue[tuple[av.VideoFrame, int] | None] = queue.Queue(QUEUE_FRAMES_MAX)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._failure: BaseException | None = None
        self._result: Rendition | None = None
        self._growing = GrowingFile(shared.folder / self.growing_file)
        self._frames = 0
        self._sounds = 0
        self._published = 0

    def start(self) -> None:
        """Begin to take frames."""
        self._thread.start()

    def put(self, frame: av.VideoFrame, slot: int) -> None:
        """Hand over the frame of a slot, in order. Waits when far ahead; raises its failure."""
        while True:
            if self._failure is not None:
                raise self._failure
            try:
                self._queue.put((frame, slot), timeout=PUT_TIMEOUT_S)
            except queue.Full:
                continue
            return

    def end(self) -> None:
        """Say that the film is over; never waits for, nor raises, what went wrong here."""
        while self._thread.is_alive():
            try:
                self._queue.put(None, timeout=PUT_TIMEOUT_S)
            except queue.Full:
                continue
            return

    def result(self) -> Rendition:
        """Wait for the end and return the finished rendition, or raise what stopped it."""
        self._thread.join()
        if self._failure is not None:
            raise self._failure
        assert self._result is not None
        return self._result

    def _run(self) -> None:
        try:
            self._result = self._encode()
        except BaseException as error:  # noqa: BLE001 - carried to the thread that asks for the result
            self._failure = error

    def _encode(self) -> Rendition:
        output = av.open(self._growing, "w", format="mp4", options=MP4_OPTIONS)
        video = self._video_stream(output)
        audio = add_aac(output) if self._sound is not None else None
        keys = set(self._keys)
        while (item := self._queue.get()) is not None:
            frame, slot = item
            frame.pts, frame.time_base = slot, 1 / self._rate
            frame.pict_type = PictureType.I if slot in keys else PictureType.NONE
            self._frames = slot + 1
            self._mux(output, video.encode(frame), audio)
        self._mux(output, video.encode(None), audio)
        if audio is not None and self._sound is not None:
            self._mux_sound(output, audio, float(self._frames / self._rate))
        output.close()
        self._growing.close()
        self._publish_growing()
        return self._finish()

    def _video_stream(self, output: OutputContainer) -> VideoStream:
        rung = self.rung
        stream = output.add_stream("libx264", rate=self._rate)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = rung.width, rung.height, "yuv420p"
        stream.time_base = 1 / self._rate
        context = stream.codec_context
        context.time_base = 1 / self._rate
        context.thread_count = self._threads
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = LIMITED_RANGE
        context.options = {
            "preset": PRESET,
            "profile": PROFILE,
            "crf": str(rung.crf),
            "maxrate": str(rung.rate_max_bps),
            "bufsize": str(rung.rate_max_bps),
            "forced-idr": "1",
            # Frames in order need no edit list and no negative offsets, of which players make
            # different things (sound off by 67 ms in some); it costs 3 to 10 % of the bytes.
            "x264-params": "scenecut=0:keyint=infinite:bframes=0",
        }
        return stream

    def _mux(
        self, output: OutputContainer, packets: "list[av.Packet[VideoStream]]", audio: object
    ) -> None:
        for packet in packets:
            if audio is not None and packet.dts is not None:
                self._mux_sound(output, audio, max(0.0, float(packet.dts * packet.time_base)))
            output.mux_one(packet)
            # The muxer sorts by time, so it may be a packet of sound that lets a segment go.
            if len(self._growing.segments) > self._published:
                self._publish_growing()

    def _mux_sound(self, output: OutputContainer, audio: object, until_s: float) -> None:
        assert self._sound is not None
        assert isinstance(audio, av.audio.stream.AudioStream)
        payloads, end = self._sound.until(until_s, self._sounds)
        for index, payload in enumerate(payloads, self._sounds):
            output.mux_one(packet_of(payload, index, audio))
        self._sounds = max(self._sounds, end)

    def _segment_frames(self) -> list[int]:
        count = len(self._growing.segments)
        starts = [key for key in self._keys if key < self._frames or key == 0][:count]
        ends = [*starts[1:], self._keys[count] if count < len(self._keys) else self._frames]
        ends[-1] = min(ends[-1], self._frames)
        return [end - start for start, end in zip(starts, ends, strict=True)]

    def _publish_growing(self) -> None:
        if not self._growing.segments:
            return
        segments = [
            Segment(offset, size, frames)
            for (offset, size), frames in zip(
                self._growing.segments, self._segment_frames(), strict=True
            )
        ]
        text = media_playlist(
            self.growing_file, len(self._growing.header), segments, self._rate, is_done=False
        )
        write_atomically(self._folder / self.growing_playlist, text)
        self._published = len(segments)
        self._on_segment(self)

    def _finish(self) -> Rendition:
        rung, rate = self.rung, self._rate
        target = self._folder / f"{rung.name}.mp4"
        header_bytes, segments = finalise(self._growing, target, self._segment_frames(), rate)
        playlist = f"{rung.name}.m3u8"
        text = media_playlist(target.name, header_bytes, segments, rate, is_done=True)
        write_atomically(self._folder / playlist, text)
        growing = self._folder / self.growing_playlist
        write_atomically(growing, growing.read_text(encoding="utf-8") + "#EXT-X-ENDLIST\n")
        size = target.stat().st_size
        return Rendition(
            name=rung.name,
            file=target.name,
            playlist=playlist,
            width=rung.width,
            height=rung.height,
            bytes=size,
            bitrate_bps=int(size * 8 * rate / self._frames),
            peak_bps=max(int(s.bytes * 8 * rate / s.frames) for s in segments),
            codecs=codecs(self._growing.header, has_sound=self._sound is not None),
            frame_rate=round(float(rate), 3),
        )
