"""Retrieval: what learns beside the ranker which videos to propose at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.ranking.learner.id_table import VIEWER, key
from nightmarket.domains.ranking.learner.memory import Memory
from nightmarket.domains.ranking.learner.neighbours import Neighbours
from nightmarket.domains.ranking.learner.pasts import latest
from nightmarket.domains.ranking.learner.rows import Rows
from nightmarket.domains.ranking.learner.scan import Scan
from nightmarket.domains.ranking.learner.towers import Towers
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.batches import Big, Float, Labels, Showings

MEANS_AFTER = 50
"""Long views of anybody until a proposal means anything: first vectors lie by chance."""
Found = tuple[Big, Float]
"""Ids and scores, best first."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """Videos found by two ways."""

    by_model: Found
    co_watched: Found


class Retrieval:
    """Towers and neighbours, learning from the same long views. A fold over them."""

    def __init__(self) -> None:
        self.towers = Towers()
        self.neighbours = Neighbours()

    def propose(
        self, memory: Memory, scan: Scan, viewer_id: int, place: int, limit: int
    ) -> Proposed:
        """Return videos for a viewer, without those of the past; a stranger gets none.

        Strangers are served by what is popular and fresh, which is what they would get from here.
        """
        row = memory.viewers.find(key(VIEWER, np.array([viewer_id], dtype=np.int64)))
        past = latest(memory, row, memory.past)
        if self.neighbours.total < MEANS_AFTER or not past.are_there.any():
            nothing = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
            return Proposed(nothing, nothing)
        vector = self.towers.viewer(memory, viewer_id, place)
        ids, scores = self.neighbours.near(memory, viewer_id)
        return Proposed(
            scan.nearest(vector, limit, past.ids[0]),
            (ids[:limit], scores[:limit]),
        )

    def learn(self, memory: Memory, showings: Showings, labels: Labels, day: int) -> Showings:
        """Learn from showings whose long view became certain, before they are remembered.

        Returns those that were watched long, for `remember`.
        """
        watched = showings.take(_watched_long(labels))
        if len(watched):
            self.neighbours.count(watched, day)
            often = self.neighbours.often(self.towers.late_after(watched))
            self.towers.learn(memory, watched, often, day)
        return watched

    def remember(self, memory: Memory, watched: Showings) -> None:
        """Let what was watched long meet what came before it, after it is remembered."""
        if len(watched):
            self.neighbours.meet(memory, watched)

    def forget(self, day: int) -> int:
        """Drop what nobody met since `day`; returns how many rows."""
        return self.towers.forget(day) + self.neighbours.forget(day)

    def tables(self) -> dict[str, Rows]:
        """Return the tables of rows, by name."""
        return {"towers": self.towers.rows, "neighbours": self.neighbours.rows}

    def state(self) -> dict[str, NDArray[Any]]:
        """Return everything beside the tables, as arrays by name."""
        towers, neighbours = self.towers, self.neighbours
        return {
            "towers.late": towers.late,
            "towers.steps": np.array(towers.steps),
            "neighbours.total": np.array(neighbours.total),
            "neighbours.total_at_us": np.array(neighbours.total_at_us),
            **{f"towers.dense.{name}": array for name, array in towers.dense.items()},
            **{f"towers.squares.{name}": array for name, array in towers.squares.items()},
        }

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Hold exactly what `state` says; the tables are restored apart."""
        towers, neighbours = self.towers, self.neighbours
        towers.late, towers.steps = state["towers.late"], int(state["towers.steps"])
        neighbours.total = float(state["neighbours.total"])
        neighbours.total_at_us = int(state["neighbours.total_at_us"])
        towers.dense = {name: state[f"towers.dense.{name}"] for name in towers.dense}
        towers.squares = {name: state[f"towers.squares.{name}"] for name in towers.squares}


def _watched_long(labels: Labels) -> Big:
    is_long = labels.known[:, heads.LONG_VIEW] & (labels.values[:, heads.LONG_VIEW] > 0)
    return np.flatnonzero(is_long)
