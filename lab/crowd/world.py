"""The simulated world: people with known tastes, makers with known quality, and what people do."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
BEGIN_US = 1_772_323_200_000_000
"""Midnight of the first day, an arbitrary Sunday."""
DURATION_MS = 10_000


@dataclass(frozen=True, slots=True)
class Crowd:
    """The size and nature of the world, with reasons; written down before anything ran in it.

    One slot in ten is enough to show each of 40 uploads 20 times when 400 people see 24 videos a
    day, and only just; nobody sees more than 24 of a day's 40.

    `taste_spread`: Dirichlet; 0.3 gives most people two or three topics of eight. `sigma`: of
    quality, as in the race. `usual`: long-view rate of an ordinary video for somebody whose taste
    is spread evenly. `likes`: of long views, as KuaiRand's order of magnitude. `returns`,
    `contents`: tomorrow's chance to come back is a logistic curve of how many of the shown videos
    were watched long lately; at the usual rate about 84 %, each tenth more adds a point of logit.
    """

    people: int = 400
    makers: int = 60
    uploads_a_day: int = 40
    topics: int = 8
    pages_a_day: int = 3
    page: int = 8
    taste_spread: float = 0.3
    sigma: float = 0.45
    usual: float = 0.15
    likes: float = 0.12
    returns: float = 0.15
    contents: float = 10.0


class World:
    """Tastes, uploads and watching, all of one seed; the product never sees the truth."""

    def __init__(self, crowd: Crowd, seed: int, days: int) -> None:
        chance = np.random.default_rng([seed, 11])
        count = crowd.uploads_a_day * days
        self.crowd = crowd
        self.tastes: Floats = chance.dirichlet(
            np.full(crowd.topics, crowd.taste_spread), crowd.people
        )
        self.topic = chance.integers(0, crowd.topics, count)
        self.maker = chance.integers(0, crowd.makers, count)
        self.quality: Floats = np.exp(crowd.sigma * chance.standard_normal(count))
        self.published_us = BEGIN_US + np.sort(chance.integers(0, days * DAY_US, count))
        self.opens_at = chance.uniform(0, 24, crowd.people)
        """The hour of the day at which each person opens the app."""
        self.content = np.full(crowd.people, crowd.usual)
        """How many of the videos shown lately each watched long."""
        self._chance = np.random.default_rng([seed, 12])

    def watches(self, person: int, uploads: NDArray[np.int64]) -> tuple[list[int], list[bool]]:
        """Return for how many milliseconds a person watches each, and which they like.

        The draws are one stream: the same pages in the same order give the same answers.
        """
        fit = self.tastes[person, self.topic[uploads]] * self.crowd.topics
        chance = np.clip(self.crowd.usual * self.quality[uploads] * (0.4 + 0.6 * fit), 0.01, 0.95)
        draws = self._chance.random((3, len(uploads)))
        is_long = draws[0] < chance
        short_ms = 400 + draws[1] * 7_000
        watch_ms = np.where(is_long, DURATION_MS, short_ms).astype(np.int64)
        is_liked = is_long & (draws[2] < self.crowd.likes)
        share = float(is_long.mean()) if len(uploads) else 0.0
        self.content[person] += 0.3 * (share - self.content[person])
        return watch_ms.tolist(), is_liked.tolist()

    def comes_back(self) -> NDArray[np.bool_]:
        """Return who opens the app tomorrow, by how content they are."""
        logit = np.log(0.84 / 0.16) + self.crowd.contents * (self.content - self.crowd.returns)
        came: NDArray[np.bool_] = self._chance.random(len(logit)) < 1 / (1 + np.exp(-logit))
        return came
