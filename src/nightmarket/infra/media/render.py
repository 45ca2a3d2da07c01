"""The publish pipeline, as it runs inside the limited child process: upload in, renditions out."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
from typing_extensions import override

from nightmarket.infra.media.crop import cropped_size
from nightmarket.infra.media.encode import RenditionWriter, Shared, key_slots
from nightmarket.infra.media.errors import BadCut
from nightmarket.infra.media.film import Grid, on_grid
from nightmarket.infra.media.fingerprint import fingerprint
from nightmarket.infra.media.job import (
    Loudness,
    Progress,
    RenderJob,
    RenderResult,
    Rendition,
    SoundMode,
    SourceFacts,
    Step,
    Stills,
)
from nightmarket.infra.media.ladder import may_remux, plan
from nightmarket.infra.media.loudness import Pcm, measure
from nightmarket.infra.media.picture import PictureGraph, Upright
from nightmarket.infra.media.playlists import master_playlist, write_atomically
from nightmarket.infra.media.probe import Probed, picture_of, probe
from nightmarket.infra.media.remux import remux
from nightmarket.infra.media.sound import Cut, SoundTrack, decode, mix, repeated, save_sound
from nightmarket.infra.media.source import open_source
from nightmarket.infra.media.statistics import appeal, statistics
from nightmarket.infra.media.stills import (
    SAMPLES_A_SECOND,
    Picture,
    placeholder,
    save_covers,
    save_posters,
    save_storyboard,
    tile_size,
)

Report = Callable[[Progress], None]

GROWING_SHORT_SIDE = 540  # Of the growing renditions, the one nearest to this is told first.
COVER_FROM_FIRST_S = 10.0
HEADER_SHARE, FILM_SHARE = 0.02, 0.95  # Of the fraction reported.
MASTER = "master.m3u8"


def render(job: RenderJob, report: Report) -> RenderResult:
    """Do the whole job. Reports come from several threads; `report` must allow that.

    Raises:
        Refused: of many kinds, see `errors`; the folder then holds rubbish.
    """
    with open_source(job.source, bytes_max=job.limits.source_bytes_max) as (kind, container):
        probed = probe(kind, container, job.limits)
    facts = probed.facts
    cut = _cut(job, probed)
    report(Progress(Step.FACTS, 0.0, facts=facts))
    first = _first_playable(job, probed, report)
    return _Ladder(job, probed, cut, first, report).make()


def _cut(job: RenderJob, probed: Probed) -> Cut:
    """Place the trim on the source's clock, which need not begin at zero."""
    duration_ms = probed.facts.duration_ms
    end_ms = duration_ms if job.end_ms is None else min(job.end_ms, duration_ms or job.end_ms)
    if job.start_ms < 0 or (job.start_ms and job.start_ms >= end_ms) or end_ms < 0:
        raise BadCut(
            "Nothing is left of the film between the start and the end that were asked for.",
            start_ms=job.start_ms,
            end_ms=end_ms,
            duration_ms=duration_ms,
        )
    if job.sound.mode is SoundMode.USE and job.sound.path is None:
        raise BadCut("Another sound was asked for, but none was given.")
    began_s = probed.first_frame.time or 0.0
    return Cut(began_s + job.start_ms / 1000, (end_ms - job.start_ms) / 1000)


def _first_playable(job: RenderJob, probed: Probed, report: Report) -> Rendition | None:
    keeps_picture = job.start_ms == 0 and job.crop is None
    keeps_sound = job.sound.mode in (SoundMode.KEEP, SoundMode.MUTE)
    if not (
        keeps_picture
        and keeps_sound
        and may_remux(probed.facts, is_interlaced=probed.is_interlaced)
    ):
        return None
    first = remux(
        job.source,
        Path(job.folder),
        probed.facts,
        job.limits,
        end_s=None if job.end_ms is None else job.end_ms / 1000,
        has_sound=job.sound.mode is SoundMode.KEEP,
    )
    report(Progress(Step.FIRST_PLAYABLE, HEADER_SHARE, playable=first.file, rendition=first))
    return first


class _Sound(threading.Thread):
    """Decodes, mixes and measures beside the picture, then feeds the track."""

    def __init__(self, job: RenderJob, facts: SourceFacts, cut: Cut) -> None:
        super().__init__(daemon=True)
        self.track: SoundTrack | None = None
        self.pcm: Pcm | None = None
        self.loudness: Loudness | None = None
        self._job, self._cut = job, cut
        mode = job.sound.mode
        if mode is SoundMode.USE or (mode is SoundMode.KEEP and facts.audio_codec is not None):
            self.track = SoundTrack()

    @override
    def run(self) -> None:
        """Thread body; failures reach the renditions through the track."""
        if self.track is not None:
            self.track.make(self._prepare)

    def fingerprint(self) -> bytes:
        """What the film's own sound is recognised by; empty when another is used or none heard."""
        is_heard = self.loudness is not None and self.loudness.source_lufs is not None
        if self.pcm is None or self._job.sound.mode is not SoundMode.KEEP or not is_heard:
            return b""
        return fingerprint(self.pcm).astype("<u4").tobytes()

    def _prepare(self) -> tuple[Pcm, Loudness]:
        job, choice = self._job, self._job.sound
        folder, bytes_max = Path(job.folder), job.limits.source_bytes_max
        pcm = None
        if choice.mode is SoundMode.KEEP or choice.original_volume_pct > 0:
            pcm = decode(job.source, self._cut, folder, bytes_max=bytes_max)
        if choice.mode is SoundMode.USE and choice.path is not None:
            window = Cut(0.0, self._cut.duration_s)
            added = decode(choice.path, window, folder, bytes_max=bytes_max)
            if added is None:
                raise BadCut("The sound that was chosen holds no sound.")
            pcm = mix(pcm, repeated(added), choice.original_volume_pct, choice.sound_volume_pct)
        assert pcm is not None, "a track is only made when there is sound"
        self.pcm, self.loudness = pcm, measure(pcm)
        return pcm, self.loudness


class _Ladder:
    """One decode of the picture into every rendition, the stills and the statistics."""

    def __init__(
        self, job: RenderJob, probed: Probed, cut: Cut, first: Rendition | None, report: Report
    ) -> None:
        self._job, self._probed, self._cut = job, probed, cut
        self._first, self._report = first, report
        self._folder = Path(job.folder)
        self._rungs = plan(
            *cropped_size(probed.facts.width, probed.facts.height, job.crop), job.rungs
        )
        self._sound = _Sound(job, probed.facts, cut)
        self._told_growing = first is not None
        self._lock = threading.Lock()
        self._writers = self._make_writers()
        self._samples: list[Picture] = []
        self._cover: tuple[float, av.VideoFrame] | None = None
        self._posters: tuple[str, str] | None = None
        self._placeholder = ""
        self._slots = 0

    def make(self) -> RenderResult:
        self._sound.start()
        for writer in self._writers:
            writer.start()
        try:
            self._film()
        finally:
            for writer in self._writers:
                writer.end()
        renditions = tuple(self._finished(writer) for writer in self._writers)
        self._sound.join()
        write_atomically(self._folder / MASTER, master_playlist(renditions))
        return self._result(renditions)

    def _make_writers(self) -> list[RenditionWriter]:
        rate, limits = self._probed.output_rate, self._job.limits
        keys = key_slots(rate, int(limits.duration_ms_max * rate / 1000) + 2)
        threads = max(1, (os.cpu_count() or 1) // len(self._rungs))
        shared = Shared(self._folder, rate, keys, self._sound.track, threads)
        return [RenditionWriter(rung, shared, self._on_segment) for rung in self._rungs]

    def _film(self) -> None:
        job, probed, facts = self._job, self._probed, self._probed.facts
        grid = self._grid()
        graph = PictureGraph(
            tuple((rung.width, rung.height) for rung in reversed(self._rungs)),
            upright=Upright(facts.rotation_deg, facts.is_mirrored, job.crop),
            is_interlaced=probed.is_interlaced,
            transfer=facts.transfer,
            folder=self._folder,
        )
        with open_source(job.source, bytes_max=job.limits.source_bytes_max) as (_, container):
            picture = picture_of(container)
            side = job.limits.side_px_max
            picture.codec_context.options = {"max_pixels": str(side * side)}
            picture.thread_type = "AUTO"
            if job.start_ms:
                container.seek(int(self._cut.start_s * av.time_base), backward=True)
            total = max(1, int(self._cut.duration_s * probed.output_rate))
            for shown in on_grid(container, picture, grid):
                made = graph.convert(shown.frame)
                if made is not None:
                    self._show(made, shown.first, shown.last, total)

    def _grid(self) -> Grid:
        job, probed, rate = self._job, self._probed, self._probed.output_rate
        slots = round(self._cut.duration_s * float(rate))
        limit_s = job.limits.duration_ms_max / 1000
        outlasts = self._sound.track is not None and probed.sound_outlasts_picture
        return Grid(
            rate=rate,
            start_s=self._cut.start_s,
            slots_max=max(1, slots) if job.end_ms is not None else None,
            slots_limit=int((limit_s + 1) * rate) + 1,
            slots_held=slots if outlasts else 0,
        )

    def _show(self, made: tuple[av.VideoFrame, ...], first: int, last: int, total: int) -> None:
        """Give one converted frame, largest first, to everybody who wants it."""
        first = min(first, self._slots)  # Deinterlacing swallows the first frame.
        if self._posters is None:
            self._posters = save_posters(made[0], self._folder)
            self._placeholder = placeholder(made[-1])
            self._report(
                Progress(
                    Step.POSTER, HEADER_SHARE, posters=self._posters, placeholder=self._placeholder
                )
            )
        for slot in range(first, last):
            for writer, frame in zip(reversed(self._writers), made, strict=True):
                writer.put(frame, slot)
            self._sample(made, slot)
            if slot * 100 // total != (slot - 1) * 100 // total:
                share = HEADER_SHARE + (FILM_SHARE - HEADER_SHARE) * min(1.0, slot / total)
                self._report(Progress(Step.FRACTION, round(share, 3)))
        self._slots = last

    def _sample(self, made: tuple[av.VideoFrame, ...], slot: int) -> None:
        rate = self._probed.output_rate
        if slot * SAMPLES_A_SECOND // rate < len(self._samples):
            return
        small = made[-1]
        width, height = tile_size(small.width, small.height)
        sample = np.asarray(
            small.to_ndarray(format="rgb24", width=width, height=height), dtype=np.uint8
        )
        self._samples.append(sample)
        time_s = float(slot / rate)
        wanted_ms = self._job.cover_at_ms
        if wanted_ms is not None:
            score = -abs(time_s - wanted_ms / 1000)
        elif time_s > COVER_FROM_FIRST_S:
            return
        else:
            score = appeal(sample)
        if self._cover is None or score > self._cover[0]:
            self._cover = score, made[0]

    def _on_segment(self, writer: RenditionWriter) -> None:
        nearest = min(self._rungs, key=lambda rung: abs(int(rung.name) - GROWING_SHORT_SIDE))
        if writer.rung is not nearest:
            return
        with self._lock:
            if self._told_growing:
                return
            self._told_growing = True
        self._report(Progress(Step.FIRST_PLAYABLE, HEADER_SHARE, playable=writer.growing_playlist))

    def _finished(self, writer: RenditionWriter) -> Rendition:
        rendition = writer.result()
        self._report(Progress(Step.RENDITION, FILM_SHARE, rendition=rendition))
        return rendition

    def _result(self, renditions: tuple[Rendition, ...]) -> RenderResult:
        folder, sound = self._folder, self._sound
        assert self._posters is not None
        assert self._cover is not None
        duration_ms = int(self._slots * 1000 / self._probed.output_rate)
        for lut in folder.glob("*.cube"):
            lut.unlink()
        return RenderResult(
            facts=self._probed.facts,
            width=renditions[-1].width,
            height=renditions[-1].height,
            duration_ms=duration_ms,
            renditions=renditions,
            first=self._first,
            hls_master=MASTER,
            stills=Stills(
                posters=self._posters,
                covers=save_covers(self._cover[1], folder),
                placeholder=self._placeholder,
                storyboard=save_storyboard(self._samples, folder),
            ),
            statistics=statistics(self._samples, sound.pcm, sound.loudness, duration_ms),
            loudness=sound.loudness,
            sound_file=None if sound.track is None else save_sound(sound.track, folder),
            leftovers=tuple(
                name
                for writer in self._writers
                for name in (writer.growing_playlist, writer.growing_file)
            ),
            sound_print=sound.fingerprint(),
        )
