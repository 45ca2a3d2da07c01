"""How weights move: Adam with decay for the dense part, row-wise Adagrad for the id tables.

The dense part is one vector, so that a step has few operations whatever the model is made of.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from nightmarket.domains.ranking.learner import network
from nightmarket.domains.ranking.learner.network import Array, Batch, Targets
from nightmarket.domains.ranking.values.batches import Float
from nightmarket.domains.ranking.values.shape import Shape

FIRST, SECOND = 0.9, 0.999
TINY = 1e-8
GRADIENT_MAX = 5.0
"""The gradient's length is cut here, so that one odd batch cannot throw the weights far."""
BATCH = 256
"""Showings of a full batch. A smaller one moves everything by its share of a full one, so that the
same showings teach the same amount however time cut them."""


class Momentum(NamedTuple):
    """Adam's two moments, each as long as the weights, and how many full batches were seen."""

    first: Array
    second: Array
    steps: Array


class Stepped(NamedTuple):
    """What one step leaves: weights and momentum replace what went in, unchanged when not finite.

    `by_field` and `by_past`: the slopes of what the ids of candidates and of past showings gave,
    float32[showings, FIELDS * row] and [viewers, past, FIELDS * row], None without a past; times
    `share`, how much of a full batch this was. `by_head`: mean cross-entropy.
    """

    weights: Array
    momentum: Momentum
    by_field: Array
    by_past: Array | None
    share: Array
    by_head: Array
    is_finite: Array


def first_momentum(weights: Float) -> Momentum:
    """Return the moments before any step."""
    nothing = np.zeros(weights.shape, dtype=np.float32)
    return Momentum(nothing, nothing, np.zeros((), dtype=np.float32))


def step(state: tuple[Array, Momentum], batch: Batch, targets: Targets, shape: Shape) -> Stepped:
    """Take one step; whoever called moves the rows of ids by what comes back.

    A step whose loss or gradient is not finite changes nothing and says so.
    """
    weights, momentum = state
    past = None if batch.past is None else batch.past.fields

    def wrong(tree: network.Weights, fields: Array, tokens: Array | None) -> tuple[Array, Array]:
        read = None if batch.past is None else batch.past._replace(fields=tokens)
        return network.loss(tree, batch._replace(fields=fields, past=read), targets, shape)

    slope = jax.value_and_grad(wrong, argnums=(0, 1, 2), has_aux=True)
    (value, by_head), (by_tree, by_field, by_past) = slope(
        network.tree(weights, shape), batch.fields, past
    )
    by_weight = jnp.concatenate([one.ravel() for one in jax.tree.leaves(by_tree)])
    length = jnp.sqrt(jnp.vdot(by_weight, by_weight))
    ids = network.id_width(shape)
    by_field = by_field[:, :ids]
    is_finite = jnp.isfinite(value) & jnp.isfinite(length) & jnp.isfinite(by_field).all()
    if by_past is not None:
        by_past = by_past[..., :ids]
        is_finite &= jnp.isfinite(by_past).all()
    cut = jnp.minimum(1.0, GRADIENT_MAX / jnp.maximum(length, TINY))
    share = jnp.minimum(1.0, targets.weights.max(axis=1).sum() / BATCH)
    moved, after = _adam(weights, momentum, by_weight * cut, (share, shape))
    kept = jax.tree.map(
        lambda new, old: jnp.where(is_finite, new, old), (moved, after), (weights, momentum)
    )
    return Stepped(kept[0], kept[1], by_field, by_past, share, by_head, is_finite)


def move_rows(rows: Float, squares: Float, slope: Float, rate: float) -> tuple[Float, Float]:
    """Return rows float32[n, row] and their sums of squares after one step of row-wise Adagrad."""
    after = squares + (slope * slope).mean(axis=-1)
    return rows - (rate / (np.sqrt(after) + 1e-7))[:, None] * slope, after


def _adam(
    weights: Array, momentum: Momentum, slope: Array, pace: tuple[Array, Shape]
) -> tuple[Array, Momentum]:
    """Adam (Kingma and Ba 2015) with decoupled decay (Loshchilov and Hutter 2019).

    `pace`: the share of a full batch, and the rates. Memory fades and weights move by the share.
    """
    share, shape = pace
    steps = momentum.steps + share
    keep_first, keep_second = FIRST**share, SECOND**share
    first = keep_first * momentum.first + (1 - keep_first) * slope
    second = keep_second * momentum.second + (1 - keep_second) * slope * slope
    first_scale = jnp.maximum(1 - FIRST**steps, TINY)
    second_scale = jnp.maximum(1 - SECOND**steps, TINY)
    rate = shape.dense_rate * share
    push = (first / first_scale) / (jnp.sqrt(second / second_scale) + TINY)
    return weights * (1 - rate * shape.decay) - rate * push, Momentum(first, second, steps)
