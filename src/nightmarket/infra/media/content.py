"""What a cold start is told of a film: few figures on one scale, from its numbers. Pure.

The numbers of `statistics` are many and each on a scale of its own. Whoever learns from few
examples wants few figures of like spread: each is moved by its middle and divided by its spread, so
that most films lie between -1 and 1, and cut off there. 0 stands for the middle and for "unknown".
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nightmarket.infra.media.figures import BANDS, NAMES

CONTENT_VERSION = 1
"""Raised when the meaning of a figure changes: everything is then told once more."""
DIGITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: the sum of some numbers, less others, less a middle, over a spread.

    `has_root`: of numbers that are mostly near 0 the square root is taken first. `is_sound`:
    unknown when nothing is heard.
    """

    name: str
    parts: tuple[str, ...]
    less: tuple[str, ...] = ()
    middle: float
    spread: float
    has_root: bool = False
    is_sound: bool = False

    def of(self, numbers: Mapping[str, float]) -> float:
        """Return the figure in -1..1, or 0 when one of its numbers is not known."""
        if not all(name in numbers for name in (*self.parts, *self.less)):
            return 0.0
        value = self.raw(numbers)
        if not math.isfinite(value):
            return 0.0
        return round(max(-1.0, min(1.0, (value - self.middle) / self.spread)), DIGITS)

    def raw(self, numbers: Mapping[str, float]) -> float:
        """Return what is moved and scaled."""
        value = sum(numbers[name] for name in self.parts) - sum(numbers[name] for name in self.less)
        return math.sqrt(max(0.0, value)) if self.has_root else value


def _hues(*degrees: int) -> tuple[str, ...]:
    return tuple(f"hue_{degree}" for degree in degrees)


def _bands(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"band_{index}" for index in range(first, last))


def _seen(
    name: str, parts: tuple[str, ...], middle: float, spread: float, *, has_root: bool = False
) -> Figure:
    return Figure(name=name, parts=parts, middle=middle, spread=spread, has_root=has_root)


def _heard(
    name: str, parts: tuple[str, ...], middle: float, spread: float, *, has_root: bool = False
) -> Figure:
    return Figure(
        name=name, parts=parts, middle=middle, spread=spread, has_root=has_root, is_sound=True
    )


FIGURES = (
    _seen("light", ("luma_mean",), 0.417, 0.406),
    _seen("contrast", ("luma_spread",), 0.192, 0.121),
    _seen("colourfulness", ("colourfulness",), 0.372, 0.461),
    _seen("warm", _hues(330, 0, 30), 0.368, 0.664),
    _seen("green", _hues(60, 90, 120, 150), 0.203, 0.54),
    _seen("blue", _hues(180, 210, 240, 270), 0.359, 0.701),
    _seen("edges", ("edge_density",), 0.371, 0.264, has_root=True),
    _seen("writing", ("text_share",), 0.181, 0.247, has_root=True),
    _seen("bars", ("bars_share",), 0.055, 0.286, has_root=True),
    Figure(name="centre", parts=("luma_cell_11",), less=("luma_mean",), middle=0.041, spread=0.222),
    _seen("motion", ("motion_mean",), 0.36, 0.348, has_root=True),
    _seen("cuts", ("cuts_a_second",), 0.105, 0.599, has_root=True),
    _seen("portrait", ("is_portrait",), 0.5, 0.5),
    _seen("sound", ("has_sound",), 0.5, 0.5),
    _heard("loudness", ("loudness",), 0.658, 0.38),
    _heard("dynamics", ("dynamics",), 0.201, 0.165),
    _heard("pauses", ("silence_share",), 0.031, 0.141, has_root=True),
    _heard("bass", _bands(0, 4), 0.625, 0.491),
    _heard("treble", _bands(8, BANDS), 0.208, 0.284, has_root=True),
    _heard("brightness", ("brightness",), 0.261, 0.189, has_root=True),
    _heard("onsets", ("onsets_a_second",), 0.329, 0.35),
    _heard("pulse", ("pulse",), 0.327, 0.538),
    _heard("speech", ("speech_likeness",), 0.267, 0.243),
    _heard("width", ("stereo_width",), 0.556, 0.391, has_root=True),
)
"""Middle and spread (two deviations) are those of 109 films, measured on 22 November 2026: 40 of
the demo's, 69 of people's cameras, screens and studios (twenty short ones of one series count as
eight). Of those figures 4 % lie outside of -1..1 and are cut off."""
LOUDNESS = "loudness"
RENEWED = ("onsets_a_second", "pulse")
"""Version 1 heard a rhythm in what codecs add below everything audible."""


def content(statistics: Sequence[float]) -> tuple[float, ...]:
    """Return the figures of a film, one each of `FIGURES`; empty: nothing was taken of it.

    Args:
        statistics: numbers in the order of `NAMES`; a beginning of them when version 1 took them,
            and the figures of what it did not know, or took otherwise, are then 0.
    """
    if not statistics:
        return ()
    numbers = dict(zip(NAMES, statistics, strict=False))
    if len(statistics) < len(NAMES):
        for name in RENEWED:
            numbers.pop(name, None)
    is_heard = numbers.get(LOUDNESS, 0.0) > 0.0
    found = tuple(one.of(numbers) if is_heard or not one.is_sound else 0.0 for one in FIGURES)
    assert all(-1.0 <= value <= 1.0 for value in found), found
    return found
