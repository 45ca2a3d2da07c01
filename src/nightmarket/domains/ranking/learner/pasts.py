"""The newest of what viewers watched, as retrieval looks back at it."""

from dataclasses import dataclass

import numpy as np

from nightmarket.domains.ranking.learner.memory import Memory
from nightmarket.domains.ranking.values.batches import Big, Mask, Small

LONG_VIEW, LIKE = 1, 2
"""Bits of what a viewer did with a past showing (`values.inputs.ACTS`)."""


@dataclass(frozen=True, slots=True)
class Pasts:
    """Past showings of viewers, newest first: arrays[viewers, so many back]; ids 0: none."""

    ids: Big
    acts: Small
    at_us: Big

    @property
    def are_there(self) -> Mask:
        """Which of them there are."""
        found: Mask = self.ids != 0
        return found

    @property
    def are_long(self) -> Mask:
        """Which of them were watched long."""
        return self.are_there & ((self.acts & LONG_VIEW) > 0)


def latest(memory: Memory, rows: Small, count: int) -> Pasts:
    """Return the last `count` showings of the viewers in these rows."""
    viewers = memory.viewers
    back = np.arange(min(count, memory.past))
    counts = viewers["past_count"][rows][:, None]
    places = (counts - 1 - back) % memory.past
    are_there = back < np.minimum(counts, memory.past)
    at = rows[:, None], places
    return Pasts(
        np.where(are_there, viewers["past_items"][at], 0),
        np.where(are_there, viewers["past_acts"][at], 0).astype(np.int32),
        np.where(are_there, viewers["past_at_us"][at], 0),
    )
