"""Takes one frame of a published rendition for a cover, inside the limited child process."""

from pathlib import Path

import av
from av.container import InputContainer

from nightmarket.infra.media.errors import Broken
from nightmarket.infra.media.job import Cover, CoverJob
from nightmarket.infra.media.probe import picture_of
from nightmarket.infra.media.source import open_source
from nightmarket.infra.media.stills import placeholder, save_covers


def cover(job: CoverJob) -> Cover:
    """Write the frame shown at `at_ms`; past the end, the last one.

    The source is one of our own renditions: upright, of one rate, in ordinary colours.

    Raises:
        Broken: nothing can be decoded.
    """
    with open_source(job.source, bytes_max=job.limits.source_bytes_max) as (_, container):
        frame = _frame_at(container, job.at_ms / 1000)
        files = save_covers(frame, Path(job.folder), job.name)
        return Cover(files, placeholder(frame))


def _frame_at(container: InputContainer, at_s: float) -> av.VideoFrame:
    picture = picture_of(container)
    picture.thread_type = "AUTO"
    container.seek(int(at_s * av.time_base), backward=True)
    shown = None
    for frame in container.decode(picture):
        if shown is not None and frame.time > at_s:
            break
        shown = frame
    if shown is None:
        raise Broken("No picture of the film can be decoded.")
    return shown
