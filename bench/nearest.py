"""The best 300 of very many videos: what the lists find of them, what a question takes, memory.

    nightmarket bench train --only nearest_1m

Towers learn a made world (creators with two hashtags each, viewers with four, everything as
frequent as Zipf says, pictures that are half their hashtag's and half chance), so vectors and
questions are of the towers' kind. Asked is after a start, which lists all at once, and after as
many turns as renew everything twice while learning goes on. `grown_300k` begins below the limit,
and is asked now and then while it is passed. Exact is the product with all vectors of that moment.
"""

import time
from typing import Any

import numpy as np

from nightmarket.domains.ranking.learner.memory import DAY_US, Memory
from nightmarket.domains.ranking.learner.retrieval import Retrieval
from nightmarket.domains.ranking.learner.scan import RENEWED_AT_ONCE, SCANNED_MAX, Scan
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.batches import (
    CONTENT,
    TAGS_MAX,
    WORDS_MAX,
    Big,
    Float,
    Items,
    Labels,
    Showings,
)

TAGS, VIEWERS, OF_A_CREATOR, SOUNDS, WORDS = 1_000, 4_000, 25, 20_000, 5_000
WANTED, ASKED, STEPS, PUBLISHED_AT_ONCE = 300, 200, 1_500, 2_000
START_US = 1_700_000_000_000_000
NOBODY: Big = np.zeros(0, dtype=np.int64)


class Market:
    """A memory and towers that learn what made viewers watch long."""

    def __init__(self, videos: int) -> None:
        self.chance = np.random.default_rng(5)
        self.items = _items(self.chance, videos)
        self.tastes = _frequent(self.chance, TAGS, (VIEWERS + 1, 4))
        self.memory, self.retrieval = Memory(100), Retrieval()
        self._now_us = START_US
        order = np.argsort(self.items.tags[:, 0], kind="stable")
        starts = np.searchsorted(self.items.tags[order, 0], np.arange(1, TAGS + 1))
        self._of_tag = np.split(order, starts[1:])

    def publish(self, start: int, end: int) -> None:
        """Let the memory hear of these videos."""
        for at in range(start, end, 5_000):
            part = slice(at, min(end, at + 5_000))
            fields = self.items.__dataclass_fields__
            self.memory.learn_items(
                Items(**{name: getattr(self.items, name)[part] for name in fields}), 1
            )

    def watch(self, known: int) -> None:
        """Show 32 viewers eight of the first so many videos each, and learn from it."""
        self._now_us += 2_000_000
        viewers = np.repeat(self.chance.choice(VIEWERS, 32, replace=False) + 1, 8).astype(np.int64)
        tags = self.tastes[viewers, self.chance.integers(0, 4, len(viewers))]
        luck = self.chance.random(len(viewers)) ** 3  # Some videos of a tag are seen more often.
        own = [self._of_tag[tag - 1] for tag in tags]
        liked = np.array(
            [at[int(len(at) * one)] if len(at) else 0 for at, one in zip(own, luck, strict=True)]
        )
        at = np.where(
            (self.chance.random(len(viewers)) < 0.6) & (liked < known),
            liked,
            self.chance.integers(0, known, len(viewers)),
        )
        fits = (self.items.tags[at][:, :, None] == self.tastes[viewers][:, None]).any(axis=(1, 2))
        values = np.zeros((len(viewers), heads.COUNT), dtype=np.float32)
        is_long = self.chance.random(len(viewers)) < np.where(fits, 0.6, 0.1)
        values[:, heads.LONG_VIEW] = is_long
        showings = Showings(
            viewers=viewers,
            items=self.items.ids[at],
            pages=viewers,
            sittings=viewers * 1_000 + self._now_us // 3_600_000_000,
            places=np.zeros(len(viewers), dtype=np.int32),
            at_us=self._now_us + np.arange(len(viewers)),
        )
        labels = Labels(values, np.ones_like(values, dtype=np.bool_))
        self.memory.sit_down(showings)
        watched = self.retrieval.learn(self.memory, showings, labels, START_US // DAY_US)
        self.memory.remember(showings, labels)
        self.retrieval.remember(self.memory, watched)

    def viewers(self) -> list[Float]:
        """Return where those who are asked for lie."""
        towers = self.retrieval.towers
        return [towers.viewer(self.memory, viewer, 0) for viewer in range(1, ASKED + 1)]


def nearest(videos: int, begun_with: int | None = None) -> dict[str, Any]:
    """Return recall, processor time of questions and turns, and memory, over so many videos.

    `begun_with`: videos there at the start; the others are published while learning goes on.
    """
    market, first = Market(videos), begun_with or videos
    market.publish(0, first)
    for _ in range(STEPS):
        market.watch(first)
    scan, watch = Scan(), Stopwatch()
    with watch:
        scan.renew(market.retrieval.towers, market.memory, first)
    found: dict[str, Any] = {"videos": videos, "start_s": round(watch.times_ms[0] / 1000, 1)}
    found["at_start"] = asked(scan, market.viewers())
    turns, known, least = Stopwatch(), first, 1.0
    for number in range(2 * videos // RENEWED_AT_ONCE):
        if number % 8 == 0 and known < videos:
            market.publish(known, known + PUBLISHED_AT_ONCE)
            known = min(videos, known + PUBLISHED_AT_ONCE)
            scan.stale()
        if number % 4 == 0:
            market.watch(known)
        with turns:
            scan.renew(market.retrieval.towers, market.memory, RENEWED_AT_ONCE)
        if begun_with and number % 100 == 0:
            least = min(least, asked(scan, market.viewers())["recall"]["mean"])
    return {
        **found,
        **({"least_while_it_grew": least} if begun_with else {}),
        "learned_on": asked(scan, market.viewers()),
        "lists": len(scan.shelves),
        "vectors_mb": sum(shelf.size_bytes for shelf in scan.shelves) >> 20,
        "turn_ms": turns.spread(),
    }


def asked(scan: Scan, viewers: list[Float]) -> dict[str, Any]:
    """Return what of the best by all products is found, and what a question takes beside them."""
    ids, vectors = scan.ids, scan.vectors
    by_scan, by_some, by_all, shares = Stopwatch(), Stopwatch(), Stopwatch(), []
    for viewer in viewers:
        with by_all:
            best = ids[_best(vectors, viewer)]
        with by_some:
            _best(vectors[:SCANNED_MAX], viewer)
        with by_scan:
            found, _ = scan.nearest(viewer, WANTED, NOBODY)
        shares.append(float(np.isin(best, found).mean()))
    return {
        "recall": {
            "mean": round(float(np.mean(shares)), 4),
            "p5": round(float(np.percentile(shares, 5)), 3),
            "least": round(min(shares), 3),
        },
        "question_ms": by_scan.spread(),
        f"exact_{SCANNED_MAX}_ms": by_some.spread(),
        "exact_ms": by_all.spread(),
    }


class Stopwatch:
    """Keeps the processor's time of each block."""

    def __init__(self) -> None:
        self.times_ms: list[float] = []

    def __enter__(self) -> None:
        """Begin."""
        self._begun_s = time.process_time()

    def __exit__(self, *error: object) -> None:
        """Stop."""
        self.times_ms.append((time.process_time() - self._begun_s) * 1000)

    def spread(self) -> dict[str, float]:
        """Return the median, the worst but one in a hundred, and the worst."""
        names = {"p50": 50, "p99": 99, "worst": 100}
        return {
            name: round(float(np.percentile(self.times_ms, at)), 2) for name, at in names.items()
        }


def _best(vectors: Float, viewer: Float) -> Big:
    scores = vectors @ viewer
    found: Big = np.argpartition(scores, -WANTED)[-WANTED:]
    return found


def _items(chance: np.random.Generator, count: int) -> Items:
    creators = chance.integers(1, count // OF_A_CREATOR + 1, count)
    homes = _frequent(chance, TAGS, (count // OF_A_CREATOR + 1, 2))
    tags = np.zeros((count, TAGS_MAX), dtype=np.int64)
    tags[:, 0] = homes[creators, chance.integers(0, 2, count)]
    tags[:, 1] = homes[creators, 1] * (chance.random(count) < 0.5)
    tags[:, 2] = _frequent(chance, TAGS, (count,)) * (chance.random(count) < 0.5)
    of_tag = tags[:, :1] * 20 + chance.integers(0, 20, (count, WORDS_MAX))
    of_all = 100_000 + _frequent(chance, WORDS, (count, WORDS_MAX))
    looks = chance.normal(size=(TAGS + 1, CONTENT))[tags[:, 0]]
    return Items(
        ids=np.arange(1, count + 1, dtype=np.int64),
        creators=creators,
        sounds=_frequent(chance, SOUNDS, (count,)),
        tags=tags,
        words=np.where(chance.random((count, WORDS_MAX)) < 0.5, of_tag, of_all),
        durations_ms=np.full(count, 12_000, dtype=np.int64),
        published_us=np.full(count, START_US, dtype=np.int64),
        content=(0.7 * looks + 0.7 * chance.normal(size=looks.shape)).astype(np.float32),
    )


def _frequent(chance: np.random.Generator, most: int, shape: tuple[int, ...]) -> Big:
    """Return numbers 1..most, low ones more often (Zipf's 0.8)."""
    shares = 1.0 / np.arange(1, most + 1) ** 0.8
    drawn: Big = 1 + chance.choice(most, shape, p=shares / shares.sum())
    return drawn
