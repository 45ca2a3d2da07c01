"""The exact scan: every video worth proposing against one viewer, nearest first.

Vectors are copies of what the towers say, renewed a part at a time: those of videos watched just
now with each step, all others in turn. Nothing is learned from them, so they are no part of any
version; whoever starts renews them all.
"""

import numpy as np

from nightmarket.domains.ranking.learner.memory import DAY_US, Memory
from nightmarket.domains.ranking.learner.towers import WIDTH, Towers
from nightmarket.domains.ranking.rules.rates import fading
from nightmarket.domains.ranking.values.batches import Big, Float

SCANNED_MAX = 200_000
"""Of more videos the freshest half of these and the hottest of the rest are scanned."""
RENEWED_AT_ONCE = 1_024
CHOSEN_EVERY = 256
"""Turns after which the videos to scan are chosen anew when there are more than can be."""


class Scan:
    """Videos and their vectors side by side."""

    def __init__(self, most: int = SCANNED_MAX) -> None:
        self.ids: Big = np.zeros(0, dtype=np.int64)
        self.vectors: Float = np.zeros((0, WIDTH), dtype=np.float32)
        self._most = most
        self._known = 0
        self._turn = 0
        self._next = 0

    def renew(self, towers: Towers, memory: Memory, count: int = RENEWED_AT_ONCE) -> None:
        """Take in new videos, and renew the vectors of those whose turn it is."""
        self._turn += 1
        has_room = len(self.ids) < self._most
        if len(memory.videos) != self._known and (has_room or self._turn % CHOSEN_EVERY == 0):
            self._choose(towers, memory)
        if not len(self.ids):
            return
        end = min(len(self.ids), self._next + count)
        late = np.searchsorted(self.ids, np.unique(towers.late))
        late = late[late < len(self.ids)]
        part = np.concatenate([late, np.arange(self._next, end)])
        self.vectors[part] = towers.videos(memory, self.ids[part])
        self._next = 0 if end >= len(self.ids) else end

    def nearest(self, viewer: Float, limit: int, left_out: Big) -> tuple[Big, Float]:
        """Return the ids with the highest products, best first, without those left out."""
        count = min(len(self.ids), limit + len(left_out))
        if not count:
            return self.ids, np.zeros(0, dtype=np.float32)
        scores = self.vectors @ viewer
        best = np.argpartition(scores, -count)[-count:]
        best = best[~np.isin(self.ids[best], left_out)]
        order = np.lexsort((self.ids[best], -scores[best]))[:limit]
        return self.ids[best[order]], scores[best[order]]

    def _choose(self, towers: Towers, memory: Memory) -> None:
        """Choose what is scanned; vectors of what stays stay."""
        self._known = len(memory.videos)
        ids = memory.videos["id"][: self._known]
        rows = np.flatnonzero(ids)
        if len(rows) > self._most:
            rows = _worth_it(memory, rows, self._most)
        chosen = np.sort(ids[rows])
        vectors = np.zeros((len(chosen), WIDTH), dtype=np.float32)
        place = np.minimum(np.searchsorted(chosen, self.ids), max(0, len(chosen) - 1))
        stays = chosen[place] == self.ids if len(chosen) else np.zeros(len(place), dtype=np.bool_)
        vectors[place[stays]] = self.vectors[stays]
        is_new = ~np.isin(chosen, self.ids)
        vectors[is_new] = towers.videos(memory, chosen[is_new])
        self.ids, self.vectors = chosen, vectors


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
