"""The compiled programs of the model: each once, few at a time, and no memory left behind.

A step's program holds tens of megabytes for as long as it can be called and compiling leaves
hundreds behind, so there is a bound: above it all are dropped, and come back as they are needed,
from the compiler's cache on disk where there is one.
"""

import gc
import threading
from collections.abc import Callable
from typing import Any

import jax

from nightmarket.domains.ranking.learner import batching, network, optimiser
from nightmarket.domains.ranking.learner.batching import SCORE_SIZES, STEP_SIZES, Size
from nightmarket.domains.ranking.values.shape import Shape
from nightmarket.infra import heap

LIVE_MAX = 18
"""As many as a ranker with a past usually needs (`usual`): one more, and others come and go."""
STEP, SCORE = "step", "score"
Program = Callable[..., Any]
Key = tuple[str, Shape, Size]


class Programs:
    """Programs by what they do, the model's shape and the sizes of their arrays."""

    def __init__(self, live_max: int = LIVE_MAX) -> None:
        """Hold at most so many; one more, and all make room."""
        self._live_max = live_max
        self._live: dict[Key, Program] = {}
        self._making = threading.Lock()
        self.made = 0

    def __len__(self) -> int:
        """How many are held now."""
        return len(self._live)

    def held(self) -> list[Key]:
        """Return which are held now."""
        return list(self._live)

    def get(self, kind: str, shape: Shape, size: Size) -> Program:
        """Return a program, compiling it when it is not there; may be called by several threads."""
        found = self._live.get((kind, shape, size))
        if found is not None:
            return found
        with self._making:
            found = self._live.get((kind, shape, size))
            if found is None:
                if len(self._live) >= self._live_max:
                    self._live.clear()
                found = self._live[kind, shape, size] = _compiled(kind, shape, size)
                self.made += 1
                jax.clear_caches()  # type: ignore[no-untyped-call]  # Its own signature.
                gc.collect()
                heap.give_back()
        return found


PROGRAMS = Programs()
"""Those of this process: a program belongs to sizes, not to a learner."""


def usual(shape: Shape) -> list[tuple[str, Size]]:
    """Return everything a ranker of this shape compiles, what pages wait for first."""
    scores = [(SCORE, size) for size in batching.usual(shape, SCORE_SIZES) if size.viewers <= 1]
    return [*scores, *((STEP, size) for size in batching.usual(shape, STEP_SIZES))]


def _compiled(kind: str, shape: Shape, size: Size) -> Program:
    batch, targets = batching.nothing(shape, size)
    weights = network.first_weights(shape, 0)
    if kind == SCORE:
        return jax.jit(network.score, static_argnums=2).lower(weights, batch, shape).compile()
    state = weights, optimiser.first_momentum(weights)
    stepping = jax.jit(optimiser.step, static_argnums=3)
    return stepping.lower(state, batch, targets, shape).compile()
