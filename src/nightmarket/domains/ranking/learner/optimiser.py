"""How weights move: Adam with decay for the dense part, row-wise Adagrad for the id tables."""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp

from nightmarket.domains.ranking.learner.network import Array, Batch, Targets, Weights, loss
from nightmarket.domains.ranking.learner.network import score as network_score
from nightmarket.domains.ranking.values.shape import Shape

FIRST, SECOND = 0.9, 0.999
TINY = 1e-8
GRADIENT_MAX = 5.0
"""The gradient's length is cut here, so that one odd batch cannot throw the weights far."""


class Momentum(NamedTuple):
    """Adam's two moments, each shaped like the weights, and how many steps were taken."""

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
    nothing = jax.tree.map(jnp.zeros_like, weights)
    return Momentum(nothing, jax.tree.map(jnp.zeros_like, weights), jnp.zeros(()))


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
    moved, next_momentum = _adam(weights, momentum, by_weight, shape)
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
    weights: Weights, momentum: Momentum, slope: Weights, shape: Shape
) -> tuple[Weights, Momentum]:
    """Adam (Kingma and Ba 2015) with decoupled decay (Loshchilov and Hutter 2019)."""
    steps = momentum.steps + 1
    first = jax.tree.map(lambda old, now: FIRST * old + (1 - FIRST) * now, momentum.first, slope)
    second = jax.tree.map(
        lambda old, now: SECOND * old + (1 - SECOND) * now * now, momentum.second, slope
    )
    first_scale, second_scale = 1 - FIRST**steps, 1 - SECOND**steps

    def moved(weight: Array, one: Array, two: Array) -> Array:
        push = (one / first_scale) / (jnp.sqrt(two / second_scale) + TINY)
        kept: Array = weight * (1 - shape.dense_rate * shape.decay)
        return kept - shape.dense_rate * push

    return jax.tree.map(moved, weights, first, second), Momentum(first, second, steps)
