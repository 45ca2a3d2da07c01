"""The model: a candidate-isolated transformer over past showings, an MMoE head, and a bias apart.

One definition for learning and for serving. A viewer's past is read once and shared by all
candidates; a candidate sees the past and itself, never another candidate, so its score does not
depend on its company. The order inside a page is protected by a pairwise part of the loss that
leaves the viewer's bias out.
"""

from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.batches import CONTENT, TAGS_MAX, Float
from nightmarket.domains.ranking.values.inputs import (
    ACTS,
    AGES,
    FIELDS,
    FIGURES,
    OWN,
    PARTS,
    PLACES,
)
from nightmarket.domains.ranking.values.shape import Shape

Array: TypeAlias = jax.Array
Weights: TypeAlias = dict[str, Any]
"""The dense part, as a tree of arrays."""
PAIR_REACH = 8
"""Showings of a page are compared with the eight that follow them."""
PAIR_HEADS = (heads.LONG_VIEW, heads.LIKE)
PAIR_WEIGHTS = (1.0, 0.3)
TRUST = 0.5
"""What a rate of a video or a viewer counts for unlearned: half of its logarithm."""
LEANING_TRUST = 0.5
"""What a leaning counts for unlearned: a few watches of one kind must move the next page."""
MASKED = -1e9


class Batch(NamedTuple):
    """`Inputs` on the device; `slots` int32[videos, PARTS] are rows of `rows`, 0 for none."""

    slots: Array
    content: Array
    video_of: Array
    viewer_of: Array
    places: Array
    pages: Array
    figures: Array
    bias: Array
    past_items: Array
    past_acts: Array
    past_there: Array
    past_before: Array


class Targets(NamedTuple):
    """Labels on the device: float32[showings, heads] values and how much each of them counts."""

    values: Array
    weights: Array


def first_weights(shape: Shape, seed: int) -> Weights:
    """Return fresh weights: rates count as they are, half; everything deep starts at 0.

    Drawn without the compiler, which would hold ninety megabytes for it.
    """
    chance = np.random.default_rng(seed)
    width, hidden = shape.width, 2 * shape.width
    entry = width + len(FIGURES) + PLACE_WIDTH + (width if shape.layers else 0)
    experts = (shape.experts, shape.expert_width)

    def dense(inputs: int, outputs: int, scale: float = 1.0) -> Float:
        drawn = chance.normal(size=(inputs, outputs)) * (scale / inputs**0.5)
        column: Float = drawn.astype(np.float32)
        return column

    layers = [
        {
            "gain_attend": np.ones(width, dtype=np.float32),
            "gain_think": np.ones(width, dtype=np.float32),
            "ask": dense(width, width),
            "offer": dense(width, 2 * width),
            "join": dense(width, width, 0.5),
            "widen": dense(width, hidden),
            "narrow": dense(hidden, width, 0.5),
        }
        for _ in range(shape.layers)
    ]
    found = {
        "video": dense(FIELDS * shape.row + CONTENT, width),
        "act": dense(ACTS, width, 0.3),
        "age": dense(AGES, width, 0.3),
        "place": dense(PLACES, PLACE_WIDTH, 1.0),
        "candidate": dense(len(FIGURES) + PLACE_WIDTH, width),
        "layers": layers,
        "expert_in": dense(entry, shape.experts * shape.expert_width).reshape(entry, *experts),
        "expert_bias": np.zeros(experts, dtype=np.float32),
        "expert_out": dense(shape.expert_width, shape.experts * 32).reshape(
            shape.expert_width, shape.experts, 32
        ),
        "gate": dense(entry, heads.COUNT * shape.experts, 0.1).reshape(
            entry, heads.COUNT, shape.experts
        ),
        "tower": np.zeros((heads.COUNT, 32), dtype=np.float32),
        "wide": _trusted_figures(),
        "wide_place": np.zeros((PLACES, heads.COUNT), dtype=np.float32),
        "own": TRUST * np.eye(OWN, heads.COUNT, dtype=np.float32),
        "base": np.zeros(heads.COUNT, dtype=np.float32),
    }
    weights: Weights = jax.tree.map(jnp.asarray, found)
    return weights


PLACE_WIDTH = 16


def _trusted_figures() -> Float:
    """Return float32[FIGURES, heads]: each head's own rate, and leanings for what is wanted."""
    found = TRUST * np.eye(len(FIGURES), heads.COUNT, dtype=np.float32)
    is_wanted = np.array([head.value >= 0 for head in heads.HEADS], dtype=np.float32)
    for name in ("creator_leaning", "sound_leaning", "tag_leaning"):
        found[FIGURES.index(name)] = LEANING_TRUST * is_wanted
    return found


def score(weights: Weights, rows: Array, batch: Batch, shape: Shape) -> Array:
    """Return float32[showings, heads]: logits, the viewer's bias included."""
    relative, own = logits(weights, rows, batch, shape)
    return relative + own


def logits(weights: Weights, rows: Array, batch: Batch, shape: Shape) -> tuple[Array, Array]:
    """Return what the candidate adds and what the viewer's own rates add, [showings, heads]."""
    videos = _videos(weights, rows, batch)
    place = weights["place"][batch.places]
    known = jnp.concatenate([batch.figures, place], axis=-1)
    candidate = videos[batch.video_of]
    parts = [candidate, known]
    if shape.layers:
        parts.append(
            _attended(weights, videos, candidate + known @ weights["candidate"], batch, shape)
        )
    entry = jnp.concatenate(parts, axis=-1)
    deep = _experts(weights, entry)
    relative = deep + batch.figures @ weights["wide"] + weights["wide_place"][batch.places]
    own = batch.bias[:, :OWN] @ weights["own"] + weights["base"]
    return relative, own + batch.bias[:, OWN:]


def loss(
    weights: Weights, rows: Array, batch: Batch, targets: Targets, shape: Shape
) -> tuple[Array, Array]:
    """Return the loss and the mean cross-entropy of each head, float32[heads]."""
    relative, own = logits(weights, rows, batch, shape)
    total = relative + own
    by_showing = jnp.logaddexp(0.0, total) - targets.values * total
    counted = jnp.maximum(1.0, targets.weights.sum(axis=0))
    by_head = (targets.weights * by_showing).sum(axis=0) / counted
    learning = jnp.array([head.learning for head in heads.HEADS])
    order = _disorder(relative, batch.pages, targets)
    return by_head @ learning + shape.order_weight * order, by_head


def _videos(weights: Weights, rows: Array, batch: Batch) -> Array:
    """Return float32[videos, width]: each video from its ids and its content."""
    parts = rows[batch.slots]
    is_known = (batch.slots != 0)[..., None]
    parts = jnp.where(is_known, parts, 0.0)
    tags, words = parts[:, 3 : 3 + TAGS_MAX], parts[:, 3 + TAGS_MAX : PARTS]
    counts = is_known[:, 3 : 3 + TAGS_MAX].sum(axis=1), is_known[:, 3 + TAGS_MAX :].sum(axis=1)
    fields = [
        parts[:, 0],
        parts[:, 1],
        parts[:, 2],
        tags.sum(axis=1) / jnp.maximum(1, counts[0]),
        words.sum(axis=1) / jnp.maximum(1, counts[1]),
        batch.content,
    ]
    videos: Array = jnp.concatenate(fields, axis=-1) @ weights["video"]
    return videos


def _attended(
    weights: Weights, videos: Array, candidate: Array, batch: Batch, shape: Shape
) -> Array:
    """Return float32[showings, width]: the candidate after it has read its viewer's past."""
    past = batch.past_items.shape[1]
    ages = jnp.minimum(AGES - 1, (2.0 * jnp.log2(1.0 + jnp.arange(past))).astype(jnp.int32))
    token = videos[batch.past_items] + weights["act"][batch.past_acts] + weights["age"][ages]
    is_older = jnp.triu(
        jnp.ones((past, past), dtype=bool)
    )  # Newest first: itself and what follows.
    may_read = batch.past_there[:, None, None, :] & is_older
    for layer in weights["layers"]:
        keys, values = _offers(layer, token, shape)
        asked = _heads(_normal(token, layer["gain_attend"]) @ layer["ask"], shape)
        strength = jnp.einsum("uqhd,ukhd->uhqk", asked, keys) * _scale(shape)
        share = jax.nn.softmax(jnp.where(may_read, strength, MASKED), axis=-1)
        read = jnp.einsum("uhqk,ukhd->uqhd", share, values).reshape(token.shape)
        candidate = _read_past(layer, candidate, (keys, values), batch, shape)
        token = _think(layer, token + read @ layer["join"])
    return _normal(candidate, 1.0)


def _read_past(
    layer: Weights, candidate: Array, past: tuple[Array, Array], batch: Batch, shape: Shape
) -> Array:
    """One layer for the candidates: each attends to its viewer's past and to itself."""
    keys, values = past[0][batch.viewer_of], past[1][batch.viewer_of]
    there = batch.past_before
    asked = _heads(_normal(candidate, layer["gain_attend"]) @ layer["ask"], shape)
    own_key, own_value = _offers(layer, candidate, shape)
    strength = jnp.einsum("nhd,nkhd->nhk", asked, keys) * _scale(shape)
    strength = jnp.where(there[:, None, :], strength, MASKED)
    itself = (asked * own_key).sum(axis=-1, keepdims=True) * _scale(shape)
    share = jax.nn.softmax(jnp.concatenate([strength, itself], axis=-1), axis=-1)
    read = jnp.einsum("nhk,nkhd->nhd", share[..., :-1], values) + share[..., -1:] * own_value
    return _think(layer, candidate + read.reshape(candidate.shape) @ layer["join"])


def _experts(weights: Weights, entry: Array) -> Array:
    """Return float32[showings, heads]: multi-gate mixture of experts (Ma et al. 2018)."""
    first = jnp.einsum("nf,fxk->nxk", entry, weights["expert_in"]) + weights["expert_bias"]
    second = jax.nn.gelu(jnp.einsum("nxk,kxo->nxo", jax.nn.gelu(first), weights["expert_out"]))
    gates = jax.nn.softmax(jnp.einsum("nf,fhx->nhx", entry, weights["gate"]), axis=-1)
    mixed = jnp.einsum("nhx,nxo->nho", gates, second)
    return jnp.einsum("nho,ho->nh", mixed, weights["tower"])


def _disorder(relative: Array, pages: Array, targets: Targets) -> Array:
    """Return how badly pairs of one page are ordered; showings of a page stand side by side."""
    picked = jnp.array(PAIR_HEADS)
    score, value = relative[:, picked], targets.values[:, picked]
    counted = targets.weights[:, picked]
    total, count = jnp.zeros(len(PAIR_HEADS)), jnp.zeros(len(PAIR_HEADS))
    for step in range(1, PAIR_REACH + 1):
        is_page = (pages[step:] == pages[:-step])[:, None]
        wanted = jnp.sign(value[:-step] - value[step:])
        weight = is_page * jnp.abs(wanted) * counted[:-step] * counted[step:]
        total += (weight * jax.nn.softplus(-wanted * (score[:-step] - score[step:]))).sum(axis=0)
        count += weight.sum(axis=0)
    return (total / jnp.maximum(8.0, count)) @ jnp.array(PAIR_WEIGHTS)


def _offers(layer: Weights, token: Array, shape: Shape) -> tuple[Array, Array]:
    both = _normal(token, layer["gain_attend"]) @ layer["offer"]
    return _heads(both[..., : shape.width], shape), _heads(both[..., shape.width :], shape)


def _think(layer: Weights, token: Array) -> Array:
    wide = jax.nn.gelu(_normal(token, layer["gain_think"]) @ layer["widen"])
    after: Array = token + wide @ layer["narrow"]
    return after


def _heads(array: Array, shape: Shape) -> Array:
    return array.reshape(*array.shape[:-1], shape.attention_heads, -1)


def _scale(shape: Shape) -> float:
    return float((shape.width // shape.attention_heads) ** -0.5)


def _normal(array: Array, gain: Array | float) -> Array:
    """Root mean square normalisation (Zhang and Sennrich 2019)."""
    return array * jax.lax.rsqrt((array * array).mean(axis=-1, keepdims=True) + 1e-6) * gain
