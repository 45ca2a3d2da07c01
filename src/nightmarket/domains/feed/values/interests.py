"""What a viewer is taken to like: what they set themselves, and what their watches taught."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

LEVEL_MAX = 2
"""A level goes from -2, as little as can be, over 0, as learned, to 2, as much as can be."""


class Kind(StrEnum):
    """What one can like. Hashed as the text it is: an enumeration's own way is slow in a loop."""

    __hash__ = str.__hash__

    HASHTAG = "hashtag"
    CREATOR = "creator"
    SOUND = "sound"
    LANGUAGE = "language"


Thing: TypeAlias = tuple[Kind, int]
"""One thing by its number in the catalogue."""
Forgotten: TypeAlias = Mapping[Thing, int]
"""Until which moment, in microseconds, watches teach nothing about a thing."""


@dataclass(frozen=True, slots=True)
class Interest:
    """What a viewer said about one thing; `value` is an id as a number, a hashtag, a language.

    `forgotten_at_us`: what was watched up to then teaches nothing about it; 0: all of it does.
    """

    kind: str
    value: str
    level: int
    forgotten_at_us: int


@dataclass(frozen=True, slots=True)
class Belief:
    """What watches taught about one thing. `weight`: -1..1; `skips`: how many spoke against it."""

    weight: float
    watches: int
    skips: int
    last_at_us: int
