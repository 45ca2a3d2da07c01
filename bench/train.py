"""The ranker alone: how fast it learns, what its id table takes, how much memory it holds.

    nightmarket bench train [--seconds 5] [--only mmoe]

The parts `nearest_…` look for the best 300 of very many videos; `bench/nearest.py` says how.

Each part runs in a process of its own, on one core, with the compiler's flags of the product.
`per_s` is by the clock on the wall and `per_cpu_s` by the processor's time, which says what a
machine with a core to spare does. A sample is one labelled showing, from its ids to moved weights
and rows (`prepare` and `learn`); `whole_per_s` counts what came of it too (`remember`).
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from bench import harness
from bench.nearest import nearest
from nightmarket.domains.ranking.learner.id_table import IdTable, Keys
from nightmarket.domains.ranking.learner.learner import Learner
from nightmarket.domains.ranking.learner.memory import DAY_US
from nightmarket.domains.ranking.learner.optimiser import BATCH
from nightmarket.domains.ranking.learner.programs import PROGRAMS
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
from nightmarket.domains.ranking.values.shape import Shape
from nightmarket.entry.supervise import compiler_settings
from nightmarket.infra import heap

VIDEOS, VIEWERS = 20_000, 2_000
START_US = 1_700_000_000_000_000
WARM = 6
ROWS = 1_000_000


@dataclass(slots=True)
class Crowd:
    """Viewers who are shown videos by their popularity (Zipf's), a page each at a time."""

    chance: np.random.Generator
    now_us: int = START_US

    def showings(self, viewers: Big, each: int) -> tuple[Showings, Labels]:
        """Return a page of so many videos for each viewer, and what came of it."""
        self.now_us += 60_000_000
        count = len(viewers) * each
        who = np.repeat(viewers, each)
        drawn = self.chance.zipf(1.2, count) % VIDEOS
        values = np.zeros((count, heads.COUNT), dtype=np.float32)
        values[:, : heads.LIKE + 1] = self.chance.random((count, heads.LIKE + 1)) < 0.3
        shown = Showings(
            viewers=who,
            items=1 + drawn.astype(np.int64),
            pages=who * 1_000_003 + self.now_us // 1_000_000,
            sittings=who * 1000 + self.now_us // 3_600_000_000,
            places=np.zeros(count, dtype=np.int32),
            at_us=self.now_us + np.arange(count, dtype=np.int64),
        )
        return shown, Labels(values, np.ones(values.shape, dtype=np.bool_))


def items(chance: np.random.Generator) -> Items:
    """Return videos of four thousand creators with tags, words and figures of their pictures."""
    return Items(
        ids=np.arange(1, VIDEOS + 1, dtype=np.int64),
        creators=chance.integers(1, VIDEOS // 5, VIDEOS),
        sounds=chance.integers(1, VIDEOS // 3, VIDEOS),
        tags=chance.integers(1, 400, (VIDEOS, TAGS_MAX)),
        words=chance.integers(1, 5_000, (VIDEOS, WORDS_MAX)),
        durations_ms=np.full(VIDEOS, 12_000, dtype=np.int64),
        published_us=np.full(VIDEOS, START_US, dtype=np.int64),
        content=chance.normal(size=(VIDEOS, CONTENT)).astype(np.float32),
    )


def training(shape: Shape, each: int, seconds: float) -> dict[str, Any]:
    """Return samples a second of a ranker whose viewers all have a whole past."""
    chance = np.random.default_rng(1)
    learner, crowd = Learner(shape, 1), Crowd(chance)
    learner.learn_items(items(chance), START_US // DAY_US)
    everybody = np.arange(1, VIEWERS + 1, dtype=np.int64)
    for _ in range(shape.past if shape.layers else 1):
        showings, labels = crowd.showings(everybody, 1)
        learner.sit_down(showings)
        learner.remember(showings, labels)
    learning, whole, steps = Stopwatch(), Stopwatch(), -WARM
    while steps < 1 or whole.wall_s < seconds:
        steps += 1
        if steps == 1:
            learning, whole = Stopwatch(), Stopwatch()
        people = chance.choice(everybody, BATCH // each, replace=False)
        showings, labels = crowd.showings(people, each)
        with whole:
            learner.sit_down(showings)
            with learning:
                assert learner.learn(learner.prepare(showings), labels, 19_000).is_kept
            learner.remember(showings, labels)
    done = steps * BATCH
    return {
        "per_s": round(done / learning.wall_s),
        "per_cpu_s": round(done / learning.cpu_s),
        "whole_per_s": round(done / whole.wall_s),
        "showings_a_viewer": each,
        "programs": len(PROGRAMS),
        "rss_mb": rss_mb(),
    }


class Stopwatch:
    """Adds up time on the wall and of the processor while its block runs."""

    def __init__(self) -> None:
        self.wall_s = self.cpu_s = 0.0

    def __enter__(self) -> None:
        """Begin."""
        self.wall_s -= time.perf_counter()
        self.cpu_s -= time.process_time()

    def __exit__(self, *error: object) -> None:
        """Stop."""
        self.wall_s += time.perf_counter()
        self.cpu_s += time.process_time()


def id_table(seconds: float) -> dict[str, Any]:
    """Return inserts a second into a growing table, and one lookup of 500 candidates' 16 keys."""
    chance = np.random.default_rng(2)
    keys: Keys = chance.integers(1, 2**63, ROWS, dtype=np.uint64)
    inserting, looking, count = Stopwatch(), Stopwatch(), 0
    table = IdTable()
    while inserting.wall_s < seconds:
        table = IdTable()
        with inserting:
            for start in range(0, ROWS, 65_536):
                table.add(keys[start : start + 65_536])
        count += ROWS
    assert table.count == len(np.unique(keys))
    asked, times = chance.choice(keys, (500, 16)), 200
    for _ in range(times):
        with looking:
            table.find(asked)
    return {
        "inserts_per_s": round(count / inserting.wall_s),
        "inserts_per_cpu_s": round(count / inserting.cpu_s),
        "lookup_500x16_ms": round(looking.wall_s / times * 1000, 3),
    }


def memory(seconds: float) -> dict[str, Any]:
    """Return what a ranker holds with a million rows of 16 numbers and steps under way."""
    del seconds
    chance = np.random.default_rng(3)
    learner, crowd = Learner(Shape(), 1), Crowd(chance)
    learner.learn_items(items(chance), START_US // DAY_US)
    keys = chance.integers(1, 2**63, ROWS, dtype=np.uint64)
    for start in range(0, ROWS, 8_192):
        for _ in range(learner.shape.admitted_after):
            learner.rows.see(keys[start : start + 8_192], 19_000)
    everybody = np.arange(1, VIEWERS + 1, dtype=np.int64)
    for each in (8, 1, 16):
        for _ in range(20):
            showings, labels = crowd.showings(chance.choice(everybody, 128 // each), each)
            learner.sit_down(showings)
            learner.learn(learner.prepare(showings), labels, 19_000)
            learner.remember(showings, labels)
    heap.give_back()
    return {"rows": len(learner.rows), "programs": len(PROGRAMS), "rss_mb": rss_mb()}


def month(seconds: float) -> dict[str, Any]:
    """Return memory by day over thirty days; each brings 1,000 new viewers, a week is kept."""
    del seconds
    chance = np.random.default_rng(4)
    learner, crowd = Learner(replace(Shape(layers=0), kept_days=7), 1), Crowd(chance)
    learner.learn_items(items(chance), START_US // DAY_US)
    by_day, rows = [], []
    for day in range(30):
        crowd.now_us = START_US + day * DAY_US
        people = np.arange(1 + day * 1_000, 1 + day * 1_000 + 2_000, dtype=np.int64)
        for start in range(0, len(people), 32):
            showings, labels = crowd.showings(people[start : start + 32], 8)
            learner.sit_down(showings)
            today = crowd.now_us // DAY_US
            learner.learn(learner.prepare(showings), labels, today)
            learner.remember(showings, labels)
        learner.forget(crowd.now_us)
        heap.give_back()
        by_day.append(rss_mb())
        rows.append(len(learner.memory.viewers) + len(learner.memory.pairs) + len(learner.rows))
    return {"rss_mb_by_day": by_day, "rows_by_day": rows}


PARTS: dict[str, Callable[[float], dict[str, Any]]] = {
    "mmoe": lambda seconds: training(Shape(layers=0), 8, seconds),
    "sequence_shared_by_8": lambda seconds: training(Shape(), 8, seconds),
    "sequence_shared_by_16": lambda seconds: training(Shape(), 16, seconds),
    "sequence_unshared": lambda seconds: training(Shape(), 1, seconds),
    "id_table": id_table,
    "memory": memory,
    "month": month,
    "nearest_300k": lambda _: nearest(300_000),
    "nearest_1m": lambda _: nearest(1_000_000),
    "nearest_grown_300k": lambda _: nearest(300_000, begun_with=190_000),
}


def run(name: str, seconds: float) -> dict[str, Any]:
    """Run one part; in a process of its own."""
    return PARTS[name](seconds)


def rss_mb() -> int:
    """Return what this process holds in memory now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--only", choices=list(PARTS), action="append")
    given = parser.parse_args()
    os.environ.update(compiler_settings(Path(tempfile.gettempdir()) / "nightmarket-bench"))
    sys.stdout.flush()
    figures = {}
    for name in given.only or PARTS:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
            figures[name] = alone.submit(run, name, given.seconds).result()
    harness.publish("train", figures)


if __name__ == "__main__":
    main()
