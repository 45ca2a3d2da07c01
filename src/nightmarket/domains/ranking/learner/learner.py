"""The learner: scores showings, learns from their labels, and is the same after every replay."""

from dataclasses import dataclass

import jax
import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.ranking.learner import network, optimiser
from nightmarket.domains.ranking.learner.gather import gather
from nightmarket.domains.ranking.learner.id_table import RowNumbers
from nightmarket.domains.ranking.learner.memory import DAY_US, Memory
from nightmarket.domains.ranking.learner.network import Batch, Targets
from nightmarket.domains.ranking.learner.rows import Field, Rows
from nightmarket.domains.ranking.values.batches import Float, Items, Labels, Showings, Small
from nightmarket.domains.ranking.values.inputs import Inputs, filled, size_for
from nightmarket.domains.ranking.values.shape import Shape

ROWS_LEAST = 1024
FIRST_SPREAD = 0.02
FIRST_SQUARES = 1e-4
_SPREAD_SEED = 0x9E3779B9


@dataclass(frozen=True, slots=True)
class Learned:
    """What a step did. `losses` float32[heads]; `is_kept` False: it was not finite, and undone."""

    count: int
    losses: Float
    is_kept: bool


class Learner:
    """All that is learned: memory, id rows and dense weights. Not safe for two threads.

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
        slots = self.rows.find(inputs.keys)
        rows, local = self._local(slots)
        table = self._filled_rows(rows)[0]
        found = optimiser.score(self.weights, table, _batch(inputs, local), shape=self.shape)
        values = np.asarray(found)[: inputs.count]
        chances: Float = (1.0 / (1.0 + np.exp(-values))).astype(np.float32)
        return chances

    def learn(self, inputs: Inputs, labels: Labels, day: int) -> Learned:
        """Take one step on inputs as they were when the videos were shown.

        Showings of one page must stand side by side. A step that is not finite leaves everything
        as it was.
        """
        slots = self.rows.see(inputs.keys.ravel(), day).reshape(inputs.keys.shape)
        self._begin(slots)
        rows, local = self._local(slots)
        size = len(inputs.places)
        targets = Targets(
            jax.numpy.asarray(filled(labels.values, size)),
            jax.numpy.asarray(filled(labels.known.astype(np.float32), size)),
        )
        stepped = optimiser.step(
            (self.weights, self.momentum),
            self._filled_rows(rows),
            _batch(inputs, local),
            targets,
            shape=self.shape,
        )
        is_kept = bool(stepped.is_finite)
        if is_kept:
            self.weights, self.momentum = stepped.weights, stepped.momentum
            self.rows["row"][rows[1:]] = np.asarray(stepped.rows)[1 : len(rows)]
            self.rows["squares"][rows[1:]] = np.asarray(stepped.squares)[1 : len(rows)]
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
        rows = np.unique(slots)
        new = rows[~self.rows["is_begun"][rows] & (rows != 0)]
        if len(new):
            chance = np.random.default_rng([_SPREAD_SEED, self.steps])
            first = chance.normal(size=(len(new), self.shape.row)) * FIRST_SPREAD
            self.rows["row"][new] = first.astype(np.float32)
            self.rows["is_begun"][new] = True

    def _local(self, slots: RowNumbers) -> tuple[RowNumbers, RowNumbers]:
        """Return the distinct rows, row 0 first, and the slots as positions among them."""
        rows, local = np.unique(np.append(slots.ravel(), 0), return_inverse=True)
        return rows.astype(np.int32), local[:-1].reshape(slots.shape).astype(np.int32)

    def _filled_rows(self, rows: RowNumbers) -> tuple[Float, Float]:
        size = size_for(len(rows), ROWS_LEAST)
        return filled(self.rows["row"][rows], size), filled(self.rows["squares"][rows], size)


def _batch(inputs: Inputs, slots: NDArray[np.int32]) -> Batch:
    return Batch(
        slots=jax.numpy.asarray(slots),
        content=jax.numpy.asarray(inputs.content),
        video_of=jax.numpy.asarray(inputs.video_of),
        viewer_of=jax.numpy.asarray(inputs.viewer_of),
        places=jax.numpy.asarray(inputs.places),
        pages=jax.numpy.asarray(inputs.pages),
        figures=jax.numpy.asarray(inputs.figures),
        bias=jax.numpy.asarray(inputs.bias),
        past_items=jax.numpy.asarray(inputs.past.items),
        past_acts=jax.numpy.asarray(inputs.past.acts),
        past_there=jax.numpy.asarray(inputs.past.is_there),
        past_before=jax.numpy.asarray(inputs.past.is_before),
    )
