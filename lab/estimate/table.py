"""Random slots as a CSV or Parquet file, one row a candidate: written for others, read back.

Columns: `draw` (a number for each random slot), `viewer`, `video`, `is_shown` (1 for the one that
was drawn), `propensity` (with which probability it was), `score` (the order as it was) and any
other column of scores; `predicted_HEAD` and `label_HEAD` as far as they are there. Labels stand in
the row of the shown one; empty: unknown. What `nightmarket lab estimate --export` writes has a
`feature_NAME` for each of the scorer's features, too.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
from pyarrow import csv, parquet

from lab.estimate.draws import Floats, Slate
from lab.estimate.market import Random
from nightmarket.domains.ranking.values import heads

NEEDED = ("draw", "viewer", "is_shown", "propensity")
BASE = "score"
ROWS_MAX = 50_000_000
SLATES_AT_ONCE = 200


class BadTable(ValueError):
    """The file holds no draws that can be judged; the message says which column and why."""


class Table:
    """A file of draws in memory. `heads`: those it has labels for."""

    def __init__(self, path: Path, scores: Sequence[str]) -> None:
        """Read it.

        Raises:
            BadTable: a column is missing or cannot be what it must be.
        """
        read = parquet.read_table if path.suffix == ".parquet" else csv.read_csv
        table = read(path)
        self.scores = (BASE, *scores)
        if missing := [n for n in (*NEEDED, *self.scores) if n not in table.column_names]:
            raise BadTable(f"{path} lacks the columns {', '.join(missing)}")
        if not 0 < len(table) <= ROWS_MAX:
            raise BadTable(f"{path} has {len(table)} rows; 1 to {ROWS_MAX} can be read")
        self.heads = tuple(
            name.removeprefix("label_") for name in table.column_names if name.startswith("label_")
        )
        if not self.heads:
            raise BadTable(f"{path} has no column label_…, so nothing is known of any draw")
        wanted = [*NEEDED, *self.scores]
        wanted += [f"{kind}_{head}" for kind in ("label", "predicted") for head in self.heads]
        self._columns = {
            name: _numbers(table, name) for name in wanted if name in table.column_names
        }
        order = np.argsort(self._columns["draw"], kind="stable")
        self._columns = {name: column[order] for name, column in self._columns.items()}
        self._ends = np.append(
            np.flatnonzero(np.diff(self._columns["draw"])) + 1, len(table)
        ).tolist()

    def __len__(self) -> int:
        """How many draws."""
        return len(self._ends)

    def slates(self) -> Iterator[Slate]:
        """Yield the draws.

        Raises:
            BadTable: a draw that shows none or several, or a propensity that is none.
        """
        start = 0
        for end in self._ends:
            yield self._slate(slice(start, end))
            start = end

    def _slate(self, rows: slice) -> Slate:
        part = {name: column[rows] for name, column in self._columns.items()}
        (shown,) = np.nonzero(part["is_shown"] > 0)
        draw = int(part["draw"][0])
        if len(shown) != 1:
            raise BadTable(f"draw {draw} shows {len(shown)} candidates; it must show one")
        place = int(shown[0])
        propensity = float(part["propensity"][place])
        if not 0 < propensity <= 1:
            raise BadTable(f"draw {draw} has the propensity {propensity}")
        predicted = [part[f"predicted_{head}"] for head in self.heads if self._predicts(head)]
        whole = len(predicted) == len(self.heads)
        return Slate(
            viewer=int(part["viewer"][0]),
            shown=place,
            propensity=propensity,
            scores={name: part[name] for name in self.scores},
            predicted=np.stack(predicted, axis=1) if whole else np.zeros((len(part["draw"]), 0)),
            labels=np.array([part[f"label_{head}"][place] for head in self.heads]),
        )

    def _predicts(self, head: str) -> bool:
        return f"predicted_{head}" in self._columns


def _numbers(table: Any, name: str) -> Floats:
    kind = pa.int64() if name in {"draw", "viewer"} else pa.float64()
    try:
        column = table[name].cast(kind).to_numpy()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise BadTable(f"the column {name} is not made of numbers") from error
    if not name.startswith(("label_", "predicted_")) and not np.isfinite(column).all():
        raise BadTable(f"the column {name} has gaps")
    numbers: Floats = column
    return numbers


class Export:
    """Writes draws into a file as they come."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: Any = None
        self._parts: list[dict[str, Any]] = []
        self._count = 0

    def __enter__(self) -> Self:
        """Go on; the file is made with the first draw."""
        return self

    def __exit__(self, *error: object) -> None:
        """Write what is left."""
        self._flush()
        if self._writer is not None:
            self._writer.close()

    def add(self, drawn: Random, slate: Slate) -> None:
        """Write one draw."""
        self._count += 1
        self._parts.append(_rows(self._count, drawn, slate))
        if len(self._parts) == SLATES_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        if not self._parts:
            return
        table = pa.table(
            {name: np.concatenate([part[name] for part in self._parts]) for name in self._parts[0]}
        )
        self._parts = []
        if self._writer is None:
            is_parquet = self._path.suffix == ".parquet"
            make = parquet.ParquetWriter if is_parquet else csv.CSVWriter
            self._writer = make(self._path, table.schema)
        self._writer.write_table(table)


def _rows(number: int, drawn: Random, slate: Slate) -> dict[str, Any]:
    numbers = drawn.record.numbers
    rivals = numbers.rivals
    assert rivals is not None
    is_shown = np.arange(len(rivals)) == slate.shown
    columns: dict[str, Any] = {
        "draw": np.full(len(rivals), number, dtype=np.int64),
        "viewer": np.full(len(rivals), slate.viewer, dtype=np.int64),
        "video": rivals.ids,
        "is_shown": is_shown.astype(np.int8),
        "propensity": np.full(len(rivals), slate.propensity),
        BASE: slate.scores["current"],
    }
    for place, head in enumerate(heads.CODES):
        predicted = slate.predicted[:, place] if slate.predicted.shape[1] else np.nan
        columns[f"predicted_{head}"] = np.broadcast_to(predicted, len(rivals)).astype(np.float64)
        columns[f"label_{head}"] = np.where(is_shown, slate.labels[place], np.nan)
    for place, code in enumerate(numbers.layout.features):
        columns[f"feature_{code}"] = rivals.features[:, place]
    return columns
