"""Clustered lists: videos that lie near each other stand together, and a question reads the best.

An inverted file that is never built anew. A list's centre is the mean of what stands in it. A
video is assigned to the nearest centre when its vector comes or is renewed (as in streaming VQ,
Bin et al. 2025); a list that grew too long falls into two, and one that became too short is spread
over the others (as in SPFresh, Xu et al. 2023). So lists follow what is learned and stay about
equally long, and no call does more than belongs to the videos it is given.
"""

from collections.abc import Iterator

import numpy as np

from nightmarket.domains.ranking.learner.centres import NOWHERE, Centres
from nightmarket.domains.ranking.learner.shelf import Shelf
from nightmarket.domains.ranking.learner.towers import WIDTH
from nightmarket.domains.ranking.rules.halving import halves
from nightmarket.domains.ranking.values.batches import Big, Float, Mask

LONG_MAX = 768
"""Videos of a list; a million stand in about 2,100 lists. Shorter lists find more of the best in
as many videos, but are more to choose from whenever a video is assigned."""
SHORT_PARTS = 16
"""A list shorter than one part in so many of the longest allowed is given up."""
FIRST_ROWS = 1024
BEGUN_AT_ONCE, ROUNDS_OF_SAMPLE = 4_096, 2
NOBODY: Big = np.zeros(0, dtype=np.int64)


class Lists:
    """Videos in lists by where they lie. The same calls in the same order give the same lists."""

    def __init__(self, long_max: int = LONG_MAX) -> None:
        self.shelves: list[Shelf] = []
        self._long_max = long_max
        self._centres = Centres()
        self._list_of: Big = np.full(FIRST_ROWS, NOWHERE, dtype=np.int64)
        self._place_of: Big = np.zeros(FIRST_ROWS, dtype=np.int64)
        self._round: tuple[int, int] | None = None

    @property
    def count(self) -> int:
        """How many videos stand in all lists."""
        return int(self._centres.counts.sum())

    def holds(self, rows: Big) -> Mask:
        """Return bool[rows]: which of the memory's rows stand here."""
        is_known = rows < len(self._list_of)
        found: Mask = is_known & (self._list_of[np.where(is_known, rows, 0)] != NOWHERE)
        return found

    def place(self, rows: Big, ids: Big, vectors: Float) -> None:
        """Put distinct videos where they lie now, wherever they stood before."""
        self._know(int(rows.max(initial=0)) + 1)
        own = self._list_of[rows]
        to = self._centres.assigned(vectors, own)
        stays, comes = own == to, own == NOWHERE
        self._write(rows[stays], vectors[stays])
        self._take(rows[~stays & ~comes])
        self._add(rows[~stays], ids[~stays], vectors[~stays], to[~stays])
        self._balance(np.unique(own[~stays & ~comes]), np.unique(to))

    def begin(self, rows: Big, ids: Big, vectors: Float, among: int) -> None:
        """Put a sample, one in `among` videos, into as many lists as all of them will want.

        Centres lie well from the first video after it. Nothing may stand here yet.
        """
        assert not self.count
        long_max, self._long_max = self._long_max, max(2, self._long_max // among)
        for start in range(0, len(rows), BEGUN_AT_ONCE):
            part = slice(start, start + BEGUN_AT_ONCE)
            self.place(rows[part], ids[part], vectors[part])
        at = np.argsort(rows)
        for _ in range(ROUNDS_OF_SAMPLE):
            while len(due := self.due(BEGUN_AT_ONCE)):
                these = at[np.searchsorted(rows, due, sorter=at)]
                self.place(due, ids[these], vectors[these])
        self._long_max = long_max

    def take_out(self, rows: Big) -> None:
        """Let these videos vanish."""
        lists = np.unique(self._list_of[rows])
        self._take(rows)
        self._balance(lists, NOBODY)

    def due(self, count: int) -> Big:
        """Return rows of at most so many videos whose turn it is, all of one list.

        None: every list had its turn, and the next call begins anew. What moves meanwhile may have
        two turns in a round, or wait for the next one.
        """
        at, left = self._round or (len(self.shelves) - 1, self._long_max)
        while at >= 0:
            left = min(left, self.shelves[at].count)
            if left:
                self._round = at, max(0, left - count)
                return self.shelves[at].rows[self._round[1] : left].copy()
            at, left = at - 1, self._long_max
        self._round = None
        return NOBODY

    def last(self, count: int) -> tuple[Big, Big, Float]:
        """Return rows, ids and vectors of so many videos at the end of the first list."""
        shelf = self.shelves[0] if self.shelves else Shelf()
        start = max(0, shelf.count - count)
        return shelf.rows[start:].copy(), shelf.ids[start:].copy(), shelf.vectors[start:].copy()

    def nearest(self, viewer: Float, count: int, scanned_max: int) -> tuple[Big, Float]:
        """Return ids and products of the best so many in the best lists, in no order.

        At most `scanned_max` videos are looked at, but the best list always.
        """
        found = [self.shelves[at] for at in self._centres.best(viewer, scanned_max).tolist()]
        ends = np.cumsum([0, *(shelf.count for shelf in found)])
        scores = np.empty(ends[-1], dtype=np.float32)
        for shelf, start, end in zip(found, ends[:-1].tolist(), ends[1:].tolist(), strict=True):
            np.dot(shelf.vectors, viewer, out=scores[start:end])
        count = min(count, len(scores))
        if not count:
            return NOBODY, scores
        best = np.argpartition(scores, -count)[-count:]
        if len(found) == 1:
            return found[0].ids[best], scores[best]
        lists = np.searchsorted(ends, best, side="right") - 1
        places, names = (best - ends[lists]).tolist(), [shelf.ids for shelf in found]
        ids = [names[at][place] for at, place in zip(lists.tolist(), places, strict=True)]
        return np.array(ids, dtype=np.int64), scores[best]

    def _add(self, rows: Big, ids: Big, vectors: Float, to: Big) -> None:
        self._centres.come(to, vectors)
        for at, part in _by_list(to):
            while len(self.shelves) <= at:
                self.shelves.append(Shelf())
            self._list_of[rows[part]] = at
            self._place_of[rows[part]] = self.shelves[at].add(rows[part], ids[part], vectors[part])

    def _take(self, rows: Big) -> None:
        """Take videos out; the lists are not balanced yet."""
        lists, vectors = self._list_of[rows], np.empty((len(rows), WIDTH), dtype=np.float32)
        for at, part in _by_list(lists):
            shelf, places = self.shelves[at], self._place_of[rows[part]]
            vectors[part] = shelf.vectors[places]
            filled = shelf.take_out(places)
            self._place_of[shelf.rows[filled]] = filled
        self._list_of[rows] = NOWHERE
        self._centres.go(lists, vectors)

    def _write(self, rows: Big, vectors: Float) -> None:
        """Renew vectors of videos that stay in their lists."""
        lists, before = self._list_of[rows], np.empty_like(vectors)
        for at, part in _by_list(lists):
            shelf, places = self.shelves[at], self._place_of[rows[part]]
            before[part] = shelf.vectors[places]
            shelf.vectors[places] = vectors[part]
        self._centres.go(lists, before)
        self._centres.come(lists, vectors)

    def _balance(self, left: Big, grown: Big) -> None:
        """Give up lists that became too short and halve those that grew too long, until none is."""
        changed = np.union1d(left, grown)
        self._centres.settle(changed)
        for at in left.tolist():
            if 0 < self.shelves[at].count < self._long_max // SHORT_PARTS:
                changed = np.union1d(changed, self._give_up(at))
        wrong = [at for at in changed.tolist() if self.shelves[at].count > self._long_max]
        while wrong:
            halved = self._halve(wrong.pop())
            wrong += [at for at in halved if self.shelves[at].count > self._long_max]

    def _give_up(self, at: int) -> Big:
        """Spread a list's videos over the others; returns which. The only list stays."""
        shelf = self.shelves[at]
        if shelf.count == self.count:
            return np.zeros(0, dtype=np.int64)
        rows, ids, vectors = shelf.rows.copy(), shelf.ids.copy(), shelf.vectors.copy()
        self._take(rows)
        self._centres.settle(np.array([at]))
        to = self._centres.assigned(vectors, np.full(len(rows), NOWHERE))
        self._add(rows, ids, vectors, to)
        changed = np.unique(to)
        self._centres.settle(changed)
        return changed

    def _halve(self, at: int) -> tuple[int, int]:
        shelf = self.shelves[at]
        leaves = halves(shelf.vectors)
        rows, ids, vectors = shelf.rows[leaves], shelf.ids[leaves], shelf.vectors[leaves]
        self._take(rows)
        empty = np.flatnonzero(self._centres.counts[: len(self.shelves)] == 0)
        other = int(empty[0]) if len(empty) else len(self.shelves)
        self._add(rows, ids, vectors, np.full(len(rows), other))
        self._centres.settle(np.array([at, other]))
        return at, other

    def _know(self, count: int) -> None:
        """Have room for so many of the memory's rows."""
        while len(self._list_of) < count:
            self._list_of = np.concatenate([self._list_of, np.full_like(self._list_of, NOWHERE)])
            self._place_of = np.concatenate([self._place_of, np.zeros_like(self._place_of)])


def _by_list(lists: Big) -> Iterator[tuple[int, Big]]:
    """Yield each list with where it is named."""
    order = np.argsort(lists, kind="stable")
    starts = np.flatnonzero(np.diff(lists[order], prepend=NOWHERE - 1))
    for part in np.split(order, starts[1:]) if len(order) else ():
        yield int(lists[part[0]]), part
