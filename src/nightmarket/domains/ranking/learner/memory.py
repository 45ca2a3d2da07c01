"""What the ranker remembers of videos, viewers and their meetings: counts, no weights. A fold."""

from dataclasses import dataclass

import numpy as np

from nightmarket.domains.ranking.learner.id_table import VIEWER, Keys, key, pair
from nightmarket.domains.ranking.learner.rows import Field, Rows
from nightmarket.domains.ranking.rules.rates import (
    ITEM_PRIOR,
    VIEWER_PRIOR,
    fading,
    leaning,
    log_ratio,
)
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.batches import (
    CONTENT,
    TAGS_MAX,
    WORDS_MAX,
    Big,
    Float,
    Items,
    Labels,
    Mask,
    Showings,
    Small,
)
from nightmarket.domains.ranking.values.inputs import ACTS, FIGURES, OWN, PLACES

DAY_US = 86_400_000_000
ITEM, CREATOR, SOUND, TAG, WORD = range(1, 6)
BY_CREATOR, BY_SOUND, BY_TAG = 10, 20, 30
"""Kinds of keys."""
LIKED_LATER = 0.5
FIRST_RATE, FIRST_SHOWINGS = 0.05, 2.0
"""What every head's rate is taken for before a place has seen anything, and how firmly."""
PINNED_UNTIL = 2.0
"""A viewer's own rates are taken anew when so many times the showings are behind them."""
RECENT = (heads.LONG_VIEW, heads.LIKE)
OTHER_ACTS = [heads.index(code) for code in ("comment", "share", "follow", "save", "purchase")]
EXPECTED_MIN, EXPECTED_MAX = 0.02, 0.98
H = heads.COUNT


@dataclass(frozen=True, slots=True)
class Known:
    """Rows of the showings' videos and viewers; 0: nothing known of it."""

    videos: Small
    viewers: Small


class Memory:
    """Counts by place, video, viewer, and pair of viewer and creator, sound or tag."""

    def __init__(self, past: int) -> None:
        self.past = past
        self.places = np.zeros((PLACES, 2, H), dtype=np.float64)
        self.places[:, 0] = FIRST_SHOWINGS
        self.places[:, 1] = FIRST_SHOWINGS * FIRST_RATE
        self.videos = Rows(
            {
                "id": Field((), np.int64),
                "creator": Field((), np.int64),
                "sound": Field((), np.int64),
                "tags": Field((TAGS_MAX,), np.int64),
                "words": Field((WORDS_MAX,), np.int64),
                "duration_ms": Field((), np.int64),
                "published_us": Field((), np.int64),
                "content": Field((CONTENT,), np.float32),
                "shown": Field((), np.float32),
                "happened": Field((H,), np.float32),
                "expected": Field((H,), np.float32),
                "recent": Field((2, len(RECENT)), np.float32),
                "recent_us": Field((), np.int64),
            }
        )
        self.viewers = Rows(
            {
                "shown": Field((), np.float32),
                "happened": Field((H,), np.float32),
                "expected": Field((H,), np.float32),
                "sitting": Field((), np.int64, -1),
                "own": Field((OWN,), np.float32),
                "own_shown": Field((), np.float32),
                "past_items": Field((past,), np.int64),
                "past_acts": Field((past,), np.int8),
                "past_at_us": Field((past,), np.int64),
                "past_count": Field((), np.int64),
            }
        )
        self.pairs = Rows({"sums": Field((2,), np.float32)})

    def learn_items(self, items: Items, day: int) -> None:
        """Take in videos, or what changed of them."""
        rows = self.videos.see(key(ITEM, items.ids), day)
        for name, column in (
            ("id", items.ids),
            ("creator", items.creators),
            ("sound", items.sounds),
            ("tags", items.tags),
            ("words", items.words),
            ("duration_ms", items.durations_ms),
            ("published_us", items.published_us),
            ("content", items.content),
        ):
            self.videos[name][rows] = column

    def forget(self, viewer_keys: Keys) -> int:
        """Lose everything about these viewers; returns how many were known.

        What pairs of them and others hold cannot be reached without their ids, and ages out.
        """
        rows = self.viewers.find(viewer_keys)
        rows = rows[rows != 0]
        for name, field in self.viewers.fields.items():
            self.viewers[name][rows] = field.fresh
        self.viewers.touch(rows)
        return len(rows)

    def find(self, showings: Showings) -> Known:
        """Return the rows of videos and viewers."""
        return Known(
            self.videos.find(key(ITEM, showings.items)),
            self.viewers.find(key(VIEWER, showings.viewers)),
        )

    def sit_down(self, showings: Showings) -> Small:
        """Pin the own rates of viewers who begin a sitting; returns the viewers' rows.

        They stay for the sitting, and for as long as what is known of the viewer has not doubled.
        Rates that move with every act say of later showings the opposite of what came of earlier
        ones, only because both add up to the same viewer: the scores then order all viewers better
        and each viewer's own showings worse.
        """
        day = int(showings.at_us.max(initial=0)) // DAY_US
        rows = self.viewers.see(key(VIEWER, showings.viewers), day)
        is_new = self.viewers["sitting"][rows] != showings.sittings
        fresh, first = np.unique(rows[is_new], return_index=True)
        self.viewers["sitting"][fresh] = showings.sittings[is_new][first]
        shown = self.viewers["shown"][fresh]
        outgrown = fresh[shown >= PINNED_UNTIL * self.viewers["own_shown"][fresh]]
        self.viewers["own"][outgrown] = self._own_rates(outgrown)
        self.viewers["own_shown"][outgrown] = self.viewers["shown"][outgrown]
        return rows

    def bias(self, showings: Showings, known: Known) -> Float:
        """Return float32[showings, BIAS]: the viewer's own rates as pinned, and the place's."""
        rows = known.viewers
        own: Float = self.viewers["own"][rows]
        seen = self.places[np.minimum(showings.places, PLACES - 1)]
        rates = seen[:, 1] / seen[:, 0]
        return np.concatenate([own, np.log(rates / (1.0 - rates)).astype(np.float32)], axis=1)

    def figures(self, showings: Showings, known: Known) -> Float:
        """Return float32[showings, FIGURES] of the videos as they stand for these viewers."""
        videos, rows = self.videos, known.videos
        found = np.empty((len(showings), len(FIGURES)), dtype=np.float32)
        found[:, :H] = log_ratio(videos["happened"][rows], videos["expected"][rows], ITEM_PRIOR)
        elapsed = (showings.at_us - videos["recent_us"][rows]) / DAY_US
        left = fading(elapsed.astype(np.float32))[:, None, None] * videos["recent"][rows]
        found[:, H : H + 2] = log_ratio(left[:, 0], left[:, 1], ITEM_PRIOR)
        found[:, H + 2] = np.log1p(videos["shown"][rows]) / 5.0
        length = np.log(np.maximum(1000, videos["duration_ms"][rows]) / 1000.0) - 2.5
        found[:, H + 3], found[:, H + 4] = length, length * length / 2.0
        age_days = (showings.at_us - videos["published_us"][rows]) / DAY_US
        found[:, H + 5] = fading(age_days.astype(np.float32), 1.5)
        found[:, H + 6] = self._leaning(BY_CREATOR, showings.viewers, videos["creator"][rows])
        found[:, H + 7] = self._leaning(BY_SOUND, showings.viewers, videos["sound"][rows])
        tags = videos["tags"][rows]
        viewers = np.repeat(showings.viewers[:, None], TAGS_MAX, axis=1)
        by_tag = self._leaning(BY_TAG, viewers, tags).sum(axis=1)
        found[:, H + 8] = by_tag / np.maximum(1, np.count_nonzero(tags, axis=1))
        found[:, H + 9] = 1.0
        assert np.isfinite(found).all()
        return found

    def remember(self, showings: Showings, labels: Labels, deeds: Small | None = None) -> None:
        """Count what came of showings. Oldest first; labels that are not certain do not count.

        A showing is part of its viewer's past once its long view is certain. `deeds`: the bits of
        everything the viewer did with it so far; None: what the labels say.
        """
        day = int(showings.at_us.max(initial=0)) // DAY_US
        rows = self.videos.see(key(ITEM, showings.items), day)
        people = self.viewers.see(key(VIEWER, showings.viewers), day)
        places = np.minimum(showings.places, PLACES - 1)
        known = labels.known.astype(np.float32)
        happened = labels.values * known
        rates = self.places[places, 1] / self.places[places, 0]
        expected = (rates * known).astype(np.float32)
        surprise = self._surprise(Known(rows, people), labels, rates)
        np.add.at(self.places[:, 0], places, known)
        np.add.at(self.places[:, 1], places, happened)
        for table, at in ((self.videos, rows), (self.viewers, people)):
            np.add.at(table["shown"], at, known[:, heads.LONG_VIEW])
            np.add.at(table["happened"], at, happened)
            np.add.at(table["expected"], at, expected)
        self._remember_recent(rows, showings.at_us, happened, expected)
        counted = known[:, heads.LONG_VIEW]
        self._remember_pairs(showings.viewers, rows, np.stack([surprise, counted], axis=1), day)
        is_watched = labels.known[:, heads.LONG_VIEW]
        done = (acts(labels) if deeds is None else deeds)[is_watched]
        self._remember_past(people[is_watched], showings.take(np.flatnonzero(is_watched)), done)

    def _own_rates(self, rows: Small) -> Float:
        viewers = self.viewers
        found = np.empty((len(rows), OWN), dtype=np.float32)
        found[:, :H] = log_ratio(viewers["happened"][rows], viewers["expected"][rows], VIEWER_PRIOR)
        found[:, H] = np.log1p(viewers["shown"][rows]) / 3.0
        return found

    def _leaning(self, kind: int, viewers: Big, others: Big) -> Float:
        sums = self.pairs["sums"][self.pairs.find(pair(kind, viewers, others))]
        return leaning(sums[..., 0], sums[..., 1])

    def _surprise(self, known: Known, labels: Labels, rates: Float) -> Float:
        """Return how much better each was received than by this viewer and of this video expected.

        float32[showings], -1..1; what was liked after its watching was over adds a half. The
        viewer's own rates are taken out, else a generous viewer would lean towards everything.
        """
        head, videos = heads.LONG_VIEW, self.videos
        happened = videos["happened"][known.videos, head]
        lift = log_ratio(happened, videos["expected"][known.videos, head], ITEM_PRIOR)
        lift += self.viewers["own"][known.viewers, head]
        expected = np.clip(rates[:, head] * np.exp(lift), EXPECTED_MIN, EXPECTED_MAX)
        is_liked = labels.values[:, heads.LIKE] * labels.known[:, heads.LIKE]
        received = np.maximum(labels.values[:, head], is_liked)
        surprise = np.where(labels.known[:, head], received - expected, LIKED_LATER * is_liked)
        return surprise.astype(np.float32)

    def _remember_recent(self, rows: Small, at_us: Big, happened: Float, expected: Float) -> None:
        videos = self.videos
        distinct = np.unique(rows)
        latest = np.zeros(len(videos["recent_us"]), dtype=np.int64)
        np.maximum.at(latest, rows, at_us)
        elapsed = (latest[distinct] - videos["recent_us"][distinct]) / DAY_US
        videos["recent"][distinct] *= fading(elapsed.astype(np.float32))[:, None, None]
        videos["recent_us"][distinct] = np.maximum(latest[distinct], videos["recent_us"][distinct])
        both = np.stack([happened[:, RECENT], expected[:, RECENT]], axis=1)
        np.add.at(videos["recent"], rows, both)

    def _remember_pairs(self, viewers: Big, rows: Small, surprises: Float, day: int) -> None:
        videos = self.videos
        many = np.repeat(viewers[:, None], TAGS_MAX, axis=1)
        for kind, people, others in (
            (BY_CREATOR, viewers, videos["creator"][rows]),
            (BY_SOUND, viewers, videos["sound"][rows]),
            (BY_TAG, many, videos["tags"][rows]),
        ):
            keys = pair(kind, people, others)
            parts = keys.size // max(1, len(rows))
            at = self.pairs.see(keys.ravel(), day)
            np.add.at(self.pairs["sums"], at, np.repeat(surprises, parts, axis=0))
        self.pairs["sums"][0] = 0.0

    def _remember_past(self, people: Small, showings: Showings, done: Small) -> None:
        viewers = self.viewers
        order = np.argsort(people, kind="stable")
        sorted_people = people[order]
        starts = np.flatnonzero(np.diff(sorted_people, prepend=-1))
        counts = np.diff(np.append(starts, len(sorted_people)))
        within = np.arange(len(sorted_people)) - np.repeat(starts, counts)
        places = (viewers["past_count"][sorted_people] + within) % self.past
        viewers["past_items"][sorted_people, places] = showings.items[order]
        viewers["past_at_us"][sorted_people, places] = showings.at_us[order]
        viewers["past_acts"][sorted_people, places] = done[order]
        viewers["past_count"][sorted_people[starts]] += counts


def bits(long_view: Mask, liked: Mask, other: Mask) -> Small:
    """Return int32[showings]: what a viewer did, as `ACTS` numbers it."""
    found = (long_view + 2 * liked.astype(np.int32) + 4 * other.astype(np.int32)).astype(np.int32)
    assert found.max(initial=0) < ACTS
    return found


def acts(labels: Labels) -> Small:
    """Return int32[showings]: the bits of the labels that are certain and positive."""
    is_done = (labels.values > 0) & labels.known
    other = np.any(is_done[:, OTHER_ACTS], axis=1)
    return bits(is_done[:, heads.LONG_VIEW], is_done[:, heads.LIKE], np.asarray(other))
