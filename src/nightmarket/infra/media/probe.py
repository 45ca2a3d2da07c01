"""Finds out what an upload is and refuses what is out of bounds, before the film is decoded."""

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.sidedata.sidedata import SideData, SideDataContainer
from av.sidedata.sidedata import Type as SideDataType
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from nightmarket.infra.media.errors import (
    Broken,
    NoPicture,
    Protected,
    TooBig,
    TooLong,
    Unsupported,
)
from nightmarket.infra.media.job import Limits, SourceFacts
from nightmarket.infra.media.sniff import MPEG_VIDEO, Kind
from nightmarket.infra.media.source import AUDIO_CODECS, VIDEO_CODECS, said

FRAME_RATE_MAX = Fraction(60)
FRAME_RATE_MIN = Fraction(5)
STANDARD_RATES = (
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
)
RATE_IS_SAME = Fraction(1, 500)  # 29.97 and 30 differ by 1/1000: the nearer one wins below this.
RATE_VARIES = 0.02
PIXEL_ASPECT_IS_SQUARE = 0.01  # 1279:1280 is an accident of rounding, not a shape.
PIXEL_ASPECT_MAX = 4.0
TRANSFERS = {16: "pq", 18: "hlg"}  # ITU-T H.273
PACKETS_TO_FIRST_FRAME_MAX = 600
OUTLASTS_S = 0.1  # Sound ends a few frames late in most files.
DEFAULT_FRAME_RATE = Fraction(30)


@dataclass(frozen=True, slots=True)
class Probed:
    """The facts for the caller, and what the renderer needs beside them."""

    facts: SourceFacts
    first_frame: av.VideoFrame
    output_rate: Fraction
    is_interlaced: bool
    sound_outlasts_picture: bool


def probe(kind: Kind, container: InputContainer, limits: Limits) -> Probed:
    """Read the header and one frame; the container is then at an unspecified place.

    Raises:
        NoPicture, Unsupported, Broken, Protected, TooLong, TooBig: with words for the uploader.
    """
    picture = picture_of(container)
    sound = sound_of(container)
    duration_ms = _duration_ms(container, picture, sound)
    _require_bounds(picture, duration_ms, limits)
    _require_whole(container, picture)
    frame = _first_frame(container, picture, limits)
    rotation_deg, is_mirrored = orientation(frame)
    aspect = _pixel_aspect(picture)
    width, height = shown_size(frame.width, frame.height, aspect, rotation_deg)
    if max(width, height) > limits.side_px_max:
        raise _too_big(width, height, limits)
    average, nominal = _rates(picture)
    if kind == MPEG_VIDEO:  # A bare stream: FFmpeg guesses its length from the first seconds.
        slowest = min(average, Fraction(picture.guessed_rate or average))
        duration_ms = _counted_ms(container, picture, slowest)
        _require_bounds(picture, duration_ms, limits)
    context = picture.codec_context
    facts = SourceFacts(
        container=kind.name,
        duration_ms=duration_ms,
        width=width,
        height=height,
        coded_width=frame.width,
        coded_height=frame.height,
        rotation_deg=rotation_deg,
        is_mirrored=is_mirrored,
        pixel_aspect=aspect,
        frame_rate=round(float(average), 3),
        is_variable_rate=_is_variable(average, nominal),
        pixel_format=frame.format.name,
        transfer=TRANSFERS.get(int(frame.color_trc), "sdr"),
        video_codec=context.name.removeprefix("lib").replace("dav1d", "av1"),
        video_profile=context.profile or "",
        video_level=context.level or 0,
        bitrate_bps=_bitrate_bps(container, duration_ms),
        audio_codec=sound.codec_context.name if sound else None,
        audio_channels=sound.channels if sound else 0,
        audio_rate_hz=sound.rate if sound else 0,
    )
    return Probed(
        facts=facts,
        first_frame=frame,
        output_rate=output_rate(average, nominal),
        is_interlaced=bool(frame.interlaced_frame),
        sound_outlasts_picture=_outlasts(sound, picture),
    )


def orientation(frame: av.VideoFrame) -> tuple[int, bool]:
    """Return (degrees clockwise, mirrored before turning) that show the frame upright."""
    # PyAV's own `frame.rotation` knows no mirrors, and its stubs know no container of side data.
    for data in cast("SideDataContainer", frame.side_data):
        assert isinstance(data, SideData)
        if data.type == SideDataType.DISPLAYMATRIX:
            matrix = struct.unpack("<9i", bytes(data))
            return _turn(matrix[0], matrix[1], matrix[3], matrix[4])
    return 0, False


def _turn(a: int, b: int, c: int, d: int) -> tuple[int, bool]:
    """A point (x, y) is shown at (ax + cy, bx + dy). A damaged (singular) matrix turns nothing."""
    determinant = a * d - b * c
    if determinant == 0:
        return 0, False
    is_mirrored = determinant < 0
    if is_mirrored:
        a, b = -a, -b
    if abs(a) >= abs(b):
        return (0 if a > 0 else 180), is_mirrored
    return (90 if b > 0 else 270), is_mirrored


def shown_size(width: int, height: int, aspect: float, rotation_deg: int) -> tuple[int, int]:
    """Size after squaring the pixels (never by shrinking a side) and turning."""
    if aspect > 1:
        width = round(width * aspect)
    elif aspect < 1:
        height = round(height / aspect)
    return (height, width) if rotation_deg in (90, 270) else (width, height)


def output_rate(average: Fraction, nominal: Fraction) -> Fraction:
    """Choose the constant rate of the renditions: the source's own, tidied and within 5..60."""
    rate = average
    if _is_variable(average, nominal):
        # Phones drop frames in the dark: 28.4 on average is 30 nominal. Screen recordings
        # have no rate at all and get the next of 30 and 60.
        near = nominal <= FRAME_RATE_MAX and nominal <= 2 * average
        rate = nominal if near else (Fraction(30) if average <= 30 else FRAME_RATE_MAX)  # noqa: PLR2004
    for standard in sorted(STANDARD_RATES, key=lambda standard: abs(standard - rate)):
        if abs(standard - rate) <= standard * RATE_IS_SAME:
            return standard
        break
    if rate < FRAME_RATE_MIN:
        return FRAME_RATE_MIN * 2
    return min(rate, FRAME_RATE_MAX).limit_denominator(1001)


def picture_of(container: InputContainer) -> VideoStream:
    """Return the film's picture: the default track, else the largest; never a cover image."""
    streams = [
        stream
        for stream in container.streams.video
        if not stream.disposition & av.stream.Disposition.attached_pic
    ]
    if not streams:
        raise NoPicture("The file holds no moving picture.")

    def standing(stream: VideoStream) -> tuple[bool, int]:
        is_default = bool(stream.disposition & av.stream.Disposition.default)
        return is_default, (stream.width or 0) * (stream.height or 0)

    stream = max(streams, key=standing)
    context: VideoCodecContext | None = stream.codec_context  # None: FFmpeg knows no decoder.
    name = "unknown" if context is None else context.name
    if name not in VIDEO_CODECS:
        raise Unsupported(f"The picture is in a codec that is not supported ({name}).", codec=name)
    return stream


def sound_of(container: InputContainer) -> AudioStream | None:
    """Return the first sound that can be decoded, or None."""
    for stream in container.streams.audio:
        context: AudioCodecContext | None = stream.codec_context
        if context is not None and context.name in AUDIO_CODECS and stream.rate and stream.channels:
            return stream
    return None


def _duration_ms(container: InputContainer, picture: VideoStream, sound: AudioStream | None) -> int:
    """The picture decides; a sound that outlasts it counts (one picture under a song)."""
    candidates = [
        int(stream.duration * stream.time_base * 1000)
        for stream in (picture, sound)
        if stream is not None and stream.duration and stream.time_base
    ]
    if picture.duration and candidates:
        return max(candidates)
    return max([*candidates, int((container.duration or 0) / 1000)])


def _counted_ms(container: InputContainer, picture: VideoStream, rate: Fraction) -> int:
    """Count what follows the first frame."""
    frames = 1
    try:
        for packet in container.demux(picture):
            frames += packet.size > 0
    except FFmpegError:
        pass  # What was counted is there; the rest is damaged.
    return int(frames * 1000 / rate)


def _outlasts(sound: AudioStream | None, picture: VideoStream) -> bool:
    if sound is None or not sound.duration or not picture.duration:
        return False
    return float(sound.duration * (sound.time_base or 0)) > OUTLASTS_S + float(
        picture.duration * (picture.time_base or 0)
    )


def _require_bounds(picture: VideoStream, duration_ms: int, limits: Limits) -> None:
    width, height = picture.codec_context.width, picture.codec_context.height
    if width <= 0 or height <= 0:
        raise Broken("The picture has no size.")
    if max(width, height) > limits.side_px_max:
        raise _too_big(width, height, limits)
    if duration_ms > limits.duration_ms_max:
        minutes = limits.duration_ms_max // 60_000
        raise TooLong(
            f"The film is longer than {minutes} minutes.",
            duration_ms=duration_ms,
            duration_ms_max=limits.duration_ms_max,
        )


def _too_big(width: int, height: int, limits: Limits) -> TooBig:
    side = limits.side_px_max
    return TooBig(
        f"The picture is {width}x{height}; at most {side} on a side can be published.",
        width=width,
        height=height,
        side_px_max=side,
    )


def _require_whole(container: InputContainer, picture: VideoStream) -> None:
    """An index that points behind the end of the file means that the upload was cut short."""
    entries = picture.index_entries
    if len(entries) == 0 or container.format.name == "avi":  # AVI indices are often relative.
        return
    size = container.size
    is_cut = any(
        entries[index].pos + entries[index].size > size
        for index in (len(entries) - 1, len(entries) // 2)
    )
    if is_cut and size > 0:
        present = sum(1 for entry in entries if entry.pos + entry.size <= size)
        percent = 100 * present // len(entries)
        raise Broken(
            f"The file is cut short: {percent} % of the picture is there. Upload it again.",
            present_pct=percent,
        )


def _first_frame(container: InputContainer, picture: VideoStream, limits: Limits) -> av.VideoFrame:
    """Decode one frame under a ceiling of pixels: a header may lie about what the frames hold."""
    pixels_max = limits.side_px_max * limits.side_px_max
    picture.codec_context.options = {"max_pixels": str(pixels_max)}
    picture.thread_type = "AUTO"
    failure = ""
    try:
        for count, packet in enumerate(container.demux(picture)):
            if count > PACKETS_TO_FIRST_FRAME_MAX:
                break
            try:
                frames = packet.decode()
            except FFmpegError as error:
                failure = said(error)
                continue
            if frames:
                frame = frames[0]
                assert isinstance(frame, av.VideoFrame)
                return frame
    except FFmpegError as error:
        failure = said(error)
    if "sub-sample encryption" in failure:
        raise Protected("The film is encrypted (DRM); only an open copy can be published.")
    raise Broken("No picture of the film can be decoded.", reason=failure)


def _pixel_aspect(picture: VideoStream) -> float:
    ratio = picture.sample_aspect_ratio
    aspect = float(ratio) if ratio else 1.0
    if not 1 / PIXEL_ASPECT_MAX <= aspect <= PIXEL_ASPECT_MAX:
        return 1.0  # Nobody films with such pixels: the header is damaged.
    return 1.0 if abs(aspect - 1) < PIXEL_ASPECT_IS_SQUARE else aspect


def _rates(picture: VideoStream) -> tuple[Fraction, Fraction]:
    average = picture.average_rate or picture.guessed_rate or DEFAULT_FRAME_RATE
    nominal = picture.base_rate or picture.guessed_rate or average
    return Fraction(average), Fraction(nominal)


def _is_variable(average: Fraction, nominal: Fraction) -> bool:
    return abs(float(average) - float(nominal)) > RATE_VARIES * float(average)


def _bitrate_bps(container: InputContainer, duration_ms: int) -> int:
    return int(container.size * 8000 // duration_ms) if duration_ms else 0
