"""Builds small worlds for the ranker: videos of a few kinds and viewers with one taste each."""

from dataclasses import dataclass

import numpy as np

from nightmarket.domains.ranking.learner.learner import Learner
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

HOUR_US = 3_600_000_000
START_US = 1_700_000_000_000_000
SMALL = Shape(
    width=16,
    layers=1,
    attention_heads=2,
    past=16,
    row=8,
    experts=2,
    expert_width=16,
    dense_rate=5e-3,
)
KINDS = 4


def items(count: int) -> Items:
    """Return videos 1..count; the kind of each is its tag, and nothing else tells."""
    ids = np.arange(1, count + 1, dtype=np.int64)
    tags = np.zeros((count, TAGS_MAX), dtype=np.int64)
    tags[:, 0] = 1 + ids % KINDS
    return Items(
        ids=ids,
        creators=1 + ids // 3,
        sounds=np.zeros(count, dtype=np.int64),
        tags=tags,
        words=np.zeros((count, WORDS_MAX), dtype=np.int64),
        durations_ms=np.full(count, 12_000, dtype=np.int64),
        published_us=np.full(count, START_US - HOUR_US, dtype=np.int64),
        content=np.zeros((count, CONTENT), dtype=np.float32),
    )


@dataclass(slots=True)
class World:
    """Viewer v likes the videos whose kind is v % KINDS, and says so nine times of ten."""

    chance: np.random.Generator
    videos: int = 60
    now_us: int = START_US
    page: int = 0

    def showings(self, viewers: Big, items: Big) -> Showings:
        """Show each viewer a video, a minute after the last ones; every call is one page."""
        self.now_us += HOUR_US // 60
        self.page += 1
        count = len(viewers)
        return Showings(
            viewers=viewers,
            items=items,
            pages=viewers * 1000 + self.page,
            sittings=viewers * 1000 + self.now_us // HOUR_US,
            places=np.zeros(count, dtype=np.int32),
            at_us=np.full(count, self.now_us, dtype=np.int64),
        )

    def labels(self, showings: Showings) -> Labels:
        """Return what comes of showings."""
        likes = showings.viewers % KINDS == showings.items % KINDS
        luck = self.chance.random(len(showings)) < 0.9
        values = np.zeros((len(showings), heads.COUNT), dtype=np.float32)
        values[:, heads.LONG_VIEW] = likes == luck
        return Labels(values, np.ones_like(values, dtype=np.bool_))

    def batch(self, people: int = 16, each: int = 16) -> tuple[Showings, Labels]:
        """Return a page for each of some viewers, and what came of it."""
        viewers = np.repeat(np.arange(1, people + 1, dtype=np.int64), each)
        items = self.chance.integers(1, self.videos + 1, len(viewers), dtype=np.int64)
        showings = self.showings(viewers, items)
        return showings, self.labels(showings)


def learner(shape: Shape = SMALL, seed: int = 3, videos: int = 60) -> Learner:
    """Return a learner that knows the videos and nothing else."""
    made = Learner(shape, seed)
    made.learn_items(items(videos), START_US // (24 * HOUR_US))
    return made


def teach(student: Learner, world: World, batches: int) -> None:
    """Show, learn and remember so many batches."""
    for _ in range(batches):
        showings, labels = world.batch()
        student.sit_down(showings)
        day = int(showings.at_us[-1]) // (24 * HOUR_US)
        student.learn(student.prepare(showings), labels, day)
        student.remember(showings, labels)
