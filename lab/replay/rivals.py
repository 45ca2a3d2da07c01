"""What the ranker is compared with in the same run.

Popularity, logistic regression and a factorisation machine (both by river, one showing at a time),
and a plain MMoE over ids as papers describe it. All of them are scored first and taught after, and
see every showing of the log that has a time.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from river import facto, linear_model, optim

from lab.replay.log import Log
from nightmarket.domains.ranking.learner.id_table import key
from nightmarket.domains.ranking.learner.memory import ITEM
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.batches import Big

Floats = NDArray[np.float64]
PRIOR_SHOWINGS = 20.0
WINDOW_US = 600_000_000
TRAINED_AT_ONCE = 256
ROW, EXPERTS, WIDE = 16, 4, 64
BOTH = (heads.LONG_VIEW, heads.LIKE)


def popularity(log: Log, head: int) -> Floats:
    """Return the smoothed share of each video's showings so far on which something happened."""
    items, happened = log.showings.items, log.labels.values[:, head]
    count, yes = np.zeros(int(items.max()) + 1), np.zeros(int(items.max()) + 1)
    mean = float(happened[: log.streamed_from].mean())
    found = np.zeros(len(log) - log.streamed_from)
    for place, item in enumerate(items.tolist()):
        if place >= log.streamed_from:
            smoothed = (yes[item] + PRIOR_SHOWINGS * mean) / (count[item] + PRIOR_SHOWINGS)
            found[place - log.streamed_from] = smoothed
        count[item] += 1
        yes[item] += happened[place]
    return found


def regression(log: Log, head: int, tell: Callable[[int], None]) -> Floats:
    """Return the predictions of a logistic regression over ids, length and place."""
    model = linear_model.LogisticRegression(optimizer=optim.AdaGrad(0.1))
    return _one_by_one(log, head, model, tell)


def factors(log: Log, head: int, tell: Callable[[int], None]) -> Floats:
    """Return the predictions of a factorisation machine (Rendle 2010) over the same fields."""
    model = facto.FMClassifier(
        n_factors=8,
        weight_optimizer=optim.AdaGrad(0.1),
        latent_optimizer=optim.AdaGrad(0.05),
        seed=7,
    )
    return _one_by_one(log, head, model, tell)


def _one_by_one(log: Log, head: int, model: Any, tell: Callable[[int], None]) -> Floats:
    fields = _fields(log)
    happened = log.labels.values[:, head] > 0
    found = np.zeros(len(log) - log.streamed_from)
    for place in range(log.taught, len(log)):
        row = dict.fromkeys((f"{column}:{one}" for column, one in enumerate(fields[place])), 1.0)
        if place >= log.streamed_from:
            found[place - log.streamed_from] = model.predict_proba_one(row).get(True, 0.5)
        model.learn_one(row, bool(happened[place]))
        if place % TRAINED_AT_ONCE == 0:
            tell(TRAINED_AT_ONCE)
    return found


def _fields(log: Log) -> list[list[int]]:
    """Return viewer, video, creator, tag, place and length class of each showing."""
    found: list[list[int]] = _ids(log).tolist()
    return found


def _ids(log: Log) -> Big:
    order = np.argsort(log.items.ids)
    at = order[np.searchsorted(log.items.ids[order], log.showings.items)]
    length = np.log2(np.maximum(1_000, log.items.durations_ms[at])).astype(np.int64)
    return np.stack(
        [
            log.showings.viewers,
            log.showings.items,
            log.items.creators[at],
            log.items.tags[at, 0],
            log.showings.places.astype(np.int64),
            length,
        ],
        axis=1,
    )


def plain_mmoe(
    log: Log, seed: int, tell: Callable[[int], None], *, is_streaming: bool
) -> NDArray[np.float32]:
    """Return float32[streamed, 2]: long view and like by an MMoE over id embeddings alone.

    Viewer, video, creator, tag, place and length class, 16 wide each; Adam; batches of 256 before
    the stream and of ten minutes in it, or none (`is_streaming` False: frozen).
    """
    ids = _ids(log)
    numbers = np.stack(
        [
            np.unique(key(ITEM + column, ids[:, column]), return_inverse=True)[1]
            for column in range(6)
        ],
        axis=1,
    )
    sizes = numbers.max(axis=0) + 1
    numbers = numbers + np.concatenate([[0], np.cumsum(sizes)[:-1]])
    labels = log.labels.values[:, BOTH]
    state = _first(int(sizes.sum()), seed)
    for start in range(log.taught, log.streamed_from, TRAINED_AT_ONCE):
        part = slice(start, min(start + TRAINED_AT_ONCE, log.streamed_from))
        state = _step(state, *_padded(numbers[part], labels[part]))
        tell(TRAINED_AT_ONCE)
    turns = log.showings.at_us[log.streamed_from :] // WINDOW_US
    ends = log.streamed_from + np.searchsorted(turns, turns, side="right")
    found = np.zeros((len(log) - log.streamed_from, 2), dtype=np.float32)
    start = log.streamed_from
    while start < len(log):
        end = min(int(ends[start - log.streamed_from]), start + TRAINED_AT_ONCE)
        rows, values, there = _padded(numbers[start:end], labels[start:end])
        score = np.asarray(_score(state[0], rows))[: end - start]
        found[start - log.streamed_from : end - log.streamed_from] = score
        if is_streaming:
            state = _step(state, rows, values, there)
        tell(end - start)
        start = end
    return found


def _padded(rows: Big, labels: NDArray[np.float32]) -> tuple[Any, Any, Any]:
    rest = TRAINED_AT_ONCE - len(rows)
    there = np.concatenate([np.ones(len(rows)), np.zeros(rest)]).astype(np.float32)
    return (
        jnp.asarray(np.concatenate([rows, np.zeros((rest, rows.shape[1]), dtype=rows.dtype)])),
        jnp.asarray(np.concatenate([labels, np.zeros((rest, 2), dtype=np.float32)])),
        jnp.asarray(there),
    )


def _first(rows: int, seed: int) -> tuple[Any, Any, Any, Any]:
    keys = jax.random.split(jax.random.PRNGKey(seed), 4)
    entry = 6 * ROW
    weights = {
        "rows": jax.random.normal(keys[0], (rows, ROW)) * 0.05,
        "experts": jax.random.normal(keys[1], (entry, EXPERTS, WIDE)) / entry**0.5,
        "gates": jax.random.normal(keys[2], (entry, 2, EXPERTS)) * 0.01,
        "towers": jax.random.normal(keys[3], (2, WIDE)) / WIDE**0.5,
        "base": jnp.array([-0.8, -4.0]),
    }
    first, second = (jax.tree.map(jnp.zeros_like, weights) for _ in range(2))
    return weights, first, second, jnp.zeros(())


def _logits(weights: Any, rows: Any) -> Any:
    entry = weights["rows"][rows].reshape(len(rows), -1)
    experts = jax.nn.relu(jnp.einsum("nf,fxk->nxk", entry, weights["experts"]))
    gates = jax.nn.softmax(jnp.einsum("nf,fhx->nhx", entry, weights["gates"]), axis=-1)
    mixed = jnp.einsum("nhx,nxk->nhk", gates, experts)
    return jnp.einsum("nhk,hk->nh", mixed, weights["towers"]) + weights["base"]


@jax.jit
def _score(weights: Any, rows: Any) -> Any:
    return jax.nn.sigmoid(_logits(weights, rows))


@partial(jax.jit, donate_argnums=(0,))
def _step(state: tuple[Any, Any, Any, Any], rows: Any, labels: Any, there: Any) -> Any:
    weights, first, second, steps = state

    def loss(current: Any) -> Any:
        total = _logits(current, rows)
        by_row = (jnp.logaddexp(0.0, total) - labels * total).sum(axis=1)
        return (there * by_row).sum() / there.sum()

    slope = jax.grad(loss)(weights)
    steps = steps + 1
    first = jax.tree.map(lambda old, now: 0.9 * old + 0.1 * now, first, slope)
    second = jax.tree.map(lambda old, now: 0.999 * old + 0.001 * now * now, second, slope)
    weights = jax.tree.map(
        lambda weight, one, two: (
            weight - 1e-3 * (one / (1 - 0.9**steps)) / (jnp.sqrt(two / (1 - 0.999**steps)) + 1e-8)
        ),
        weights,
        first,
        second,
    )
    return weights, first, second, steps
