"""Retrieval: what learns beside the ranker which videos to propose at all."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.ranking.learner.memory import Memory
from nightmarket.domains.ranking.learner.neighbours import Neighbours
from nightmarket.domains.ranking.learner.rows import Rows
from nightmarket.domains.ranking.learner.towers import Towers
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.batches import Big, Labels, Showings


class Retrieval:
    """Towers and neighbours, learning from the same long views. A fold over them."""

    def __init__(self) -> None:
        self.towers = Towers()
        self.neighbours = Neighbours()

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
