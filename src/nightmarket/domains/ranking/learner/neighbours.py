"""Videos that the same people watch long in one sitting: for each a short list, with fading counts.

A list has room for `KEPT` neighbours. A newcomer to a full list takes one off the count of the
least, and its place when nothing is left of it (Misra and Gries 1982), so what comes often stays
and memory is bounded whatever happens.
"""

import numpy as np

from nightmarket.domains.ranking.learner.id_table import VIEWER, key
from nightmarket.domains.ranking.learner.memory import DAY_US, ITEM, Memory
from nightmarket.domains.ranking.learner.pasts import latest
from nightmarket.domains.ranking.learner.rows import Field, Rows
from nightmarket.domains.ranking.rules.rates import fading
from nightmarket.domains.ranking.values.batches import Big, Float, Showings, Small

KEPT = 24
"""Neighbours of a video."""
BEFORE_MAX = 8
"""So many long views before one, in the same sitting, are met by it."""
LOOKED_BACK = 24
"""Among so many showings."""
SITTING_US = 30 * 60 * 1_000_000
HALF_LIFE_DAYS = 7.0
CHANCE = 10.0
"""This much stands beside how often two are watched at all: one meeting of rare ones is luck."""
SEEDS_MAX = 20
SEED_FADING = 0.85
"""Each long view further back has so much less to say about what comes next."""


class Neighbours:
    """The lists. A fold: the same calls in the same order give the same bits."""

    def __init__(self) -> None:
        self.rows = Rows(
            {
                "ids": Field((KEPT,), np.int64),
                "met": Field((KEPT,), np.float32),
                "watched": Field((), np.float32),
                "at_us": Field((), np.int64),
            }
        )
        self.total = 0.0
        self.total_at_us = 0

    def often(self, ids: Big) -> Float:
        """Return which share of all long views is of each video, lately."""
        rows = self.rows.find(key(ITEM, ids))
        watched = self._faded(rows, self.rows["watched"][rows])
        shares: Float = (watched / max(1.0, self.total)).astype(np.float32)
        return shares

    def count(self, watched: Showings, day: int) -> None:
        """Count long views themselves."""
        rows = self.rows.see(key(ITEM, watched.items), day)
        now_us = int(watched.at_us.max())
        self._fade(np.unique(rows), now_us)
        np.add.at(self.rows["watched"], rows, np.float32(1.0))
        if now_us > self.total_at_us:
            self.total *= 0.5 ** ((now_us - self.total_at_us) / DAY_US / HALF_LIFE_DAYS)
            self.total_at_us = now_us
        self.total += len(rows)

    def meet(self, memory: Memory, watched: Showings) -> None:
        """Let long views meet those before them in the same sitting; they are remembered already.

        Showings of one page carry one moment, so before means remembered before.
        """
        people = memory.viewers.find(key(VIEWER, watched.viewers))
        past = latest(memory, people, LOOKED_BACK)
        is_itself = (past.ids == watched.items[:, None]) & (past.at_us == watched.at_us[:, None])
        own = np.where(is_itself.any(axis=1), is_itself.argmax(axis=1), LOOKED_BACK)
        back = np.arange(past.ids.shape[1])
        gaps_us = -np.diff(past.at_us, axis=1, prepend=past.at_us[:, :1])
        breaks = np.cumsum(gaps_us > SITTING_US, axis=1)
        begun = np.take_along_axis(breaks, np.minimum(own, len(back) - 1)[:, None], axis=1)
        is_before = (back > own[:, None]) & (breaks == begun) & past.are_long
        is_before &= (past.ids != watched.items[:, None]) & (is_before.cumsum(axis=1) <= BEFORE_MAX)
        at, column = np.nonzero(is_before)
        one, other = watched.items[at], past.ids[at, column]
        self._meet(np.concatenate([one, other]), np.concatenate([other, one]))

    def near(self, memory: Memory, viewer_id: int) -> tuple[Big, Float]:
        """Return neighbours of what a viewer lately watched long, best first, and their scores.

        A neighbour counts by the cosine of both videos' viewers, so that what everybody watches is
        nobody's neighbour.
        """
        person = memory.viewers.find(key(VIEWER, np.array([viewer_id], dtype=np.int64)))
        past = latest(memory, person, memory.past)
        seeds = past.ids[0][past.are_long[0]][:SEEDS_MAX]
        rows = self.rows.find(key(ITEM, seeds))
        ids = self.rows["ids"][rows]
        there = np.nonzero(ids)
        others = self.rows.find(key(ITEM, ids))
        met = self._faded(rows, self.rows["met"][rows])
        here = self._faded(rows, self.rows["watched"][rows])[:, None]
        over = np.sqrt(here * self._faded(others, self.rows["watched"][others])) + CHANCE
        weights = SEED_FADING ** np.arange(len(seeds))
        found, inverse = np.unique(ids[there], return_inverse=True)
        scores = np.bincount(inverse, weights=(weights[:, None] * met / over)[there])
        is_new = ~np.isin(found, past.ids[0])
        ids, near = found[is_new], scores[is_new].astype(np.float32)
        order = np.lexsort((ids, -near))
        return ids[order], near[order]

    def forget(self, day: int) -> int:
        """Drop lists of videos nobody watched long since `day`; returns how many."""
        return self.rows.forget_before(day)

    def _meet(self, ids: Big, others: Big) -> None:
        """Add one to what each of `ids` has with the other, pair by pair."""
        rows = self.rows.find(key(ITEM, ids))
        order = np.lexsort((others, rows))
        rows, others = rows[order], others[order]
        is_first = (np.diff(rows, prepend=-1) != 0) | (np.diff(others, prepend=-1) != 0)
        starts = np.flatnonzero(is_first & (rows != 0))
        if not len(starts):
            return
        times = np.diff(np.append(starts, len(rows))).astype(np.float32)
        rows, others = rows[starts], others[starts]
        turn = np.arange(len(rows)) - np.searchsorted(rows, rows)
        for each in range(int(turn.max()) + 1):
            now = turn == each
            self._put(rows[now], others[now], times[now])

    def _put(self, rows: Small, others: Big, times: Float) -> None:
        """Add to lists, one neighbour each."""
        ids, met = self.rows["ids"], self.rows["met"]
        is_known = ids[rows] == others[:, None]
        place = np.where(is_known.any(axis=1), is_known.argmax(axis=1), met[rows].argmin(axis=1))
        left = np.where(is_known.any(axis=1), -met[rows, place], met[rows, place]) - times
        # A known one grows; a stranger wears the least one down, and stays with what is left over.
        stays = is_known.any(axis=1) | (left >= 0)
        ids[rows, place] = np.where(stays, ids[rows, place], others)
        met[rows, place] = np.abs(left)

    def _fade(self, rows: Small, now_us: int) -> None:
        then_us = self.rows["at_us"][rows]
        later_us = np.maximum(then_us, now_us)
        left = fading(((later_us - then_us) / DAY_US).astype(np.float32), HALF_LIFE_DAYS)
        self.rows["met"][rows] *= left[:, None]
        self.rows["watched"][rows] *= left
        self.rows["at_us"][rows] = later_us

    def _faded(self, rows: Small, counts: Float) -> Float:
        """Return counts of these rows as of the newest long view of all."""
        elapsed = (self.total_at_us - self.rows["at_us"][rows]) / DAY_US
        left = fading(elapsed.astype(np.float32), HALF_LIFE_DAYS)
        return counts * left.reshape(left.shape + (1,) * (counts.ndim - left.ndim))
