"""Which part of the picture is kept: shares of the upright picture become even pixels inside it."""

from dataclasses import dataclass

from nightmarket.infra.media.job import Crop

PAIR_PX = 2


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture in pixels."""

    left: int
    top: int
    width: int
    height: int


def box(crop: Crop, width: int, height: int) -> Box:
    """Return the part of an upright picture of `width` x `height` pixels that `crop` keeps.

    Every figure is even where the picture has two pixels, because 4:2:0 has no half samples; the
    box never leaves the picture, and no side is further than two pixels from what was asked for.
    """
    left, wide = _span(crop.x, crop.width, width)
    top, tall = _span(crop.y, crop.height, height)
    return Box(left, top, wide, tall)


def cropped_size(width: int, height: int, crop: Crop | None) -> tuple[int, int]:
    """Return the size that is left of a picture; None: all of it, untouched."""
    if crop is None:
        return width, height
    kept = box(crop, width, height)
    return kept.width, kept.height


def _span(start: float, share: float, side: int) -> tuple[int, int]:
    """Return where a span begins and how long it is, in pixels of a side."""
    if side < PAIR_PX:
        return 0, side
    pairs = side // PAIR_PX
    long = min(max(1, round(share * side / PAIR_PX)), pairs)
    begin = min(max(0, round(start * side / PAIR_PX)), pairs - long)
    return begin * PAIR_PX, long * PAIR_PX
