"""Copies fitting streams into a plain MP4 at disk speed, leaving every kind of metadata behind."""

from collections.abc import Iterator
from pathlib import Path

import av
from av.container import OutputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream

from nightmarket.infra.media.errors import Broken
from nightmarket.infra.media.job import Limits, Rendition, SourceFacts
from nightmarket.infra.media.probe import picture_of, sound_of
from nightmarket.infra.media.source import open_source, said

FIRST_NAME = "first"
OPTIONS = {"movflags": "+faststart", "fflags": "+bitexact"}


def remux(
    source: str,
    folder: Path,
    facts: SourceFacts,
    limits: Limits,
    *,
    end_s: float | None,
    has_sound: bool,
) -> Rendition:
    """Write `first.mp4` with the source's own picture and sound.

    The display matrix stays (browsers turn the picture); places, titles, dates, chapters and
    other tracks do not. The sound keeps its own loudness until the ladder replaces this file.
    """
    target = folder / f"{FIRST_NAME}.mp4"
    with open_source(source, bytes_max=limits.source_bytes_max) as (_, container):
        picture, sound = picture_of(container), sound_of(container)
        taken: list[Stream] = [picture]
        if has_sound and sound is not None:
            taken.append(sound)
        with av.open(str(target), "w", format="mp4", options=OPTIONS) as output:
            copies = {}
            for stream in taken:
                copy = output.add_stream_from_template(stream)
                copy.metadata.clear()
                copies[stream.index] = copy
            try:
                _copy(container.demux(taken), copies, output, end_s)
            except FFmpegError as error:
                raise Broken("The film is damaged.", reason=said(error)) from error
    size = target.stat().st_size
    rate = int(size * 8000 / max(1, facts.duration_ms))
    return Rendition(
        name=FIRST_NAME,
        file=target.name,
        playlist=None,
        width=facts.width,
        height=facts.height,
        bytes=size,
        bitrate_bps=rate,
        peak_bps=rate,
        codecs="avc1,mp4a.40.2" if len(taken) > 1 else "avc1",
        frame_rate=facts.frame_rate,
    )


def _copy(
    packets: "Iterator[Packet[Stream]]",
    copies: dict[int, Stream],
    output: OutputContainer,
    end_s: float | None,
) -> None:
    ended: set[int] = set()
    for packet in packets:
        if packet.dts is None or packet.stream.index in ended:
            continue
        if end_s is not None and float(packet.dts * packet.time_base) >= end_s:
            ended.add(packet.stream.index)
            if len(ended) == len(copies):
                return
            continue
        packet.stream = copies[packet.stream.index]
        output.mux(packet)
