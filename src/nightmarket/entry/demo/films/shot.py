"""What a kind is given to draw (a Shot) and what it hands back (Pictures); no drawing here."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
# Planes and sound are float32 wherever speed matters; float64 is accepted where it does not.
Field = npt.NDArray[np.floating[Any]]
Audio = npt.NDArray[np.floating[Any]]
Choice = TypeVar("Choice")

WIDTH = 540
HEIGHT = 960
RATE_HZ = 48_000


@dataclass(frozen=True, slots=True)
class Shot:
    """One film to be made. Equal shots give equal pictures and equal sound.

    `words`: what the film shows as text. `subject`: what it shows, where a kind has a choice.
    """

    seed: int
    duration_ms: int
    fps: int
    language: str
    title: str
    words: tuple[str, ...] = ()
    subject: str = ""

    @property
    def frames_count(self) -> int:
        """Number of pictures in the whole film."""
        return self.duration_ms * self.fps // 1000

    @property
    def samples_count(self) -> int:
        """Number of sound samples per channel in the whole film."""
        return self.duration_ms * RATE_HZ // 1000

    @property
    def seconds(self) -> float:
        """The duration as the unit that oscillators want."""
        return self.duration_ms / 1000

    def chance(self, purpose: str) -> np.random.Generator:
        """A generator that depends only on the seed and the purpose, never on call order."""
        return np.random.default_rng([self.seed, zlib.crc32(purpose.encode())])

    def pick(self, options: Sequence[Choice]) -> Choice:
        """One of the options, by the seed itself: neighbouring seeds choose neighbours."""
        return options[self.seed % len(options)]

    def phases(self) -> Iterator[float]:
        """Position of every picture within the film, 0..1, 1 excluded so that loops close."""
        return (index / self.frames_count for index in range(self.frames_count))


@dataclass(frozen=True, slots=True)
class Sprite:
    """A ready-made piece of picture in the encoder's own colour planes; `mask_*` 0..255."""

    luma: Pixels
    blue: Pixels
    red: Pixels
    mask: Pixels
    mask_half: Pixels


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where a sprite goes on the full-size picture: upper left corner, pixels; opacity 0..1."""

    sprite: Sprite
    x: int
    y: int
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Picture:
    """uint8[height, width, 4] RGBA at any size (it is scaled up), and sharp stamps on top."""

    pixels: Pixels
    stamps: tuple[Stamp, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """How to make one kind of film. `has_title`: show the film's title over its first seconds."""

    fps: int
    frames: Callable[[Shot], Iterator[Picture]]
    sound: Callable[[Shot], Audio]
    has_title: bool = True
