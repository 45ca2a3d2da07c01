"""`nightmarket lab retrieve LOG`: of what people watch long tomorrow, how much is found today.

At the beginning of each day everybody who watches something long that day, and had not seen it, is
asked for 100 videos out of all: by the towers, by the neighbours, by popularity. Then the day is
learned from. Recall: which share of those long views is among the 100, every viewer counting once.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from lab.replay.command import read_log
from lab.replay.log import Log
from lab.replay.table import BadLog
from nightmarket.domains.ranking.learner.id_table import VIEWER, key
from nightmarket.domains.ranking.learner.memory import DAY_US, Memory
from nightmarket.domains.ranking.learner.optimiser import BATCH
from nightmarket.domains.ranking.learner.pasts import latest
from nightmarket.domains.ranking.learner.retrieval import Retrieval
from nightmarket.domains.ranking.learner.scan import Scan
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.batches import Big

WANTED = 100
WAYS = ("towers", "neighbours", "popularity", "towers, then neighbours")


@dataclass(slots=True)
class Found:
    """Shares found, viewer by viewer, of one day."""

    viewers: int = 0
    by_way: dict[str, list[float]] = field(default_factory=lambda: {way: [] for way in WAYS})

    def means(self) -> dict[str, float]:
        """Return the recall of each way."""
        return {way: float(np.mean(shares)) for way, shares in self.by_way.items()}


def retrieve(log: Log, past: int, tell: Callable[[int], None]) -> dict[int, Found]:
    """Return what was found on each streamed day (days since 1970); `tell` hears of showings."""
    memory, retrieval = Memory(past), Retrieval()
    memory.learn_items(log.items, int(log.showings.at_us.min()) // DAY_US)
    found: dict[int, Found] = {}
    for part in _batches(log):
        day = int(log.showings.at_us[part[0]]) // DAY_US
        if part[0] >= log.streamed_from and day not in found:
            found[day] = _ask(log, memory, retrieval, day)
        showings, labels = log.showings.take(part), log.labels.take(part)
        memory.sit_down(showings)
        watched = retrieval.learn(memory, showings, labels, day)
        memory.remember(showings, labels)
        retrieval.remember(memory, watched)
        tell(len(part))
    return found


def _batches(log: Log) -> Iterator[Big]:
    """Yield batches that end with the day."""
    days = log.showings.at_us // DAY_US
    starts = np.flatnonzero(np.diff(days, prepend=days[0] - 1))
    starts = np.union1d(starts, [log.taught, log.streamed_from])
    for start, end in zip(starts, np.append(starts[1:], len(log)), strict=True):
        for first in range(start, end, BATCH):
            yield np.arange(first, min(first + BATCH, end), dtype=np.int64)


def _ask(log: Log, memory: Memory, retrieval: Retrieval, day: int) -> Found:
    scan = Scan()
    scan.renew(retrieval.towers, memory, len(memory.videos))
    often = retrieval.neighbours.often(scan.ids)
    popular = scan.ids[np.argsort(-often, kind="stable")]
    found = Found()
    for viewer, place, watched in _wanted(log, day):
        row = memory.viewers.find(key(VIEWER, np.array([viewer], dtype=np.int64)))
        seen = latest(memory, row, memory.past).ids[0]
        wanted = np.setdiff1d(watched, seen)
        if not len(wanted):
            continue
        found.viewers += 1
        vector = retrieval.towers.viewer(memory, viewer, place)
        by_tower, _ = scan.nearest(vector, WANTED, seen)
        by_neighbour, _ = retrieval.neighbours.near(memory, viewer)
        for way, ids in (
            ("towers", by_tower),
            ("neighbours", by_neighbour[:WANTED]),
            ("popularity", popular[~np.isin(popular, seen)]),
            ("towers, then neighbours", _both(by_tower, by_neighbour)),
        ):
            found.by_way[way].append(float(np.isin(wanted, ids[:WANTED]).mean()))
    return found


def _both(first: Big, second: Big) -> Big:
    """Return half of each, without repeats, filled up with the first."""
    half = second[: WANTED // 2]
    rest = first[~np.isin(first, half)][: WANTED - len(half)]
    return np.concatenate([half, rest])


def _wanted(log: Log, day: int) -> Iterator[tuple[int, int, Big]]:
    """Yield each viewer of a day with the place they were first shown something, and long views."""
    is_today = log.showings.at_us // DAY_US == day
    is_today[: log.streamed_from] = False
    is_long: NDArray[np.bool_] = log.labels.values[:, heads.LONG_VIEW] > 0
    at = np.flatnonzero(is_today & is_long)
    viewers = log.showings.viewers[at]
    order = np.argsort(viewers, kind="stable")
    starts = np.flatnonzero(np.diff(viewers[order], prepend=-1))
    for part in np.split(at[order], starts[1:]):
        place = int(log.showings.places[part[0]])
        yield int(log.showings.viewers[part[0]]), place, np.unique(log.showings.items[part])


def report(log: Log, found: dict[int, Found]) -> dict[str, Any]:
    """Return the figures: by day and over all."""
    days = {
        str(date.fromordinal(date(1970, 1, 1).toordinal() + day)): {"viewers": one.viewers}
        | {way: round(share, 4) for way, share in one.means().items()}
        for day, one in found.items()
        if one.viewers
    }
    return {"log": log.name, "videos": len(log.items), "wanted": WANTED, "days": days}


def markdown(found: dict[str, Any]) -> str:
    """Return the figures as a table."""
    lines = [
        f"Recall at {found['wanted']} of {found['videos']} videos, {found['log']}",
        "",
        "| day | viewers | " + " | ".join(WAYS) + " |",
        "|---|---|" + "---|" * len(WAYS),
    ]
    for day, one in found["days"].items():
        shares = " | ".join(f"{one[way]:.3f}" for way in WAYS)
        lines.append(f"| {day} | {one['viewers']} | {shares} |")
    return "\n".join(lines) + "\n"


def main(words: Sequence[str] | None = None) -> None:
    """Read the options, measure, print the Markdown; the data goes to `--json`."""
    options = argparse.ArgumentParser(prog="nightmarket lab retrieve", description=__doc__)
    options.add_argument("log", type=Path, help="a KuaiRand folder, or a CSV or Parquet file")
    options.add_argument("--train-until", type=date.fromisoformat, default=date(2022, 4, 30))
    options.add_argument("--past", type=int, default=100)
    options.add_argument("--no-history", action="store_true", help="only what has a time")
    options.add_argument("--json", type=Path, metavar="FILE")
    given = options.parse_args(words)
    try:
        log = read_log(given.log, given.train_until, has_history=not given.no_history)
    except (BadLog, FileNotFoundError) as error:
        sys.exit(f"Cannot be read: {error}")
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    ) as progress:
        task = progress.add_task("showings", total=len(log))
        found = report(log, retrieve(log, given.past, partial(progress.advance, task)))
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(markdown(found))


if __name__ == "__main__":
    main()
