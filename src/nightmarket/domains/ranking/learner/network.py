"""The model: a candidate-isolated transformer over past showings, an MMoE head, and a bias apart.

One definition for learning and for serving. A viewer's past is read once and shared by all
candidates; a candidate sees the past and itself, never another candidate, so its score does not
depend on its company. The order inside a page is protected by a pairwise part of the loss that
leaves the viewer's bias out.
"""

from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.batches import CONTENT, Float
from nightmarket.domains.ranking.values.inputs import (
    ACTS,
    AGES,
    FIELDS,
    FIGURES,
    OWN,
    PLACES,
)
from nightmarket.domains.ranking.values.shape import Shape

Array: TypeAlias = Any
"""An array of the compiler's, or one of numpy on its way into a program."""
Weights: TypeAlias = dict[str, Any]
"""The dense part, as a tree of arrays; kept as one vector of their values in the tree's order."""
PAIR_REACH = 8
"""Showings of a page are compared with the eight that follow them."""
PAIR_HEADS = (heads.LONG_VIEW, heads.LIKE)
PAIR_WEIGHTS = (1.0, 0.3)
TRUST = 0.5
"""What a rate of a video or a viewer counts for unlearned: half of its logarithm."""
LEANING_TRUST = 0.5
"""What a leaning counts for unlearned: a few watches of one kind must move the next page."""
MASKED = -1e9


class Pasts(NamedTuple):
    """What viewers watched: [viewers, past], newest first, and who reads it.

    `fields` float32[viewers, past, entry]. Showings sit in groups of one viewer: `seats`
    int32[groups, seats] and `seat_of` int32[showings] say who sits where and back, one behind the
    last for nobody; `viewer_of` int32[groups]. `before` bool[groups, seats, past]: what each may
    read.
    """

    fields: Array
    acts: Array
    there: Array
    before: Array
    seats: Array
    seat_of: Array
    viewer_of: Array


class Batch(NamedTuple):
    """`Inputs` as the programs take them; `fields` float32[showings, entry] say what was shown."""

    fields: Array
    places: Array
    pages: Array
    figures: Array
    bias: Array
    past: Pasts | None


class Targets(NamedTuple):
    """Labels on the device: float32[showings, heads] values and how much each of them counts."""

    values: Array
    weights: Array


def id_width(shape: Shape) -> int:
    """Return how many of a video's fields come from rows of ids; its content follows them."""
    return FIELDS * shape.row


def first_weights(shape: Shape, seed: int) -> Float:
    """Return fresh weights as one vector.

    Rates count as they are, half; everything deep starts at 0. Drawn without the compiler, which
    would hold ninety megabytes for it.
    """
    leaves = jax.tree.leaves(_drawn(shape, seed))
    return np.concatenate([leaf.ravel() for leaf in leaves]).astype(np.float32)


def tree(weights: Array, shape: Shape) -> Weights:
    """Return the vector as the tree it stands for."""
    form, sides = _form(shape)
    leaves, start = [], 0
    for side in sides:
        end = start + int(np.prod(side, dtype=np.int64))
        leaves.append(weights[start:end].reshape(side))
        start = end
    assert start == len(weights)
    found: Weights = jax.tree.unflatten(form, leaves)
    return found


@lru_cache
def _form(shape: Shape) -> tuple[Any, tuple[tuple[int, ...], ...]]:
    leaves, form = jax.tree.flatten(_drawn(shape, 0))
    return form, tuple(leaf.shape for leaf in leaves)


def _drawn(shape: Shape, seed: int) -> Weights:
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
    found: Weights = {
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
    return found


PLACE_WIDTH = 16


def _trusted_figures() -> Float:
    """Return float32[FIGURES, heads]: each head's own rate, and leanings for what is wanted."""
    found = TRUST * np.eye(len(FIGURES), heads.COUNT, dtype=np.float32)
    is_wanted = np.array([head.value >= 0 for head in heads.HEADS], dtype=np.float32)
    for name in ("creator_leaning", "sound_leaning", "tag_leaning"):
        found[FIGURES.index(name)] = LEANING_TRUST * is_wanted
    return found


def score(weights: Array, batch: Batch, shape: Shape) -> Array:
    """Return float32[showings, heads]: logits, the viewer's bias included."""
    relative, own = logits(tree(weights, shape), batch, shape)
    return relative + own


def logits(weights: Weights, batch: Batch, shape: Shape) -> tuple[Array, Array]:
    """Return what the candidate adds and what the viewer's own rates add, [showings, heads]."""
    where = jax.nn.one_hot(batch.places, PLACES)
    known = jnp.concatenate([batch.figures, where @ weights["place"]], axis=-1)
    candidate = batch.fields @ weights["video"]
    parts = [candidate, known]
    if batch.past is not None:
        begun = candidate + known @ weights["candidate"]
        parts.append(_attended(weights, begun, batch.past, shape))
    deep = _experts(weights, jnp.concatenate(parts, axis=-1))
    relative = deep + batch.figures @ weights["wide"] + where @ weights["wide_place"]
    own = batch.bias[:, :OWN] @ weights["own"] + weights["base"]
    return relative, own + batch.bias[:, OWN:]


def loss(weights: Weights, batch: Batch, targets: Targets, shape: Shape) -> tuple[Array, Array]:
    """Return the loss and the mean cross-entropy of each head, float32[heads]."""
    relative, own = logits(weights, batch, shape)
    total = relative + own
    by_showing = jnp.logaddexp(0.0, total) - targets.values * total
    counted = jnp.maximum(1.0, targets.weights.sum(axis=0))
    by_head = (targets.weights * by_showing).sum(axis=0) / counted
    learning = jnp.array([head.learning for head in heads.HEADS])
    order = _disorder(relative, batch.pages, targets)
    return by_head @ learning + shape.order_weight * order, by_head


def _attended(weights: Weights, candidate: Array, past: Pasts, shape: Shape) -> Array:
    """Return float32[showings, width]: the candidate after it has read its viewer's past."""
    width = past.acts.shape[1]
    ages = np.minimum(AGES - 1, (2.0 * np.log2(1.0 + np.arange(width))).astype(np.int32))
    token = past.fields @ weights["video"] + jnp.asarray(np.eye(AGES)[ages]) @ weights["age"]
    token += jax.nn.one_hot(past.acts, ACTS) @ weights["act"]
    is_older = np.triu(np.ones((width, width), dtype=np.bool_))  # Newest first.
    may_read = past.there[:, None, None, :] & is_older
    for layer in weights["layers"]:
        keys, values = _offers(layer, token, shape)
        asked = _heads(_normal(token, layer["gain_attend"]) @ layer["ask"], shape)
        candidate = _read_past(layer, candidate, (keys, values), past, shape)
        read = _together(_read(asked * _scale(shape), keys, values, may_read))
        token = _think(layer, token + read @ layer["join"])  # The last one's nobody reads.
    return _normal(candidate, 1.0)


def _read_past(
    layer: Weights, candidate: Array, offered: tuple[Array, Array], past: Pasts, shape: Shape
) -> Array:
    """One layer for the candidates: each attends to its viewer's past and to itself."""
    keys, values = offered[0][past.viewer_of], offered[1][past.viewer_of]
    asked = _normal(candidate, layer["gain_attend"]) @ layer["ask"] * _scale(shape)
    seated = _heads(_sit(asked, past.seats, past.seat_of), shape)
    strength = jnp.einsum("ghsd,ghkd->ghsk", seated, keys)
    strength = jnp.where(past.before[:, None], strength, MASKED)
    own_key, own_value = _offers(layer, candidate, shape)
    itself = (_heads(asked, shape) * own_key).sum(axis=-1)
    itself = jnp.swapaxes(_sit(itself, past.seats, past.seat_of), 1, 2)
    most = jax.lax.stop_gradient(jnp.maximum(strength.max(axis=-1), itself))
    counts, own = jnp.exp(strength - most[..., None]), jnp.exp(itself - most)
    whole = counts.sum(axis=-1) + own
    read = jnp.einsum("ghsk,ghkd->ghsd", counts, values) / whole[..., None]
    share = _stand(jnp.swapaxes(own / whole, 1, 2), past.seats, past.seat_of)
    read = _stand(_together(read), past.seats, past.seat_of)
    both = read + (share[..., None] * own_value).reshape(candidate.shape)
    return _think(layer, candidate + both @ layer["join"])


@jax.custom_vjp
def _read(asked: Array, keys: Array, values: Array, may_read: Array) -> Array:
    """Return what attention reads, all [viewers, heads, past, width of a head]."""
    return _read_keeping(asked, keys, values, may_read)[0]


def _read_keeping(asked: Array, keys: Array, values: Array, may_read: Array) -> tuple[Array, Any]:
    strength = jnp.where(may_read, jnp.einsum("uhqd,uhkd->uhqk", asked, keys), MASKED)
    counts = jnp.exp(strength - strength.max(axis=-1, keepdims=True))
    share = counts / counts.sum(axis=-1, keepdims=True)
    read = jnp.einsum("uhqk,uhkd->uhqd", share, values)
    return read, (asked, keys, values, share, read)


def _read_slopes(kept: Any, slope: Array) -> tuple[Array, Array, Array, None]:
    """The slopes as Dao et al. (2022) write them: half the passes over the shares."""
    asked, keys, values, share, read = kept
    of_share = jnp.einsum("uhqd,uhkd->uhqk", slope, values)
    of_strength = share * (of_share - (slope * read).sum(axis=-1, keepdims=True))
    return (
        jnp.einsum("uhqk,uhkd->uhqd", of_strength, keys),
        jnp.einsum("uhqk,uhqd->uhkd", of_strength, asked),
        jnp.einsum("uhqk,uhqd->uhkd", share, slope),
        None,
    )


_read.defvjp(_read_keeping, _read_slopes)


@jax.custom_vjp
def _sit(showings: Array, seats: Array, seat_of: Array) -> Array:
    """Return what belongs to showings by group and seat; zeros where nobody sits."""
    del seat_of
    return _padded(showings)[seats]


@jax.custom_vjp
def _stand(seated: Array, seats: Array, seat_of: Array) -> Array:
    """Return what belongs to groups and seats by showing."""
    del seats
    return _padded(seated.reshape(-1, seated.shape[-1]))[seat_of]


def _padded(array: Array) -> Array:
    return jnp.pad(array, ((0, 1), (0, 0)))


# Each is the other's transpose: without saying so, both would be summed one by one.
_sit.defvjp(
    lambda showings, seats, seat_of: (_sit(showings, seats, seat_of), (seats, seat_of)),
    lambda kept, slope: (_stand(slope, *kept), None, None),
)
_stand.defvjp(
    lambda seated, seats, seat_of: (_stand(seated, seats, seat_of), (seats, seat_of)),
    lambda kept, slope: (_sit(slope, *kept), None, None),
)


def _experts(weights: Weights, entry: Array) -> Array:
    """Return float32[showings, heads]: multi-gate mixture of experts (Ma et al. 2018).

    An expert's word is weighed by each head's tower before the gates mix them: the same sum, with
    one product of matrices where mixing first takes one for every showing.
    """
    into, out, gate = weights["expert_in"], weights["expert_out"], weights["gate"]
    first = entry @ into.reshape(len(entry[0]), -1) + weights["expert_bias"].ravel()
    first = jax.nn.gelu(first).reshape(len(entry), *into.shape[1:])
    second = jax.nn.gelu(jnp.einsum("nxk,kxo->nxo", first, out))
    said = second @ weights["tower"].T
    gates = jax.nn.softmax((entry @ gate.reshape(len(gate), -1)).reshape(-1, *gate.shape[1:]))
    return jnp.einsum("nhx,nxh->nh", gates, said)


def _disorder(relative: Array, pages: Array, targets: Targets) -> Array:
    """Return how badly pairs of one page are ordered; showings of a page stand side by side."""
    picked = np.array(PAIR_HEADS)
    score, value = relative[:, picked], targets.values[:, picked]
    counted = targets.weights[:, picked]
    is_page = (_following(pages) == pages)[..., None]
    wanted = jnp.sign(value - _following(value))
    weight = is_page * jnp.abs(wanted) * counted * _following(counted)
    total = (weight * jax.nn.softplus(-wanted * (score - _following(score)))).sum(axis=(0, 1))
    return (total / jnp.maximum(8.0, weight.sum(axis=(0, 1)))) @ jnp.array(PAIR_WEIGHTS)


def _following(array: Array) -> Array:
    """Return [PAIR_REACH, showings, ...]: what stands one, two, three … places further on."""
    ahead = [jnp.zeros_like(array[:step]) for step in range(PAIR_REACH + 1)]
    reach = range(1, PAIR_REACH + 1)
    return jnp.stack([jnp.concatenate([array[step:], ahead[step]]) for step in reach])


def _offers(layer: Weights, token: Array, shape: Shape) -> tuple[Array, Array]:
    both = _normal(token, layer["gain_attend"]) @ layer["offer"]
    return _heads(both[..., : shape.width], shape), _heads(both[..., shape.width :], shape)


def _think(layer: Weights, token: Array) -> Array:
    wide = jax.nn.gelu(_normal(token, layer["gain_think"]) @ layer["widen"])
    after: Array = token + wide @ layer["narrow"]
    return after


def _heads(array: Array, shape: Shape) -> Array:
    """Return [..., heads, width of a head], heads before the axis before where there are three."""
    split = array.reshape(*array.shape[:-1], shape.attention_heads, -1)
    return jnp.swapaxes(split, 1, 2) if array.ndim == 3 else split  # noqa: PLR2004


def _together(array: Array) -> Array:
    """Return the heads side by side again."""
    return jnp.swapaxes(array, 1, 2).reshape(array.shape[0], array.shape[2], -1)


def _scale(shape: Shape) -> float:
    return float((shape.width // shape.attention_heads) ** -0.5)


def _normal(array: Array, gain: Array | float) -> Array:
    """Root mean square normalisation (Zhang and Sennrich 2019)."""
    return array * jax.lax.rsqrt((array * array).mean(axis=-1, keepdims=True) + 1e-6) * gain
