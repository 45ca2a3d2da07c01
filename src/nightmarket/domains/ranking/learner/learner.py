"""The learner: scores showings, learns from their labels, and is the same after every replay."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from nightmarket.domains.ranking.learner import batching, id_fields, network, optimiser
from nightmarket.domains.ranking.learner.gather import gather
from nightmarket.domains.ranking.learner.id_table import RowNumbers
from nightmarket.domains.ranking.learner.memory import DAY_US, Memory
from nightmarket.domains.ranking.learner.programs import PROGRAMS, SCORE, STEP
from nightmarket.domains.ranking.learner.rows import Field, Rows
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.batches import Float, Items, Labels, Showings, Small
from nightmarket.domains.ranking.values.inputs import Inputs
from nightmarket.domains.ranking.values.shape import Shape

FIRST_SPREAD = 0.02
FIRST_SQUARES = 1e-4
_SPREAD_SEED = 0x9E3779B9
Aside: TypeAlias = Callable[[], AbstractContextManager[None]]
"""What surrounds the compiling and running of a step's program: nothing learned is touched,
so another thread may ask for scores meanwhile."""
_BESIDE = ThreadPoolExecutor(1, "scoring")
"""The other half of a page is scored here; the programs do not hold the interpreter."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What a step did. `losses` float32[heads]; `is_kept` False: it was not finite, and undone."""

    count: int
    losses: Float
    is_kept: bool


class Learner:
    """All that is learned: memory, id rows and dense weights. Not safe for two threads at once.

    A fold: the same calls in the same order give the same state, bit for bit, on one machine.
    """

    def __init__(self, shape: Shape, seed: int) -> None:
        self.shape = shape
        self.memory = Memory(shape.past)
        self.rows = Rows(
            {
                "row": Field((shape.row,), np.float32),
                "squares": Field((), np.float32, FIRST_SQUARES),
                "is_begun": Field((), np.bool_),
            },
            shape.admitted_after,
        )
        self.weights = network.first_weights(shape, seed)
        self.momentum = optimiser.first_momentum(self.weights)
        self.steps = 0

    def learn_items(self, items: Items, day: int) -> None:
        """Take in videos, or what changed of them."""
        self.memory.learn_items(items, day)

    def prepare(self, showings: Showings) -> Inputs:
        """Return what the network is given about showings; keep it until their labels are known."""
        return gather(self.memory, showings, has_past=self.shape.layers > 0)

    def score(self, inputs: Inputs) -> Float:
        """Return probabilities float32[showings, heads], in the order of the showings."""
        fields = self._fields(inputs, self.rows.find(inputs.keys))
        parts = batching.parts(inputs)
        beside = [_BESIDE.submit(self._scored, part, fields) for part in parts[1:]]
        values = [self._scored(part, fields) for part in parts[:1]]
        values += [one.result() for one in beside]
        if not values:
            return np.empty((0, heads.COUNT), dtype=np.float32)
        chances: Float = (1.0 / (1.0 + np.exp(-np.concatenate(values)))).astype(np.float32)
        return chances

    def _scored(self, part: Inputs, fields: Float) -> Float:
        size = batching.size_for(part, self.shape, batching.SCORE_SIZES)
        scoring = PROGRAMS.get(SCORE, self.shape, size)
        found: Float = np.asarray(scoring(self.weights, batching.batch(part, fields, size)))
        return found[: part.count]

    def learn(
        self, inputs: Inputs, labels: Labels, day: int, aside: Aside = nullcontext
    ) -> Learned:
        """Take one step on inputs as they were when the videos were shown.

        Showings of one page must stand side by side. A step that is not finite leaves everything
        as it was.
        """
        slots = self.rows.see(inputs.keys.ravel(), day).reshape(inputs.keys.shape)
        self._begin(slots)
        size = batching.size_for(inputs, self.shape, batching.STEP_SIZES)
        batch = batching.batch(inputs, self._fields(inputs, slots), size)
        targets = batching.targets(labels, size)
        with aside():
            stepping = PROGRAMS.get(STEP, self.shape, size)
            stepped = stepping((self.weights, self.momentum), batch, targets)
            is_kept = bool(stepped.is_finite)  # Waits for the program's end.
        if is_kept:
            self.weights, self.momentum = stepped.weights, stepped.momentum
            self._move_rows(inputs, slots, stepped)
            self.steps += 1
        return Learned(inputs.count, np.asarray(stepped.by_head), is_kept)

    def remember(self, showings: Showings, labels: Labels, deeds: Small | None = None) -> None:
        """Count what came of showings; oldest first, after they were learned from."""
        self.memory.remember(showings, labels, deeds)

    def sit_down(self, showings: Showings) -> None:
        """Pin the viewers' own rates for the sittings these showings belong to."""
        self.memory.sit_down(showings)

    def forget(self, now_us: int) -> int:
        """Drop what nobody met for so many days; returns how many rows.

        Videos stay: what is known of them was described once, when they were published.
        """
        day = now_us // DAY_US - self.shape.kept_days
        memory = self.memory
        return sum(table.forget_before(day) for table in (self.rows, memory.viewers, memory.pairs))

    def _begin(self, slots: RowNumbers) -> None:
        """Give new rows their first values, drawn from their keys: the same in every replay."""
        new = np.unique(slots[~self.rows["is_begun"][slots] & (slots != 0)])
        if len(new):
            chance = np.random.default_rng([_SPREAD_SEED, self.steps])
            first = chance.normal(size=(len(new), self.shape.row)) * FIRST_SPREAD
            self.rows["row"][new] = first.astype(np.float32)
            self.rows["is_begun"][new] = True

    def _fields(self, inputs: Inputs, slots: RowNumbers) -> Float:
        """Return float32[videos, entry]: what the network is given of each video."""
        of_ids = id_fields.fields(self.rows["row"], slots)
        return np.concatenate([of_ids, inputs.content], axis=1)

    def _move_rows(self, inputs: Inputs, slots: RowNumbers, stepped: optimiser.Stepped) -> None:
        """Carry the slopes of showings and past showings to their videos, and on to the ids."""
        index = [inputs.video_of]
        slopes = [np.asarray(stepped.by_field)[: inputs.count]]
        if stepped.by_past is not None:
            viewers, width = inputs.past.items.shape
            is_there = inputs.past.is_there
            index.append(inputs.past.items[is_there])
            slopes.append(np.asarray(stepped.by_past)[:viewers, :width][is_there])
        videos, by_video = id_fields.summed(np.concatenate(index), np.concatenate(slopes))
        rows, slope = id_fields.by_row(by_video * np.float32(stepped.share), slots[videos])
        table, squares = self.rows["row"], self.rows["squares"]
        table[rows], squares[rows] = optimiser.move_rows(
            table[rows], squares[rows], slope, self.shape.row_rate
        )
