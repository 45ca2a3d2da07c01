"""Reads the generic form: a CSV or Parquet file with one showing a row.

Columns: `viewer`, `item`, `time_ms`, `play_ms`, `duration_ms`, and, as far as they are there,
`place` (a small number), `page`, `creator`, `sound`, `tag`, `published_ms`, and a 0/1 column for
each head that is not computed from the playing time (`like`, `share`, …). Ids are numbers above 0.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from pyarrow import csv, parquet

from lab.replay.log import Log, sittings
from nightmarket.domains.ranking.rules.labels import WatchQuantiles, is_long_view
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.batches import (
    CONTENT,
    TAGS_MAX,
    WORDS_MAX,
    Big,
    Items,
    Labels,
    Showings,
)

NEEDED = ("viewer", "item", "time_ms", "play_ms", "duration_ms")
COMPUTED = frozenset({"long_view", "finish", "watch_quantile"})
FINISH_SHARE = 0.95
LEARNED_AT_ONCE = 500
ROWS_MAX = 50_000_000


class BadLog(ValueError):
    """The file is not a log that can be replayed; the message says which column and why."""


def read(path: Path, train_until: date) -> Log:
    """Return the log; showings after the day `train_until` (UTC) are streamed.

    Raises:
        BadLog: a column is missing, empty or impossible.
    """
    table = parquet.read_table(path) if path.suffix == ".parquet" else csv.read_csv(path)
    if missing := [name for name in NEEDED if name not in table.column_names]:
        raise BadLog(f"the log lacks the columns {', '.join(missing)}")
    if not 0 < len(table) <= ROWS_MAX:
        raise BadLog(f"the log has {len(table)} rows; 1 to {ROWS_MAX} can be replayed")
    table = table.sort_by([("time_ms", "ascending"), ("viewer", "ascending")])
    column = {name: _numbers(table, name) for name in table.column_names}
    for name in NEEDED:
        if column[name].min() < (1 if name in {"viewer", "item"} else 0):
            raise BadLog(f"the column {name} holds numbers that cannot be")
    end = datetime.combine(train_until + timedelta(days=1), datetime.min.time(), UTC)
    streamed_from = int(np.searchsorted(column["time_ms"], int(end.timestamp() * 1000)))
    if not 0 < streamed_from < len(table):
        raise BadLog(f"nothing lies on one side of {train_until.isoformat()}")
    at_us = column["time_ms"] * 1000
    sat = sittings(column["viewer"], at_us)
    showings = Showings(
        viewers=column["viewer"],
        items=column["item"],
        pages=column.get("page", sat),
        sittings=sat,
        places=column.get("place", np.zeros_like(sat)).astype(np.int32),
        at_us=at_us,
    )
    return Log(
        name=path.stem,
        showings=showings,
        labels=_labels(column),
        items=_items(column),
        streamed_from=streamed_from,
        taught=0,
    )


def _numbers(table: Any, name: str) -> Big:
    try:
        column = table[name].to_numpy()
        if not np.isfinite(column).all():
            raise BadLog(f"the column {name} has gaps")
        numbers: Big = column.astype(np.int64)
    except (TypeError, ValueError) as error:
        raise BadLog(f"the column {name} is not made of numbers") from error
    return numbers


def _labels(column: dict[str, Big]) -> Labels:
    count = len(column["viewer"])
    watch_ms, duration_ms = column["play_ms"], column["duration_ms"]
    values = np.zeros((count, heads.COUNT), dtype=np.float32)
    known = np.zeros(values.shape, dtype=np.bool_)
    values[:, heads.LONG_VIEW] = is_long_view(watch_ms, duration_ms)
    values[:, heads.index("finish")] = watch_ms >= FINISH_SHARE * duration_ms
    quantiles, place = WatchQuantiles(), heads.index("watch_quantile")
    for start in range(0, count, LEARNED_AT_ONCE):
        part = slice(start, start + LEARNED_AT_ONCE)
        values[part, place] = quantiles.label(watch_ms[part], duration_ms[part])
        quantiles.learn(watch_ms[part], duration_ms[part])
    for code in heads.CODES:
        if code in COMPUTED:
            known[:, heads.index(code)] = True
        elif code in column:
            values[:, heads.index(code)] = column[code] > 0
            known[:, heads.index(code)] = True
    return Labels(values, known)


def _items(column: dict[str, Big]) -> Items:
    ids, first = np.unique(column["item"], return_index=True)
    nothing = np.zeros_like(column["item"])
    tags = np.zeros((len(ids), TAGS_MAX), dtype=np.int64)
    tags[:, 0] = column.get("tag", nothing)[first]
    return Items(
        ids=ids,
        creators=column.get("creator", nothing)[first],
        sounds=column.get("sound", nothing)[first],
        tags=tags,
        words=np.zeros((len(ids), WORDS_MAX), dtype=np.int64),
        durations_ms=np.maximum(1, column["duration_ms"])[first],
        published_us=column.get("published_ms", column["time_ms"])[first] * 1000,
        content=np.zeros((len(ids), CONTENT), dtype=np.float32),
    )
