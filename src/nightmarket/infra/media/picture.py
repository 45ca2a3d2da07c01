"""From decoded frames to upright, square, SDR frames of every size, in one filter graph."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
from av.error import BlockingIOError as FFmpegAgain
from av.error import EOFError as FFmpegEnd
from av.filter import Graph
from av.filter.context import FilterContext

from nightmarket.infra.media.colour import write_lut
from nightmarket.infra.media.crop import box
from nightmarket.infra.media.job import Crop

TURNS = {0: "", 90: "transpose=clock", 180: "hflip,vflip", 270: "transpose=cclock"}
QUARTERS = {90, 270}
HD_LINES_MIN = 720  # Unlabelled pictures below are BT.601, from here on BT.709, as players do.
UNSPECIFIED_MATRIX = {2, 3}
RGB_MATRIX = 0


@dataclass(frozen=True, slots=True)
class Upright:
    """How decoded frames become the picture that people see: turned first, then cropped."""

    rotation_deg: int = 0
    is_mirrored: bool = False
    crop: Crop | None = None

    def steps(self, width: int, height: int) -> list[str]:
        """Return the filters for frames of this size, in order."""
        steps = ["hflip"] if self.is_mirrored else []
        steps += TURNS[self.rotation_deg].split(",") if self.rotation_deg else []
        if self.crop is not None:
            is_on_its_side = self.rotation_deg in QUARTERS
            kept = box(self.crop, *((height, width) if is_on_its_side else (width, height)))
            steps.append(f"crop={kept.width}:{kept.height}:{kept.left}:{kept.top}")
        return steps


class PictureGraph:
    """Scales each decoded frame once to every size, large to small, each from the one before.

    It is built from the first frame and rebuilt when the stream changes shape in the middle.
    """

    def __init__(
        self,
        sizes: tuple[tuple[int, int], ...],
        *,
        upright: Upright | None = None,
        is_interlaced: bool = False,
        transfer: str = "sdr",
        folder: Path | None = None,
    ) -> None:
        """Take the sizes (width, height) to make, largest first; nothing is built yet."""
        assert sizes, "at least one size"
        assert transfer == "sdr" or folder is not None, "an HDR table needs a folder"
        self._sizes = sizes
        self._before: list[str] = ["bwdif=mode=send_frame"] if is_interlaced else []
        self._upright = upright or Upright()
        self._lut = None if transfer == "sdr" or folder is None else write_lut(folder, transfer)
        self._shape: tuple[object, ...] | None = None
        self._source: FilterContext | None = None
        self._sinks: list[FilterContext] = []
        self._graph: Graph | None = None

    def convert(self, frame: av.VideoFrame) -> tuple[av.VideoFrame, ...] | None:
        """Return one frame a size, in their order, or None while deinterlacing starts."""
        shape = (frame.width, frame.height, frame.format.name, frame.colorspace, frame.color_range)
        if shape != self._shape:
            self._build(frame)
            self._shape = shape
        assert self._source is not None
        self._source.push(frame)
        made = []
        for sink in self._sinks:
            try:
                out = sink.pull()
            except (FFmpegAgain, FFmpegEnd):
                return None
            assert isinstance(out, av.VideoFrame)
            made.append(out)
        return tuple(made)

    def _build(self, frame: av.VideoFrame) -> None:
        graph = Graph()
        # The time base is of no use here: frames carry their slot in the pipeline's own count.
        self._source = graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
        )
        last = self._source
        for step in (*self._before, *self._upright.steps(frame.width, frame.height)):
            last = _chain(graph, last, step)
        self._sinks = []
        for index, (width, height) in enumerate(self._sizes):
            for step in self._scale(frame, width, height, is_first=index == 0):
                last = _chain(graph, last, step)
            if index < len(self._sizes) - 1:
                last = _chain(graph, last, "split=2")
                port = 1
            else:
                port = 0
            sink = graph.add("buffersink")
            last.link_to(sink, 0, 0) if port == 0 else last.link_to(sink, 1, 0)
            self._sinks.append(sink)
        graph.configure()
        self._graph = graph

    def _scale(
        self, frame: av.VideoFrame, width: int, height: int, *, is_first: bool
    ) -> Iterator[str]:
        size = f"scale={width}:{height}:flags=bicubic"
        if not is_first:
            yield size
            return
        if self._lut is not None:
            yield f"{size}:in_color_matrix=bt2020:out_range=pc"
            yield "format=gbrp10le"
            yield f"lut3d=file={self._lut}:interp=tetrahedral"
            yield f"scale={width}:{height}:out_color_matrix=bt709:out_range=tv"
        else:
            matrix = _matrix(frame)
            yield f"{size}{matrix}:out_color_matrix=bt709:out_range=tv"
        yield "format=yuv420p"
        yield "setsar=1"


def _matrix(frame: av.VideoFrame) -> str:
    if "rgb" in frame.format.name or "gbr" in frame.format.name or "bgr" in frame.format.name:
        return ""
    space = int(frame.colorspace)
    if space in UNSPECIFIED_MATRIX or space == RGB_MATRIX:
        return ":in_color_matrix=" + ("bt709" if frame.height >= HD_LINES_MIN else "bt601")
    return ""


def _chain(graph: Graph, last: FilterContext, step: str) -> FilterContext:
    name, _, arguments = step.partition("=")
    following = graph.add(name, arguments or None)
    last.link_to(following)
    return following
