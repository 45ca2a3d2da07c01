"""How alike candidates are, and how much of each the page does not show yet: a DPP, greedily.

A page is chosen one by one so that its scores and the volume its items span are large together
(determinantal point process, maximum a posteriori by the greedy algorithm of Chen, Zhang and Zhou
2018). What the items on the page already span of a candidate is taken off step by step, so a page
of k out of n costs n·k² small sums and no matrix of n times n is ever made. Pure.
"""

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.feed.values.candidates import Candidates
from nightmarket.domains.feed.values.catalogue import NOTHING
from nightmarket.pipeline.stages import Index

Column = NDArray[np.float32]

HASHTAGS, CREATOR, SOUND, LANGUAGE = 0.65, 0.15, 0.1, 0.1
"""What makes two videos alike, of 1: mostly what they are about."""
UNLIKE = 0.05
"""So much of every video is its own: two with everything in common are not one."""


class Likeness:
    """How alike each candidate is to one of them, 0..1; 1 to itself."""

    def __init__(self, batch: Candidates) -> None:
        catalogue, rows = batch.catalogue, batch.rows
        tags = catalogue.tags[rows]
        counts = np.count_nonzero(tags, axis=1)  # A video's tags come first, then nothing.
        self._tags = tags[:, : counts.max(initial=0)].T.copy()
        self._counts = np.maximum(1, counts).astype(np.float32)
        self._parts = (
            (CREATOR, catalogue.creators[rows]),
            (SOUND, catalogue.sounds[rows]),
            (LANGUAGE, catalogue.languages[rows]),
        )

    def to(self, place: int) -> Column:
        """Return float32[candidates]: a kernel, since each part is one and they are only added.

        Hashtags count by the cosine of their sets; what has none is like nothing else.
        """
        shared = np.zeros(len(self._counts), dtype=np.float32)
        for tag in self._tags[:, place]:
            if tag != NOTHING:
                shared += np.logical_or.reduce(self._tags == tag)
        found = HASHTAGS * shared / np.sqrt(self._counts * self._counts[place])
        for weight, column in self._parts:
            if column[place] != NOTHING:
                found += np.float32(weight) * (column == column[place])
        found *= np.float32(1.0 - UNLIKE)
        found[place] = 1.0
        alike: Column = found.astype(np.float32)
        return alike


class Spread:
    """What each candidate has that the page does not have yet, as a share 0..1 of its own."""

    def __init__(self, likeness: Likeness, count: int) -> None:
        self.left: Column = np.ones(count, dtype=np.float32)
        self._likeness = likeness
        self._spanned: list[Column] = []

    def take(self, place: int) -> None:
        """Put a candidate on the page: take off all others what they have in common with it."""
        new = self._likeness.to(place)
        for spanned in self._spanned:
            new = new - spanned[place] * spanned
        new = new / np.sqrt(max(float(self.left[place]), UNLIKE))
        self._spanned.append(new)
        self.left = np.maximum(self.left - new * new, 0.0)

    def gains(self) -> Column:
        """Return what each would add to the volume: 0 for all before the first, never more."""
        gains: Column = np.log(np.maximum(self.left, UNLIKE))
        return gains


def mean_likeness(batch: Candidates, index: Index) -> float:
    """Return how alike the items of a page are on average, 0..1, each with each other one."""
    likeness, places = Likeness(batch), index.tolist()
    pairs = [likeness.to(one)[places[at + 1 :]] for at, one in enumerate(places)]
    found = np.concatenate(pairs) if pairs else np.zeros(0)
    return float(found.mean()) if len(found) else 0.0
