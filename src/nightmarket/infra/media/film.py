"""Decodes the picture of an upload into frames on an even grid of time."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from nightmarket.infra.media.errors import Broken, TooLong
from nightmarket.infra.media.source import said

ERRORS_MAX = 500
PLAYABLE_SHARE_MIN = 0.8
LAST_FRAME_S_MAX = 5.0


@dataclass(frozen=True, slots=True)
class Shown:
    """A decoded frame and the slots of the output grid that show it: first to last - 1."""

    frame: av.VideoFrame
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the output's time lies in the source's: slot n is shown at start_s + n / rate."""

    rate: Fraction
    start_s: float
    slots_max: int | None  # The cut's end; None: until the source ends.
    slots_limit: int  # More than this is longer than anybody may upload.
    slots_held: int = 0  # The last frame stays until here: a song may outlast its picture.

    def slot(self, time_s: float) -> int:
        """Nearest slot; negative before the start."""
        return round((time_s - self.start_s) * float(self.rate))


def on_grid(container: InputContainer, picture: VideoStream, grid: Grid) -> Iterator[Shown]:
    """Yield every frame that is shown for at least one slot, in order, without gaps from slot 0.

    Faster sources lose frames, slower and uneven ones hold them: all renditions then share one
    constant rate. The last frame is held for its duration, or until `grid.slots_held`.

    Raises:
        TooLong: the frames go on past the limit, whatever the header said.
        Broken: damage leaves less than four fifths of what the header announced.
    """
    held: av.VideoFrame | None = None
    next_slot = 0
    for frame in _decoded(container, picture, grid):
        if frame.pts is None:
            continue
        slot = grid.slot(frame.time)
        if slot > grid.slots_limit:
            raise TooLong("The film is longer than its header says, and too long.", slot=slot)
        end = slot if grid.slots_max is None else min(slot, grid.slots_max)
        if held is not None and end > next_slot:
            yield Shown(held, next_slot, end)
            next_slot = end
        if grid.slots_max is not None and slot >= grid.slots_max:
            return
        if held is None or slot >= next_slot:
            held = frame
    if held is None:
        raise Broken("No picture of the film can be decoded.")
    yield Shown(held, next_slot, max(_end_of(held, grid), next_slot + 1, grid.slots_held))


def _end_of(frame: av.VideoFrame, grid: Grid) -> int:
    """Slot at which the last frame is over, where the container says so and can be believed."""
    if not frame.duration or frame.time_base is None:
        return 0
    shown_s = min(float(frame.duration * frame.time_base), LAST_FRAME_S_MAX)
    end = grid.slot(frame.time + shown_s)
    return end if grid.slots_max is None else min(end, grid.slots_max)


def _decoded(
    container: InputContainer, picture: VideoStream, grid: Grid
) -> Iterator[av.VideoFrame]:
    errors, last_s = 0, grid.start_s
    try:
        for packet in container.demux(picture):
            try:
                frames = packet.decode()
            except FFmpegError as error:
                errors += 1
                if errors > ERRORS_MAX:
                    raise Broken("The film is damaged.", reason=said(error)) from error
                continue
            for frame in frames:
                assert isinstance(frame, av.VideoFrame)
                last_s = last_s if frame.pts is None else frame.time
                yield frame
    except FFmpegError as error:
        errors += 1
        reason = said(error)
    else:
        reason = ""
    if errors:
        _require_most(picture, last_s, reason)


def _require_most(picture: VideoStream, last_s: float, reason: str) -> None:
    if not picture.duration or picture.time_base is None:
        return
    announced_s = float(picture.duration * picture.time_base)
    percent = int(100 * last_s / announced_s) if announced_s > 0 else 100
    if percent < PLAYABLE_SHARE_MIN * 100:
        raise Broken(
            f"The film is damaged: only {percent} % of it can be decoded.",
            present_pct=percent,
            reason=reason,
        )
