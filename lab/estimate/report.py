"""What an estimate found, as data and in words."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from lab.estimate.estimators import COVERED, EFFECTIVE_MIN, Earned, Interval, Judged


def data(about: Mapping[str, Any], judged: Sequence[Judged]) -> dict[str, Any]:
    """Return everything as JSON has it."""
    return {**about, "policies": [asdict(one) for one in judged]}


def markdown(about: Mapping[str, Any], judged: Sequence[Judged]) -> str:
    """Return the report people read; every number is one of the data's."""
    lines = [
        "# What another order would earn",
        "",
        (
            f"{about['used']:,} random slots of {about['source']}, each policy choosing by "
            f"`{about['choose']}` among the same candidates."
        ),
        *(f"{about[name]:,} more {words}." for name, words in _LEFT_OUT.items() if about.get(name)),
        "",
    ]
    for one in judged:
        lines += _policy(one)
    return "\n".join(lines)


_LEFT_OUT = {
    "never_seen": "were served and nobody swiped so far",
    "still_open": "wait for what may still come of them",
}


def _policy(one: Judged) -> list[str]:
    head = [
        f"## {one.policy} against {one.against}",
        "",
        (
            f"{one.viewers:,} viewers; effective sample {one.effective:,.0f} "
            f"(at least {EFFECTIVE_MIN:,})."
        ),
        "",
    ]
    if one.refusal:
        return [*head, f"**No verdict**: {one.refusal}.", ""]
    low, high = COVERED
    columns = ("head", "draws", "by chance", "SNIPS", "doubly robust", "gain, SNIPS", "gain", "")
    return [
        *head,
        "| " + " | ".join(columns) + " |",
        "|--" * len(columns) + "|",
        *(_row(earned) for earned in one.earned),
        "",
        (
            f"In brackets: {low:g} to {high:g} % of resampled viewers. The verdict goes by the "
            "doubly robust gain."
        ),
        "",
    ]


def _row(one: Earned) -> str:
    cells = [
        one.head,
        f"{one.draws:,}",
        f"{one.by_chance:.4f}",
        _between(one.snips),
        _between(one.robust),
        _between(one.snips_gain, "+"),
        _between(one.robust_gain, "+"),
        one.verdict,
    ]
    return "| " + " | ".join(cells) + " |"


def _between(one: Interval, sign: str = "") -> str:
    return f"{one.value:{sign}.4f} ({one.low:{sign}.4f} to {one.high:{sign}.4f})"
