"""Two towers: a vector for every video and one for every viewer, near when one is likely watched.

A video's vector is the sum of its parts' rows (itself, creator, sound, tags, words) and of what its
picture and sound figures add, so a video nobody has seen lies where its parts lie. A viewer's is
made of the vectors of what was lately watched long and of what was skipped, so it moves with every
watch, and no row of the viewer is there to be learned or forgotten.

Learned from long views by softmax over the long-watched videos of late, each corrected by how often
it comes among them (Yi et al. 2019), with gradients by hand and row-wise Adagrad: as fast as a
compiled step would be, and nothing has to be compiled for it.
"""

from dataclasses import dataclass

import numpy as np

from nightmarket.domains.ranking.learner.id_table import NONE, VIEWER, RowNumbers, key
from nightmarket.domains.ranking.learner.memory import Memory
from nightmarket.domains.ranking.learner.parts import described
from nightmarket.domains.ranking.learner.pasts import LIKE, Pasts, latest
from nightmarket.domains.ranking.learner.rows import Field, Rows
from nightmarket.domains.ranking.values.batches import (
    CONTENT,
    TAGS_MAX,
    Big,
    Float,
    Mask,
    Showings,
)
from nightmarket.domains.ranking.values.inputs import PARTS, PLACES

WIDTH = 32
LOOKED_BACK = 32
"""Past showings that a viewer's vector is made of."""
FADING = 0.95
"""Each showing further back counts so much less: the newest thirteen weigh half of all."""
LIKED = 2.0
"""A liked video counts twice."""
ANCHOR = 1.0
"""So much weight of nothing stands beside the past: who watched little stays near everybody."""
LATE_MAX = 768
"""Long-watched videos of late, which a viewer's own are told from."""
RATE, DENSE_RATE = 0.1, 0.05
STRENGTH = 1.0 / 64
"""What one long view weighs in a gradient; matters against `FIRST_SQUARES` only."""
FIRST_SPREAD, FIRST_SQUARES = 0.1, 1e-4
OFTEN_MAX = 0.999
MASKED = np.float32(-1e9)
_SPREAD_SEED = 0x51ED270B
_FIELDS = ((3, 3 + TAGS_MAX), (3 + TAGS_MAX, PARTS))
"""Parts that are taken together: tags, and words."""


@dataclass(frozen=True, slots=True)
class _Videos:
    """Distinct videos, and what their vectors are sums of: `shares` of the rows in `slots`."""

    slots: RowNumbers
    shares: Float
    content: Float
    vectors: Float


@dataclass(frozen=True, slots=True)
class _Slope:
    """Which way a step goes: for the videos' vectors, and for each dense array."""

    videos: Float
    dense: dict[str, Float]

    @property
    def is_finite(self) -> bool:
        return all(bool(np.isfinite(one).all()) for one in (self.videos, *self.dense.values()))


class Towers:
    """Both towers. A fold: the same calls in the same order give the same bits."""

    def __init__(self) -> None:
        chance = np.random.default_rng(_SPREAD_SEED)
        self.rows = Rows(
            {
                "vector": Field((WIDTH,), np.float32),
                "squares": Field((), np.float32, FIRST_SQUARES),
                "is_begun": Field((), np.bool_),
            },
            admitted_after=2,
        )
        self.dense: dict[str, Float] = {
            "long": np.eye(WIDTH, dtype=np.float32),
            "skipped": -0.3 * np.eye(WIDTH, dtype=np.float32),
            "all": _drawn(chance, (1, WIDTH)),
            "place": np.zeros((PLACES, WIDTH), dtype=np.float32),
            "content": _drawn(chance, (CONTENT, WIDTH)),
        }
        self.squares: dict[str, Float] = {
            name: np.full_like(array, FIRST_SQUARES) for name, array in self.dense.items()
        }
        self.late: Big = np.zeros(0, dtype=np.int64)
        self.steps = 0

    def videos(self, memory: Memory, ids: Big) -> Float:
        """Return float32[videos, WIDTH]: where they lie."""
        return self._videos(memory, ids).vectors

    def viewer(self, memory: Memory, viewer_id: int, place: int) -> Float:
        """Return float32[WIDTH]: where a viewer lies, after all that was watched until now."""
        rows = memory.viewers.find(key(VIEWER, np.array([viewer_id], dtype=np.int64)))
        past = latest(memory, rows, LOOKED_BACK)
        known = self.videos(memory, past.ids[0])
        long, skipped = _weights(past, past.are_there)
        dense = self.dense
        found: Float = long[0] @ known @ dense["long"] + skipped[0] @ known @ dense["skipped"]
        found += dense["all"][0] + dense["place"][min(place, PLACES - 1)]
        return found

    def learn(self, memory: Memory, watched: Showings, often: Float, day: int) -> bool:
        """Take one step on showings that were watched long; True: it was kept.

        `memory` stands as it did before them. `often` float32[late]: for each of `late_after`,
        which share of long views is of it. A step that is not finite changes nothing but counts.
        """
        self.late = self.late_after(watched)
        self._see(memory, watched.items, day)
        people = memory.viewers.find(key(VIEWER, watched.viewers))
        past = latest(memory, people, LOOKED_BACK)
        weights = _weights(past, past.are_there & (past.ids != watched.items[:, None]))
        rivals, first = np.unique(self.late, return_index=True)
        distinct = np.unique(np.concatenate([rivals, past.ids.ravel()]))
        videos = self._videos(memory, distinct)
        at = np.searchsorted(distinct, past.ids)
        context = [_spread(at, one, len(distinct)) for one in weights]
        chosen = np.searchsorted(distinct, rivals), np.searchsorted(rivals, watched.items)
        with np.errstate(over="ignore", invalid="ignore"):
            slope = self._slope(videos, context, chosen, watched, often[first])
        self.steps += 1
        if slope.is_finite:
            self._move(videos, slope)
        return slope.is_finite

    def late_after(self, watched: Showings) -> Big:
        """Return the long-watched videos of late once these are among them, oldest first."""
        return np.concatenate([self.late, watched.items])[-LATE_MAX:]

    def forget(self, day: int) -> int:
        """Drop rows nobody met since `day`; returns how many."""
        return self.rows.forget_before(day)

    def _slope(
        self,
        videos: _Videos,
        context: list[Float],
        chosen: tuple[Big, Big],
        watched: Showings,
        often: Float,
    ) -> _Slope:
        """Return the slope of the loss.

        `context`: float32[showings, videos] for what was watched long and skipped. `chosen`: where
        the rivals stand among the videos, and where each showing's own stands among the rivals.
        """
        dense, (rivals, own) = self.dense, chosen
        places = np.minimum(watched.places, PLACES - 1)
        long, skipped = (one @ videos.vectors for one in context)
        viewers = long @ dense["long"] + skipped @ dense["skipped"]
        viewers += dense["all"] + dense["place"][places]
        against = videos.vectors[rivals]
        among = -np.expm1(len(self.late) * np.log1p(-np.minimum(often, OFTEN_MAX)))
        scores = viewers @ against.T - np.log(np.maximum(among, 1e-9)).astype(np.float32)
        scores[_is_own_too(watched.viewers, own, len(rivals))] = MASKED
        share = np.exp(scores - scores.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        share[np.arange(len(own)), own] -= 1.0
        share *= STRENGTH
        by_viewer = share @ against
        by_video = np.zeros_like(videos.vectors)
        by_video[rivals] = share.T @ viewers
        by_video += context[0].T @ (by_viewer @ dense["long"].T)
        by_video += context[1].T @ (by_viewer @ dense["skipped"].T)
        by_place = np.zeros_like(dense["place"])
        np.add.at(by_place, places, by_viewer)
        return _Slope(
            by_video,
            {
                "long": long.T @ by_viewer,
                "skipped": skipped.T @ by_viewer,
                "all": by_viewer.sum(axis=0, keepdims=True),
                "place": by_place,
                "content": videos.content.T @ by_video,
            },
        )

    def _move(self, videos: _Videos, slope: _Slope) -> None:
        for name, push in slope.dense.items():
            self.squares[name] += push * push
            self.dense[name] -= DENSE_RATE * push / np.sqrt(self.squares[name])
        at, column = np.nonzero(videos.slots != NONE)
        slots = videos.slots[at, column]
        order = np.argsort(slots, kind="stable")
        starts = np.flatnonzero(np.diff(slots[order], prepend=NONE))
        if not len(starts):
            return
        pushes = slope.videos[at[order]] * videos.shares[at, column][order, None]
        push = np.add.reduceat(pushes, starts, axis=0)
        rows = slots[order][starts]
        self.rows["squares"][rows] += (push * push).mean(axis=1)
        self.rows["vector"][rows] -= RATE * push / np.sqrt(self.rows["squares"][rows])[:, None]

    def _see(self, memory: Memory, ids: Big, day: int) -> None:
        """Give rows to the parts of these videos that come often enough, drawn by the step."""
        keys, _ = described(memory, ids)
        rows = np.unique(self.rows.see(keys.ravel(), day))
        new = rows[~self.rows["is_begun"][rows] & (rows != NONE)]
        if len(new):
            chance = np.random.default_rng([_SPREAD_SEED, self.steps])
            self.rows["vector"][new] = _drawn(chance, (len(new), WIDTH))
            self.rows["is_begun"][new] = True

    def _videos(self, memory: Memory, ids: Big) -> _Videos:
        keys, content = described(memory, ids)
        slots = self.rows.find(keys)
        is_known = slots != NONE
        shares = is_known.astype(np.float32)
        for start, end in _FIELDS:
            shares[:, start:end] /= np.maximum(1, is_known[:, start:end].sum(axis=1))[:, None]
        at, column = np.nonzero(is_known)
        vectors = content @ self.dense["content"]
        parts = self.rows["vector"][slots[at, column]] * shares[at, column][:, None]
        starts = np.flatnonzero(np.diff(at, prepend=-1))
        if len(starts):
            vectors[at[starts]] += np.add.reduceat(parts, starts, axis=0)
        return _Videos(slots, shares, content, vectors)


def _weights(past: Pasts, are_counted: Mask) -> tuple[Float, Float]:
    """Return what each past showing weighs as watched long and as skipped, newest most."""
    fading = FADING ** np.arange(past.ids.shape[1])
    liked = np.where((past.acts & LIKE) > 0, LIKED, 1.0)
    long = np.where(past.are_long & are_counted, fading * liked, 0.0)
    skipped = np.where((past.acts == 0) & are_counted, fading, 0.0)
    return _shared(long), _shared(skipped)


def _shared(weights: Float) -> Float:
    shares: Float = (weights / (weights.sum(axis=1, keepdims=True) + ANCHOR)).astype(np.float32)
    return shares


def _spread(at: Big, weights: Float, count: int) -> Float:
    """Return float32[showings, videos] from places of past showings and what they weigh."""
    rows = np.arange(len(at))[:, None] * count + at
    flat = np.bincount(rows.ravel(), weights=weights.ravel(), minlength=len(at) * count)
    return flat.reshape(len(at), count).astype(np.float32)


def _is_own_too(viewers: Big, own: Big, rivals: int) -> Mask:
    """Return bool[showings, rivals]: what the same viewer watched long as well is no rival."""
    found = np.zeros((len(own), rivals), dtype=np.bool_)
    one, other = np.nonzero(viewers[:, None] == viewers)
    found[one, own[other]] = True
    found[np.arange(len(own)), own] = False
    return found


def _drawn(chance: np.random.Generator, shape: tuple[int, ...]) -> Float:
    drawn: Float = (chance.normal(size=shape) * FIRST_SPREAD).astype(np.float32)
    return drawn
