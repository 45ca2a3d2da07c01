"""The exact scan: every video worth proposing against one viewer, nearest first.

Vectors are copies of what the towers say, renewed a part at a time: those of videos watched just
now with each step, all others in turn. Nothing is learned from them, so they are no part of any
version; whoever starts renews them all.
"""

import numpy as np

from nightmarket.domains.ranking.learner.id_table import key
from nightmarket.domains.ranking.learner.memory import DAY_US, ITEM, Memory
from nightmarket.domains.ranking.learner.towers import WIDTH, Towers
from nightmarket.domains.ranking.rules.rates import fading
from nightmarket.domains.ranking.values.batches import Big, Float

SCANNED_MAX = 200_000
"""Of more videos the freshest half of these and the hottest of the rest are scanned."""
RENEWED_AT_ONCE = 256
LATE_AT_ONCE = 64
CHOSEN_EVERY = 256
"""Turns after which the videos to scan are chosen anew."""
FIRST_PLACES = 1024


class Scan:
    """Videos and their vectors side by side, in the order of the memory's rows."""

    def __init__(self, most: int = SCANNED_MAX) -> None:
        self.count = 0
        self._ids: Big = np.zeros(FIRST_PLACES, dtype=np.int64)
        self._rows: Big = np.zeros(FIRST_PLACES, dtype=np.int64)
        self._vectors: Float = np.zeros((FIRST_PLACES, WIDTH), dtype=np.float32)
        self._most = most
        self._known = 1
        self._turn = 0
        self._next = 0
        self._current_at = -1

    @property
    def ids(self) -> Big:
        """Videos that are scanned."""
        return self._ids[: self.count]

    @property
    def vectors(self) -> Float:
        """Where each of `ids` lies."""
        return self._vectors[: self.count]

    def renew(self, towers: Towers, memory: Memory, count: int = RENEWED_AT_ONCE) -> None:
        """Take in new videos, and renew the vectors of those whose turn it is.

        After a round in which nothing was learned there is nothing to do.
        """
        self._turn += 1
        if self._turn % CHOSEN_EVERY == 0:
            self._choose(towers, memory)
        elif len(memory.videos) > self._known:
            self._append(towers, memory)
        if not self.count or (self._next == 0 and self._current_at == towers.steps):
            return
        if self._next == 0:
            self._current_at = towers.steps
        rows = np.unique(memory.videos.find(key(ITEM, towers.late[-LATE_AT_ONCE:])))
        places = np.minimum(np.searchsorted(self._rows[: self.count], rows), self.count - 1)
        self._place(towers, memory, places[self._rows[places] == rows])
        end = min(self.count, self._next + count)
        self._place(towers, memory, np.arange(self._next, end))
        self._next = 0 if end >= self.count else end

    def stale(self) -> None:
        """Say that what is known of videos changed: the next round renews all."""
        self._current_at = -1

    def nearest(self, viewer: Float, limit: int, left_out: Big) -> tuple[Big, Float]:
        """Return the ids with the highest products, best first, without those left out."""
        count = min(self.count, limit + len(left_out))
        if not count:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        scores = self.vectors @ viewer
        best = np.argpartition(scores, -count)[-count:]
        best = best[~np.isin(self._ids[best], left_out)]
        order = np.lexsort((self._ids[best], -scores[best]))[:limit]
        return self._ids[best[order]], scores[best[order]]

    def _append(self, towers: Towers, memory: Memory) -> None:
        """Take in what is new, as far as there is room."""
        rows = np.arange(self._known, len(memory.videos))
        rows = rows[memory.videos["id"][rows] != 0]
        self._known = len(memory.videos)
        if self.count + len(rows) > self._most:
            self._choose(towers, memory)
            return
        self._fit(self.count + len(rows))
        places = np.arange(self.count, self.count + len(rows))
        self.count += len(rows)
        self._rows[places] = rows
        self._place(towers, memory, places)

    def _choose(self, towers: Towers, memory: Memory) -> None:
        """Choose what is scanned; vectors of what stays stay."""
        self._known = len(memory.videos)
        rows = np.flatnonzero(memory.videos["id"][: self._known])
        if len(rows) > self._most:
            rows = np.sort(_worth_it(memory, rows, self._most))
        if np.array_equal(rows, self._rows[: self.count]):
            return
        before, old = self._rows[: self.count].copy(), self.vectors.copy()
        self._fit(len(rows))
        self.count = len(rows)
        self._rows[: self.count] = rows
        self._ids[: self.count] = memory.videos["id"][rows]
        places = np.minimum(np.searchsorted(before, rows), max(0, len(before) - 1))
        stays = before[places] == rows if len(before) else np.zeros(len(rows), dtype=np.bool_)
        self._vectors[np.flatnonzero(stays)] = old[places[stays]]
        self._place(towers, memory, np.flatnonzero(~stays))

    def _place(self, towers: Towers, memory: Memory, places: Big) -> None:
        """Compute the vectors at these places, so many at once as a processor keeps near."""
        for start in range(0, len(places), RENEWED_AT_ONCE):
            part = places[start : start + RENEWED_AT_ONCE]
            self._ids[part] = memory.videos["id"][self._rows[part]]
            self._vectors[part] = towers.videos(memory, self._ids[part])

    def _fit(self, count: int) -> None:
        while len(self._ids) < count:
            self._ids = np.concatenate([self._ids, np.zeros_like(self._ids)])
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
            self._vectors = np.concatenate([self._vectors, np.zeros_like(self._vectors)])


def _worth_it(memory: Memory, rows: Big, most: int) -> Big:
    """Return the freshest half of so many, and of the others those watched long most of late."""
    videos = memory.videos
    published_us = videos["published_us"][rows]
    by_age = np.argpartition(-published_us, most // 2)
    fresh, others = rows[by_age[: most // 2]], rows[by_age[most // 2 :]]
    seen_us = videos["recent_us"][others]
    elapsed = (seen_us.max(initial=0) - seen_us) / DAY_US
    hot = videos["recent"][others, 0, 0] * fading(elapsed.astype(np.float32))
    count = most - most // 2
    found: Big = np.concatenate([fresh, others[np.argpartition(-hot, count - 1)[:count]]])
    return found
