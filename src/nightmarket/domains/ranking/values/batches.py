"""Showings and what came of them, in columns: what goes into the ranker and what it learns from."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.ranking.values import heads

Big = NDArray[np.int64]
Small = NDArray[np.int32]
Float = NDArray[np.float32]
Mask = NDArray[np.bool_]

TAGS_MAX = 3
WORDS_MAX = 8
CONTENT = 24
"""Figures about picture and sound that the transcoder takes (`infra.media.content.FIGURES`), about
-1..1 each; 0: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """What is known of videos without anybody having watched them, in columns of one length.

    Ids 0: none. `words` are hashed n-grams of caption, hashtags and sound title, in any script.
    `content` is float32[items, CONTENT].
    """

    ids: Big
    creators: Big
    sounds: Big
    tags: Big
    words: Big
    durations_ms: Big
    published_us: Big
    content: Float

    def __post_init__(self) -> None:
        size = len(self.ids)
        assert self.tags.shape == (size, TAGS_MAX), self.tags.shape
        assert self.words.shape == (size, WORDS_MAX), self.words.shape
        assert self.content.shape == (size, CONTENT), self.content.shape

    def __len__(self) -> int:
        """How many videos."""
        return len(self.ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Showings:
    """Videos shown, or to be shown, to viewers: columns of one length, oldest first.

    `pages`: showings of one number were chosen among each other (a request, or a sitting when the
    log does not say). `sittings`: a viewer's showings without a break of half an hour. `places`:
    where they were shown, a small number of market and surface together.
    """

    viewers: Big
    items: Big
    pages: Big
    sittings: Big
    places: Small
    at_us: Big

    def __len__(self) -> int:
        """How many showings."""
        return len(self.viewers)

    def take(self, index: Big) -> Self:
        """Return the showings at `index`, in that order."""
        return type(self)(
            viewers=self.viewers[index],
            items=self.items[index],
            pages=self.pages[index],
            sittings=self.sittings[index],
            places=self.places[index],
            at_us=self.at_us[index],
        )


@dataclass(frozen=True, slots=True)
class Labels:
    """What came of showings: float32[showings, heads] 0..1, and which of them are certain."""

    values: Float
    known: Mask

    def __post_init__(self) -> None:
        assert self.values.shape == self.known.shape
        assert self.values.shape[1] == heads.COUNT

    def take(self, index: Big) -> "Labels":
        """Return the labels at `index`, in that order."""
        return Labels(self.values[index], self.known[index])
