"""The scan: every video against one viewer, nearest first; of very many, those in the best lists.

Vectors are copies of what the towers say, renewed a part at a time: those of videos watched just
now with each step, all others in turn. Nothing is learned from them, so they are no part of any
version; whoever starts renews them all. Up to `SCANNED_MAX` videos all are scanned. Of more, all
stand in clustered lists; they are handed over a few at a time, and meanwhile both are scanned.
"""

import numpy as np

from nightmarket.domains.ranking.learner.id_table import key
from nightmarket.domains.ranking.learner.lists import LONG_MAX, NOBODY, Lists
from nightmarket.domains.ranking.learner.memory import ITEM, Memory
from nightmarket.domains.ranking.learner.shelf import Shelf
from nightmarket.domains.ranking.learner.towers import WIDTH, Towers
from nightmarket.domains.ranking.values.batches import Big, Float, Mask

SCANNED_MAX = 200_000
"""So many videos are scanned whole; of more, lists."""
LISTED_MAX = 64_000
"""Videos in the best lists that a question is held against: this takes as long as to scan
`SCANNED_MAX` that lie in order."""
RENEWED_AT_ONCE = 256
LATE_AT_ONCE = 64
NEW_AT_ONCE = 256
"""New videos taken in, handed over to lists and renewed by a turn that is asked for fewer, all
together: a turn is to be over in a few milliseconds."""
PLACED_AT_ONCE = 4_096
LOOKED_THROUGH_AT_ONCE = 4_096
"""Known rows that a turn looks through for videos that got a name later, or lost it."""
SAMPLED = 16
"""Of very many new videos one in so many is listed first, and tells where the lists lie."""


class Scan:
    """Vectors of all videos: in one piece, in lists, or on the way from the one to the other."""

    def __init__(
        self, most: int = SCANNED_MAX, listed_max: int = LISTED_MAX, long_max: int = LONG_MAX
    ) -> None:
        self._most, self._listed_max = most, listed_max
        self._whole = Lists(most)  # One list, since there are never more.
        self._lists = Lists(long_max)
        self._is_listed = False
        self._known = 1
        self._looked = 1
        self._current_at = -1
        self._waiting: list[Lists] = []

    @property
    def count(self) -> int:
        """How many videos can be found."""
        return self._whole.count + self._lists.count

    @property
    def shelves(self) -> list[Shelf]:
        """What the videos stand in."""
        return [*self._whole.shelves, *self._lists.shelves]

    @property
    def ids(self) -> Big:
        """Videos that can be found."""
        return np.concatenate([NOBODY, *(shelf.ids for shelf in self.shelves)])

    @property
    def vectors(self) -> Float:
        """Where each of `ids` lies."""
        nothing = np.zeros((0, WIDTH), dtype=np.float32)
        return np.concatenate([nothing, *(shelf.vectors for shelf in self.shelves)])

    def renew(self, towers: Towers, memory: Memory, count: int = RENEWED_AT_ONCE) -> None:
        """Take in new videos, and renew the vectors of those whose turn it is.

        After a round in which nothing was learned there is nothing to do.
        """
        left = max(count, NEW_AT_ONCE)
        new = self._new(memory, left)
        self._take_in(towers, memory, new)
        left -= len(new)
        if self._is_listed:
            left -= self._hand_over(left)
        if not self._waiting:
            if self._current_at == towers.steps or not self.count:
                return
            self._current_at = towers.steps
            if len(new) == self.count:
                return
            self._waiting = [self._whole, self._lists]
        late = np.unique(memory.videos.find(key(ITEM, towers.late[-LATE_AT_ONCE:]))).astype(
            np.int64
        )
        self._place(towers, memory, late[self._holds(late)])
        self._go_round(towers, memory, min(count, left))

    def stale(self) -> None:
        """Say that what is known of videos changed: the next round renews all."""
        self._current_at = -1

    def nearest(self, viewer: Float, limit: int, left_out: Big) -> tuple[Big, Float]:
        """Return the ids with the highest products, best first, without those left out."""
        count = limit + len(left_out)
        found = [
            self._whole.nearest(viewer, count, self._most),
            self._lists.nearest(viewer, count, self._listed_max),
        ]
        ids = np.concatenate([one[0] for one in found])
        scores = np.concatenate([one[1] for one in found])
        is_left = ~np.isin(ids, left_out)
        ids, scores = ids[is_left], scores[is_left]
        order = np.lexsort((ids, -scores))[:limit]
        return ids[order], scores[order]

    def _new(self, memory: Memory, count: int) -> Big:
        """Return rows to take in, at most so many; and let go what has no name any more."""
        end = min(self._looked + LOOKED_THROUGH_AT_ONCE, self._known)
        rows = np.arange(self._looked, end)
        is_named, is_here = memory.videos["id"][rows] != 0, self._holds(rows)
        self._take_out(rows[is_here & ~is_named])
        self._looked = end if end < self._known else 1
        later = rows[is_named & ~is_here][:count]
        first, self._known = self._known, min(len(memory.videos), self._known + count - len(later))
        newest = np.arange(first, self._known)
        return np.concatenate([later, newest[memory.videos["id"][newest] != 0]])

    def _take_in(self, towers: Towers, memory: Memory, rows: Big) -> None:
        if not self._is_listed and self.count + len(rows) > self._most:
            self._is_listed = True
            if len(rows) > self._most:
                sample = rows[::SAMPLED]
                vectors = _vectors(towers, memory, sample)
                self._lists.begin(sample, memory.videos["id"][sample], vectors, SAMPLED)
                rows = rows[~self._holds(rows)]
        self._place(towers, memory, rows)

    def _hand_over(self, count: int) -> int:
        """Let so many of what was scanned whole stand in lists from now on; returns how many."""
        rows, ids, vectors = self._whole.last(count)
        self._whole.take_out(rows)
        self._lists.place(rows, ids, vectors)
        if not self._whole.count:
            self._whole = Lists(self._most)  # Gives its memory back.
        return len(rows)

    def _go_round(self, towers: Towers, memory: Memory, count: int) -> None:
        """Renew so many of those whose turn it is; until all had theirs."""
        while self._waiting and count > 0:
            rows = self._waiting[0].due(min(count, RENEWED_AT_ONCE))
            if not len(rows):
                self._waiting.pop(0)
            self._place(towers, memory, rows)
            count -= len(rows)

    def _place(self, towers: Towers, memory: Memory, rows: Big) -> None:
        """Compute vectors, and let each video stand where it belongs."""
        for start in range(0, len(rows), PLACED_AT_ONCE):
            part = rows[start : start + PLACED_AT_ONCE]
            ids, vectors = memory.videos["id"][part], _vectors(towers, memory, part)
            is_whole = self._whole.holds(part) | (not self._is_listed)
            for lists, these in ((self._whole, is_whole), (self._lists, ~is_whole)):
                if these.any():
                    lists.place(part[these], ids[these], vectors[these])

    def _holds(self, rows: Big) -> Mask:
        return self._whole.holds(rows) | self._lists.holds(rows)

    def _take_out(self, rows: Big) -> None:
        for lists in (self._whole, self._lists):
            lists.take_out(rows[lists.holds(rows)])


def _vectors(towers: Towers, memory: Memory, rows: Big) -> Float:
    """Return where videos lie, computed for so many at once as a processor keeps near."""
    ids = memory.videos["id"][rows]
    parts = range(0, len(ids), RENEWED_AT_ONCE)
    found = [towers.videos(memory, ids[at : at + RENEWED_AT_ONCE]) for at in parts]
    return np.concatenate([np.zeros((0, WIDTH), dtype=np.float32), *found])
