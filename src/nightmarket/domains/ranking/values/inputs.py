"""What the network is given for one batch: arrays of fixed sizes, filled up and masked."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.batches import TAGS_MAX, WORDS_MAX, Float, Small

OWN = heads.COUNT + 1
"""The viewer's own rates by head, and how much is known of the viewer."""
BIAS = OWN + heads.COUNT
"""What all candidates of a page have in common: `OWN`, then the place's rate of each head, as a
logit that everything else is added to."""
FIGURES = (
    *(f"{code}_rate" for code in heads.CODES),
    "recent_long_view_rate",
    "recent_like_rate",
    "known",
    "duration",
    "duration_squared",
    "freshness",
    "creator_leaning",
    "sound_leaning",
    "tag_leaning",
    "one",
)
"""The figures of a candidate beside its ids, in the order of the columns."""
PARTS = 3 + TAGS_MAX + WORDS_MAX
"""Keys of a video: itself, its creator, its sound, its tags, its words."""
FIELDS = 5
"""Of these, tags are taken together, and so are words."""
ACTS = 8
"""What a viewer did with a past showing, as bits: long view 1, like 2, any other positive act 4."""
AGES = 16
"""Buckets of how many showings ago something was."""
PLACES = 64
"""Places (market and surface together) that have weights of their own; more share the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The last showings of viewers, newest first: arrays[viewers, past].

    `items` are positions in the batch's list of distinct videos; `is_there` False: no such showing.
    `is_before` bool[showings, past]: which of its viewer's a showing may look at, those before it.
    """

    items: Small
    acts: Small
    is_there: NDArray[np.bool_]
    is_before: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """One batch as it is; `learner.batching` fills it up to one of few sizes.

    `keys` uint64[videos, PARTS]: the id table's keys of each video, 0 for none. `figures`
    float32[showings, FIGURES] and `bias` float32[showings, BIAS] are what gets logged with a served
    item. `video_of` and `viewer_of` say which video and viewer a showing is about.
    """

    count: int
    content: Float
    keys: NDArray[np.uint64]
    video_of: Small
    viewer_of: Small
    places: Small
    pages: Small
    figures: Float
    bias: Float
    past: Past

    def part(self, start: int, end: int) -> "Inputs":
        """Return some of the showings, with all videos and viewers."""
        past = self.past
        return Inputs(
            count=min(end, self.count) - start,
            content=self.content,
            keys=self.keys,
            video_of=self.video_of[start:end],
            viewer_of=self.viewer_of[start:end],
            places=self.places[start:end],
            pages=self.pages[start:end],
            figures=self.figures[start:end],
            bias=self.bias[start:end],
            past=Past(
                items=past.items,
                acts=past.acts,
                is_there=past.is_there,
                is_before=past.is_before[start:end],
            ),
        )


Kind = TypeVar("Kind", bound=np.generic)


def filled(array: NDArray[Kind], size: int) -> NDArray[Kind]:
    """Return the array with rows of zeros behind it, `size` rows in all."""
    assert len(array) <= size
    rest = np.zeros((size - len(array), *array.shape[1:]), dtype=array.dtype)
    return np.concatenate([array, rest])
