"""Reads KuaiRand-Pure (Gao et al. 2022): ten days of a real short-video app's showings.

`history_before_…` holds earlier views of the same people without a time per view: the order is
known, what was liked and what was watched long. They get evenly spread times before the log, ten
views to a sitting, and a place of their own, since their rates are not those of the log.
"""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyarrow import compute, csv, parquet

from lab.replay.log import Log, sittings
from nightmarket.domains.ranking.rules.labels import WatchQuantiles
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

LOG, HISTORY = "log_*.parquet", "history_before_*.parquet"
VIDEOS = "video_features_basic_pure.csv.gz"
SIGNALS = {
    "long_view": "long_view",
    "like": "is_like",
    "comment": "is_comment",
    "share": "is_forward",
    "follow": "is_follow",
    "not_interested": "is_hate",
    "profile_visit": "is_profile_enter",
}
"""Head → column; finish and watch quantile come from the playing time."""
HISTORY_PLACE = 15
HISTORY_PAGE = 10
DAY_MS = 86_400_000
FINISH_SHARE = 0.95
LEARNED_AT_ONCE = 500


def matches(folder: Path) -> bool:
    """Whether a folder holds this log."""
    return any(folder.glob(LOG)) and (folder / VIDEOS).exists()


def read(folder: Path, train_until: date, *, has_history: bool) -> Log:
    """Return the log; showings after `train_until` (the log's own days) are streamed."""
    table = parquet.read_table(next(folder.glob(LOG))).sort_by(
        [("date", "ascending"), ("time_ms", "ascending"), ("user_id", "ascending")]
    )
    column = {name: table[name].to_numpy() for name in table.column_names if name != "tag"}
    showings, values, known = _logged(column)
    count = len(showings)
    taught = 0
    if has_history:
        before, liked, watched = _history(folder, int(column["time_ms"][0]))
        taught = len(before)
        showings = _joined(before, showings)
        old = np.zeros((taught, heads.COUNT), dtype=np.float32)
        old[:, heads.LONG_VIEW], old[:, heads.LIKE] = watched, liked
        is_known = np.zeros_like(old, dtype=np.bool_)
        is_known[:, [heads.LONG_VIEW, heads.LIKE]] = True
        values, known = np.concatenate([old, values]), np.concatenate([is_known, known])
    last = int(train_until.strftime("%Y%m%d"))
    trained = int(np.searchsorted(column["date"], last, side="right"))
    assert 0 < trained < count, train_until
    return Log(
        name="KuaiRand-Pure" + (" with history" if has_history else " without history"),
        showings=showings,
        labels=Labels(values, known),
        items=_items(folder, int(column["time_ms"][0])),
        streamed_from=taught + trained,
        taught=taught,
    )


def _logged(
    column: dict[str, Any],
) -> tuple[Showings, NDArray[np.float32], NDArray[np.bool_]]:
    viewers, at_us = column["user_id"] + 1, column["time_ms"] * 1000
    sat = sittings(viewers, at_us)
    showings = Showings(
        viewers=viewers,
        items=column["video_id"] + 1,
        pages=sat,
        sittings=sat,
        places=column["tab"].astype(np.int32),
        at_us=at_us,
    )
    values = np.zeros((len(viewers), heads.COUNT), dtype=np.float32)
    known = np.zeros(values.shape, dtype=np.bool_)
    for code, name in SIGNALS.items():
        values[:, heads.index(code)] = column[name]
        known[:, heads.index(code)] = True
    watch_ms, duration_ms = column["play_time_ms"], column["duration_ms"]
    values[:, heads.index("finish")] = watch_ms >= FINISH_SHARE * duration_ms
    values[:, heads.index("watch_quantile")] = _quantiles(watch_ms, duration_ms)
    known[:, [heads.index("finish"), heads.index("watch_quantile")]] = True
    return showings, values, known


def _quantiles(watch_ms: Big, duration_ms: Big) -> NDArray[np.float32]:
    """Return each showing's quantile among those before it."""
    known, found = WatchQuantiles(), np.zeros(len(watch_ms), dtype=np.float32)
    for start in range(0, len(watch_ms), LEARNED_AT_ONCE):
        part = slice(start, start + LEARNED_AT_ONCE)
        found[part] = known.label(watch_ms[part], duration_ms[part])
        known.learn(watch_ms[part], duration_ms[part])
    return found


def _history(folder: Path, first_ms: int) -> tuple[Showings, Any, Any]:
    """Return earlier views, oldest page first, and which were liked and watched long."""
    table = parquet.read_table(next(folder.glob(HISTORY))).sort_by("user_id")
    users = table["user_id"].to_numpy() + 1
    counts = compute.list_value_length(table["watch_seq"]).to_numpy()
    viewers = np.repeat(users, counts)
    items = compute.list_flatten(table["watch_seq"]).to_numpy().astype(np.int64) + 1
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    place = np.arange(len(viewers)) - starts
    page = (np.repeat(counts, counts) - place - 1) // HISTORY_PAGE
    order = np.lexsort((place, viewers, -page))
    viewers, items, page = viewers[order], items[order], page[order]
    at_us = (first_ms - (page + 1) * DAY_MS) * 1000
    numbers = -(viewers * 1000 + page)
    marks = [
        np.isin(viewers * (1 << 32) + items, _pairs(table, users, name))
        for name in ("like_seq", "long_watch_seq")
    ]
    showings = Showings(
        viewers=viewers,
        items=items,
        pages=numbers,
        sittings=numbers,
        places=np.full(len(viewers), HISTORY_PLACE, dtype=np.int32),
        at_us=at_us,
    )
    return showings, marks[0], marks[1]


def _pairs(table: Any, users: Big, name: str) -> Big:
    counts = compute.list_value_length(table[name]).to_numpy()
    items = compute.list_flatten(table[name]).to_numpy().astype(np.int64) + 1
    pairs: Big = np.repeat(users, counts) * (1 << 32) + items
    return pairs


def _items(folder: Path, first_ms: int) -> Items:
    table = csv.read_csv(folder / VIDEOS)
    ids = table["video_id"].to_numpy() + 1
    count = len(ids)
    tags = np.zeros((count, TAGS_MAX), dtype=np.int64)
    for row, text in enumerate(table["tag"].to_pylist()):
        numbers = [int(one) for one in str(text or "").split(",") if one.isdigit()]
        tags[row, : min(TAGS_MAX, len(numbers))] = [one + 1 for one in numbers[:TAGS_MAX]]
    lengths = compute.fill_null(table["video_duration"], 0).to_numpy()
    uploaded = compute.fill_null(
        compute.cast(compute.cast(table["upload_dt"], "timestamp[us]"), "int64"), first_ms * 1000
    )
    return Items(
        ids=ids,
        creators=table["author_id"].to_numpy() + 1,
        sounds=compute.fill_null(table["music_id"], 0).to_numpy(),
        tags=tags,
        words=np.zeros((count, WORDS_MAX), dtype=np.int64),
        durations_ms=np.maximum(1_000, lengths).astype(np.int64),
        published_us=uploaded.to_numpy(),
        content=np.zeros((count, CONTENT), dtype=np.float32),
    )


def _joined(first: Showings, then: Showings) -> Showings:
    return Showings(
        **{
            name: np.concatenate([getattr(first, name), getattr(then, name)])
            for name in ("viewers", "items", "pages", "sittings", "places", "at_us")
        }
    )
