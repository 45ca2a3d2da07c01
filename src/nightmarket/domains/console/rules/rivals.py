"""What the rivals of a random slot were, in few numbers. Pure."""

from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class RivalsTold:
    """All that could have stood on the random slot: how many, what they scored.

    `better`: how many scored higher than the one that was drawn. Scores None: they were not kept.
    """

    count: int
    lowest: float | None
    median: float | None
    highest: float | None
    better: int | None


def rivals_told(record: dict[str, Any]) -> RivalsTold | None:
    """Return what a page's rivals were; None: it has no random slot, or nothing of it is kept."""
    rivals = record["rivals"]
    if not rivals:
        return None
    scores = [added_up(one["features"], record["weights"]) for one in rivals]
    if not any(one["features"] for one in rivals):
        return RivalsTold(len(rivals), None, None, None, None)
    drawn = next(item for item in record["items"] if item["way"] == "random")
    own = added_up(drawn["features"], record["weights"])
    better = sum(score > own for score in scores)
    return RivalsTold(len(rivals), min(scores), median(scores), max(scores), better)


def added_up(features: dict[str, float], weights: dict[str, float]) -> float:
    """Return the score as its features and weights make it."""
    return sum(value * weights[code] for code, value in features.items())
