"""The limited process for films: `python -m nightmarket.infra.media.child` does one order.

Everything heavy is imported before the order comes, so a waiting child starts at once.
"""

import encodings.ascii  # Codecs are looked up by name, later, when the walls are shut.
import encodings.idna
import encodings.latin_1
import os

import av.subtitles.stream  # PyAV imports it at first use; here it costs nobody time.
import numpy.ma  # As above, for NumPy.
from PIL import Image

from nightmarket.infra.media import wire
from nightmarket.infra.media.cover import cover
from nightmarket.infra.media.probe import probe
from nightmarket.infra.media.render import render
from nightmarket.infra.media.sandbox import enter, set_limits
from nightmarket.infra.media.serve import Line, serve
from nightmarket.infra.media.source import open_source

WARMED = (encodings.ascii, encodings.idna, encodings.latin_1, av.subtitles.stream, numpy.ma)


def work(order: wire.Order, line: Line, walls: tuple[str, ...]) -> wire.Note:
    """Shut the walls and do what was ordered."""
    match order:
        case wire.Render(job):
            set_limits(job.limits)
            sound = [job.sound.path] if job.sound.path is not None else []
            line.say(wire.Note(walls=(*walls, *enter([job.source, *sound], [job.folder]))))
            return wire.Note(rendered=render(job, line.report))
        case wire.Probe(source, limits):
            set_limits(limits)
            line.say(wire.Note(walls=(*walls, *enter([source], []))))
            with open_source(source, bytes_max=limits.source_bytes_max) as (kind, container):
                return wire.Note(facts=probe(kind, container, limits).facts)
        case wire.TakeCover(job):
            set_limits(job.limits)
            line.say(wire.Note(walls=(*walls, *enter([job.source], [job.folder]))))
            return wire.Note(cover=cover(job))
        case wire.ReadCredentials():
            raise AssertionError("credentials have a child of their own")


if __name__ == "__main__":
    Image.init()
    os._exit(serve(work))  # Threads of a failed job may be stuck; nothing is left to tidy up.
