"""The estimators on logs whose truth is known: right within their intervals, or silent."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.estimate.draws import BadRule, Draws, Floats, Slate, gather, rule
from lab.estimate.estimators import EFFECTIVE_MIN, Judged, effective, judge, weights

HEADS = ("long_view", "like")
POLICIES = ("current", "other")
SEEDS = 20
RESAMPLES = 200


class World:
    """Viewers and candidates of known chances; both policies see some of what makes them."""

    def __init__(self, seed: int, *, draws: int = 8_000, is_even: bool = True) -> None:
        self.chance = np.random.default_rng(seed)
        self.count = draws
        self.is_even = is_even
        self.truth = {name: np.zeros(len(HEADS)) for name in POLICIES}

    def slates(self, choose: str = "top:0.2") -> Iterator[Slate]:
        """Yield draws, and add up what each policy would truly have earned."""
        chooses = rule(choose)
        for number in range(self.count):
            size = int(self.chance.integers(15, 40))
            good, noise = self.chance.normal(size=(2, size))
            mood = 0.5 * float(self.chance.normal())
            chances = _sigmoid(np.stack([0.9 * good + mood - 0.5, 0.7 * good - 2.0], axis=1))
            scores = {"current": 0.3 * good + noise, "other": good + 0.5 * noise}
            drawn = np.full(size, 1 / size)
            if not self.is_even:
                drawn = np.exp(0.8 * good)
                drawn /= drawn.sum()
            for name in POLICIES:
                self.truth[name] += chooses(scores[name]) @ chances / self.count
            shown = int(self.chance.choice(size, p=drawn))
            yield Slate(
                viewer=number % 1_000,
                shown=shown,
                propensity=float(drawn[shown]),
                scores=scores,
                predicted=np.clip(chances + 0.05 * self.chance.normal(size=chances.shape), 0, 1),
                labels=(self.chance.random(len(HEADS)) < chances[shown]).astype(np.float64),
            )

    def draws(self, choose: str = "top:0.2") -> Draws:
        """All of them."""
        return gather(self.slates(choose), POLICIES, rule(choose), HEADS)


def _sigmoid(values: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-values))
    return found


def judged(draws: Draws, seed: int = 1) -> Judged:
    return judge(draws, "other", "current", resamples=RESAMPLES, seed=seed)


@pytest.mark.parametrize("is_even", [True, False], ids=["even draws", "uneven draws"])
def test_both_estimators_are_right_within_their_intervals(*, is_even: bool) -> None:
    """Over seeds: the truth lies in nineteen of twenty intervals, and errors cancel out."""
    inside = dict.fromkeys(("snips", "robust", "gain"), 0)
    errors: dict[str, list[float]] = {"snips": [], "robust": []}
    widths: dict[str, list[float]] = {"snips": [], "robust": []}
    for seed in range(SEEDS):
        world = World(seed, draws=8_000, is_even=is_even)
        found = judged(world.draws(), seed)
        assert not found.refusal, found.refusal
        assert found.effective >= EFFECTIVE_MIN
        for head, earned in enumerate(found.earned):
            truth = world.truth["other"][head]
            for name, interval in (("snips", earned.snips), ("robust", earned.robust)):
                inside[name] += interval.low <= truth <= interval.high
                errors[name].append(interval.value - truth)
                widths[name].append(interval.high - interval.low)
            gain = truth - world.truth["current"][head]
            inside["gain"] += earned.robust_gain.low <= gain <= earned.robust_gain.high
            assert earned.verdict == "better"

    cases = SEEDS * len(HEADS)
    for name, count in inside.items():
        assert count / cases >= 0.8, (name, count)
    for name, missed in errors.items():
        error = np.array(missed)
        assert abs(error.mean()) < 3.5 * error.std() / cases**0.5, name
    assert np.mean(widths["robust"]) < np.mean(widths["snips"])


def test_wrong_propensities_matter() -> None:
    """Uneven draws logged as even ones: the estimate misses by far, or is refused outright."""
    world = World(3, is_even=False)
    slates = list(world.slates("softmax:1"))
    wrong = [replace(one, propensity=1 / len(one.scores["other"])) for one in slates]
    right_draws, wrong_draws = (
        gather(each, POLICIES, rule("softmax:1"), HEADS) for each in (slates, wrong)
    )
    right, told = judged(right_draws), judged(wrong_draws)

    assert not right.refusal
    truth = world.truth["other"][0]
    assert right.earned[0].snips.low <= truth <= right.earned[0].snips.high
    assert told.earned == ()
    assert "on average and should be 1" in told.refusal
    weight = weights(wrong_draws, wrong_draws.choices["other"])
    naive = float((weight * wrong_draws.labels[:, 0]).sum() / weight.sum())
    assert naive > right.earned[0].snips.high + 0.02


@pytest.mark.parametrize(("draws", "choose"), [(4_000, "top:0.2"), (20_000, "best")])
def test_no_verdict_below_a_thousand(draws: int, choose: str) -> None:
    """Neither figures nor words that could be taken for one; it says what is missing."""
    found = judged(World(5, draws=draws).draws(choose))

    assert found.effective < EFFECTIVE_MIN
    assert found.earned == ()
    assert f"must be {EFFECTIVE_MIN:,}" in found.refusal
    assert "more random slots are needed" in found.refusal
    assert not judged(World(5, draws=6_500).draws("top:0.2")).refusal


def test_few_viewers_and_no_draws_prove_nothing() -> None:
    draws = World(5).draws()
    few = replace(draws, viewers=draws.viewers % 20)
    assert judged(few).refusal == "only 20 viewers were drawn for; 30 are needed"
    assert "no random slots" in judged(World(5, draws=0).draws()).refusal


def test_the_same_order_gains_nothing_over_itself() -> None:
    """Exactly: what is common to both cancels out."""
    (first, *_) = judge(World(5).draws(), "other", "other", resamples=50, seed=1).earned
    assert first.robust_gain == first.snips_gain
    assert (first.robust_gain.low, first.robust_gain.high) == (0.0, 0.0)
    assert first.verdict == "no difference seen"


def test_without_predictions_the_robust_estimate_still_holds() -> None:
    """A mean takes their place, of viewers other than the one it is used for."""
    world = World(6)
    blank = (replace(one, predicted=np.zeros((len(one.predicted), 0))) for one in world.slates())
    (long_view, like) = judged(gather(blank, POLICIES, rule("top:0.2"), HEADS)).earned

    for head, earned in enumerate((long_view, like)):
        assert earned.robust.low <= world.truth["other"][head] <= earned.robust.high


def test_labels_nobody_knows_are_left_out() -> None:
    """A head without any is not reported; gaps of another cost draws, not truth."""
    draws = World(7).draws()
    draws.labels[:, 1] = np.nan
    draws.labels[::2, 0] = np.nan
    (earned,) = judged(draws).earned
    assert (earned.head, earned.draws) == ("long_view", 4_000)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-5, 5), min_size=1, max_size=40),
    st.sampled_from(["best", "top:0.1", "top:1", "softmax:0.5", "softmax:10"]),
)
def test_a_rule_gives_probabilities(scores: list[float], words: str) -> None:
    """They sum to one, and a better score is never chosen less."""
    given_scores = np.array(scores)
    found = rule(words)(given_scores)
    assert found.sum() == pytest.approx(1.0)
    assert (found >= 0).all()
    order = np.argsort(-given_scores, kind="stable")
    assert (np.diff(found[order]) <= 1e-12).all()


@pytest.mark.parametrize("words", ["", "top", "top:2", "top:0", "softmax:-1", "best:3", "luck"])
def test_other_rules_are_refused_in_words(words: str) -> None:
    with pytest.raises(BadRule):
        rule(words)


@given(st.lists(st.floats(0, 10), min_size=1, max_size=50))
def test_effective_size_is_at_most_the_size(weight: list[float]) -> None:
    """And equal weights count whole."""
    assert 0 <= effective(np.array(weight)) <= len(weight) + 1e-6
    assert effective(np.ones(len(weight))) == pytest.approx(len(weight))
