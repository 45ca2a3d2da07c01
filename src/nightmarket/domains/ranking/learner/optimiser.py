"""How weights move: Adam with decay for the dense part, row-wise Adagrad for the id tables."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from nightmarket.domains.ranking.learner.network import Array, Batch, Targets, Weights, loss
from nightmarket.domains.ranking.learner.network import score as network_score
from nightmarket.domains.ranking.values.shape import Shape

FIRST, SECOND = 0.9, 0.999
TINY = 1e-8
GRADIENT_MAX = 5.0
"""The gradient's length is cut here, so that one odd batch cannot throw the weights far."""


class Momentum(NamedTuple):
    """Adam's two moments, each shaped like the weights, and how many full batches were seen."""

    first: Weights
    second: Weights
    steps: Array


class Stepped(NamedTuple):
    """What one step leaves: all of it replaces what went in. `by_head`: mean cross-entropy."""

    weights: Weights
    momentum: Momentum
    rows: Array
    squares: Array
    by_head: Array
    is_finite: Array


def first_momentum(weights: Weights) -> Momentum:
    """Return the moments before any step."""

    def nothing(weight: Array) -> Array:
        return jnp.asarray(np.zeros(weight.shape, dtype=np.float32))

    none = jnp.asarray(np.zeros((), dtype=np.float32))
    return Momentum(jax.tree.map(nothing, weights), jax.tree.map(nothing, weights), none)


BATCH = 256
"""Showings of a full batch. A smaller one moves everything by its share of a full one, so that the
same showings teach the same amount however time cut them."""


@partial(jax.jit, static_argnames=("shape",))
def step(
    state: tuple[Weights, Momentum],
    table: tuple[Array, Array],
    batch: Batch,
    targets: Targets,
    *,
    shape: Shape,
) -> Stepped:
    """Take one step. `table`: rows float32[n, row] of the batch, and their sums of squares.

    A step whose loss or gradient is not finite changes nothing and says so.
    """
    weights, momentum = state
    rows, squares = table
    slope = jax.value_and_grad(loss, argnums=(0, 1), has_aux=True)
    (value, by_head), (by_weight, by_row) = slope(weights, rows, batch, targets, shape)
    length = jnp.sqrt(sum(jnp.vdot(one, one) for one in jax.tree.leaves(by_weight)))
    is_finite = jnp.isfinite(value) & jnp.isfinite(length) & jnp.isfinite(by_row).all()
    cut = jnp.minimum(1.0, GRADIENT_MAX / jnp.maximum(length, TINY))
    by_weight = jax.tree.map(lambda one: one * cut, by_weight)
    share = jnp.minimum(1.0, targets.weights.max(axis=1).sum() / BATCH)
    moved, next_momentum = _adam(weights, momentum, by_weight, (share, shape))
    by_row = by_row * share
    next_squares = squares + (by_row * by_row).mean(axis=-1)
    next_rows = rows - shape.row_rate * by_row / (jnp.sqrt(next_squares) + 1e-7)[:, None]
    before = (weights, momentum, rows, squares)
    after = (moved, next_momentum, next_rows, next_squares)
    kept = jax.tree.map(lambda new, old: jnp.where(is_finite, new, old), after, before)
    return Stepped(
        weights=kept[0],
        momentum=kept[1],
        rows=kept[2],
        squares=kept[3],
        by_head=by_head,
        is_finite=is_finite,
    )


score = jax.jit(network_score, static_argnames=("shape",))
"""`network.score`, compiled for each shape of its arrays."""


def _adam(
    weights: Weights, momentum: Momentum, slope: Weights, pace: tuple[Array, Shape]
) -> tuple[Weights, Momentum]:
    """Adam (Kingma and Ba 2015) with decoupled decay (Loshchilov and Hutter 2019).

    `pace`: the share of a full batch, and the rates. Memory fades and weights move by the share.
    """
    share, shape = pace
    steps = momentum.steps + share
    keep_first, keep_second = FIRST**share, SECOND**share

    def mixed(keep: Array) -> Callable[[Array, Array], Array]:
        return lambda old, now: keep * old + (1 - keep) * now

    first = jax.tree.map(mixed(keep_first), momentum.first, slope)
    squared = jax.tree.map(jnp.square, slope)
    second = jax.tree.map(mixed(keep_second), momentum.second, squared)
    first_scale = jnp.maximum(1 - FIRST**steps, TINY)
    second_scale = jnp.maximum(1 - SECOND**steps, TINY)
    rate = shape.dense_rate * share

    def moved(weight: Array, one: Array, two: Array) -> Array:
        push = (one / first_scale) / (jnp.sqrt(two / second_scale) + TINY)
        return weight * (1 - rate * shape.decay) - rate * push

    return jax.tree.map(moved, weights, first, second), Momentum(first, second, steps)
