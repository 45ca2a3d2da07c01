"""Rows by id: named arrays that grow together, know what was touched, and forget what is old."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.ranking.learner.id_table import NONE, IdTable, Keys, RowNumbers

FIRST_ROWS = 1024
WAITING_MAX = 1_000_000
"""Ids that wait to be admitted; when there are more, counting starts over."""


@dataclass(frozen=True, slots=True)
class Field:
    """One array of a table: what a row of it is, and what a new row holds."""

    shape: tuple[int, ...]
    dtype: Any
    fresh: float = 0.0


class Rows:
    """Arrays over rows; row 0 stands for every id that has none and is never written by callers."""

    def __init__(self, fields: Mapping[str, Field], admitted_after: int = 1) -> None:
        self.fields = dict(fields)
        self.ids = IdTable()
        self.arrays: dict[str, NDArray[Any]] = {
            name: self._fresh(field, FIRST_ROWS) for name, field in self.fields.items()
        }
        self.last_day: NDArray[np.int32] = np.zeros(FIRST_ROWS, dtype=np.int32)
        self.touched: NDArray[np.bool_] = np.zeros(FIRST_ROWS, dtype=np.bool_)
        self._admitted_after = admitted_after
        self._waiting = IdTable()
        self._waited: NDArray[np.int32] = np.zeros(FIRST_ROWS, dtype=np.int32)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return a whole array; longer than there are rows."""
        return self.arrays[name]

    def __len__(self) -> int:
        """How many rows, row 0 included."""
        return self.ids.count + 1

    def find(self, keys: Keys) -> RowNumbers:
        """Return the row of each key, 0 for none; any shape."""
        return self.ids.find(keys)

    def see(self, keys: Keys, day: int) -> RowNumbers:
        """Return rows, making them for keys seen often enough; marks them touched."""
        rows = self.ids.find(keys)
        new = keys[(rows == NONE) & (keys != 0)]
        if len(new):
            self.ids.add(self._admitted(new))
            self._fit()
            rows = self.ids.find(keys)
        self.last_day[rows] = day
        self.touch(rows)
        return rows

    def touch(self, rows: RowNumbers) -> None:
        """Say that these rows changed."""
        self.touched[rows] = True
        self.touched[NONE] = False

    def take_touched(self) -> NDArray[np.intp]:
        """Return the rows touched since the last call, and begin anew."""
        rows = np.flatnonzero(self.touched)
        self.touched[:] = False
        return rows

    def state(self) -> dict[str, NDArray[Any]]:
        """Return everything this holds, as arrays by name."""
        count = len(self)
        return {
            "keys": self.ids.keys(),
            "last_day": self.last_day[:count],
            "waiting_keys": self._waiting.keys(),
            "waited": self._waited[: self._waiting.count + 1],
            **{f"field.{name}": array[:count] for name, array in self.arrays.items()},
        }

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Hold exactly what `state` says; every row counts as touched."""
        self.ids.reset(state["keys"])
        self._fit()
        count = len(self)
        for name, array in self.arrays.items():
            array[:count] = state[f"field.{name}"]
        self.last_day[:count] = state["last_day"]
        self.touched[1:count] = True
        self._waiting.reset(state["waiting_keys"])
        self._waited = np.zeros(max(FIRST_ROWS, 2 * self._waiting.count), dtype=np.int32)
        self._waited[: self._waiting.count + 1] = state["waited"]

    def forget_before(self, day: int) -> int:
        """Drop rows nobody saw since `day`; returns how many. Row numbers change."""
        count = len(self)
        kept = np.flatnonzero(self.last_day[:count] >= day)
        kept = np.concatenate([[NONE], kept[kept != NONE]])
        dropped = count - len(kept)
        if dropped:
            keys = self.ids.keys()[kept]
            for name, array in self.arrays.items():
                rest = self._fresh(self.fields[name], len(array) - len(kept))
                self.arrays[name] = np.concatenate([array[kept], rest])
            days = np.zeros_like(self.last_day)
            days[: len(kept)] = self.last_day[kept]
            self.last_day = days
            self.ids.reset(keys)
            self.touched[:] = False
            self.touched[1 : len(kept)] = True
        return dropped

    def _admitted(self, keys: Keys) -> Keys:
        if self._admitted_after <= 1:
            return keys
        if self._waiting.count > WAITING_MAX:
            self._waiting = IdTable()
            self._waited[:] = 0
        rows = self._waiting.add(keys)
        while len(self._waited) <= self._waiting.count:
            self._waited = np.concatenate([self._waited, np.zeros_like(self._waited)])
        np.add.at(self._waited, rows, 1)
        enough: Keys = keys[self._waited[rows] >= self._admitted_after]
        return enough

    def _fit(self) -> None:
        while len(self.last_day) < len(self):
            size = len(self.last_day)
            for name, array in self.arrays.items():
                rest = self._fresh(self.fields[name], size)
                self.arrays[name] = np.concatenate([array, rest])
            self.last_day = np.concatenate([self.last_day, np.zeros_like(self.last_day)])
            self.touched = np.concatenate([self.touched, np.zeros_like(self.touched)])

    @staticmethod
    def _fresh(field: Field, count: int) -> NDArray[Any]:
        return np.full((count, *field.shape), field.fresh, dtype=field.dtype)
