"""Draws: what chance put on a slot, among what, what came of it, and what a policy had done."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rule = Callable[[Floats], Floats]
"""From the scores of a slate to the probability of choosing each."""


class BadRule(ValueError):
    """The words name no way to choose; the message says which there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slate:
    """One random slot: all that could have stood there, and the one that did.

    `shown` is its place, `propensity` with which probability it was drawn among them. `scores` by
    policy; `predicted` float[candidates, heads], without columns: nothing predicted them. `labels`
    float[heads], NaN: nobody can know yet.
    """

    viewer: int
    shown: int
    propensity: float
    scores: Mapping[str, Floats]
    predicted: Floats
    labels: Floats


@dataclass(frozen=True, slots=True)
class Choice:
    """What a policy had done, by draw: how likely it had shown what was shown.

    `expected` float[draws, heads]: the mean of what was predicted, over what it had chosen.
    """

    chances: Floats
    expected: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """Many slates, without their candidates. `predicted` is of the shown one, NaN: nothing was."""

    heads: tuple[str, ...]
    viewers: NDArray[np.int64]
    propensities: Floats
    labels: Floats
    predicted: Floats
    choices: Mapping[str, Choice]

    def __len__(self) -> int:
        """How many."""
        return len(self.viewers)


class Gathering:
    """Lets every policy choose on every slate by `rule`; keeps a few numbers a slate."""

    def __init__(self, policies: Sequence[str], rule: Rule, heads: tuple[str, ...]) -> None:
        self._rule = rule
        self._heads = heads
        self._viewers: list[int] = []
        self._propensities: list[float] = []
        self._labels: list[Floats] = []
        self._predicted: list[Floats] = []
        self._chances: dict[str, list[float]] = {name: [] for name in policies}
        self._expected: dict[str, list[Floats]] = {name: [] for name in policies}

    def add(self, slate: Slate) -> None:
        """Take one slate in."""
        has_any = slate.predicted.shape[1] > 0
        nothing = np.full(len(self._heads), np.nan)
        self._viewers.append(slate.viewer)
        self._propensities.append(slate.propensity)
        self._labels.append(slate.labels)
        self._predicted.append(slate.predicted[slate.shown] if has_any else nothing)
        for name, chances in self._chances.items():
            probabilities = self._rule(slate.scores[name])
            chances.append(float(probabilities[slate.shown]))
            expected = probabilities @ slate.predicted if has_any else nothing
            self._expected[name].append(expected)

    def draws(self) -> Draws:
        """Return what was gathered."""
        shape = (len(self._viewers), len(self._heads))
        return Draws(
            heads=self._heads,
            viewers=np.array(self._viewers, dtype=np.int64),
            propensities=np.array(self._propensities, dtype=np.float64),
            labels=np.array(self._labels, dtype=np.float64).reshape(shape),
            predicted=np.array(self._predicted, dtype=np.float64).reshape(shape),
            choices={
                name: Choice(
                    np.array(chances, dtype=np.float64),
                    np.array(self._expected[name], dtype=np.float64).reshape(shape),
                )
                for name, chances in self._chances.items()
            },
        )


def gather(
    slates: Iterable[Slate], policies: Sequence[str], rule: Rule, heads: tuple[str, ...]
) -> Draws:
    """Gather all of `slates`."""
    gathering = Gathering(policies, rule, heads)
    for slate in slates:
        gathering.add(slate)
    return gathering.draws()


def rule(words: str) -> Rule:
    """Return the rule that `best`, `top:SHARE` or `softmax:TEMPERATURE` names.

    Raises:
        BadRule: it is none of these.
    """
    kind, _, text = words.partition(":")
    if kind == "best" and not text:
        return lambda scores: _top(scores, 1)
    try:
        number = float(text)
    except ValueError as error:
        raise BadRule(f"{words}: choose by best, top:SHARE or softmax:TEMPERATURE") from error
    if kind == "top" and 0 < number <= 1:
        return lambda scores: _top(scores, math.ceil(number * len(scores)))
    if kind == "softmax" and 0 < number < math.inf:
        return lambda scores: _softmax(scores / number)
    raise BadRule(f"{words}: a share lies in 0..1, a temperature above 0")


def _top(scores: Floats, count: int) -> Floats:
    """Evenly one of the best; of equal ones the earlier."""
    found = np.zeros(len(scores))
    found[np.argsort(-scores, kind="stable")[:count]] = 1.0 / count
    return found


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max())
    probabilities: Floats = raised / raised.sum()
    return probabilities
