"""What a replay found: figures by head and reader, as data and as Markdown."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.replay import measures
from lab.replay.log import Log
from nightmarket.domains.ranking.values import heads

POSITIVES_MIN = 50
"""A head that happened less often is not measured: the figure would be noise."""
MIDDLE = 0.5
"""A quantile head counts as a yes above it: longer than half of the others."""
Chances = NDArray[np.floating[Any]]
DIFFERENCES = (
    "auc",
    "session_gauc",
    "session_gauc_bound",
    "session_gauc_moving",
    "session_gauc_moving_bound",
)


def figures(
    log: Log, head: int, chances: Chances, seated: Chances | None = None
) -> dict[str, float]:
    """Return the measures of one head's predictions for the streamed showings.

    `seated`: those by the state in which each sitting began; None: the predictions know no states.
    """
    streamed = np.arange(log.streamed_from, len(log))
    happened = log.labels.values[streamed, head].astype(np.float64)
    if heads.HEADS[head].is_quantile:
        happened = (happened > MIDDLE).astype(np.float64)
    score = chances.astype(np.float64)
    whole = score if seated is None else seated.astype(np.float64)
    viewers = log.showings.viewers[streamed]
    sittings = log.showings.sittings[streamed]
    ratio, gap = measures.calibration(happened, score)
    found = {
        "auc": measures.auc(happened, score),
        "user_gauc": measures.by_group(viewers, happened, score, viewers).mean,
        "session_gauc": measures.by_group(sittings, happened, whole, viewers).mean,
        "session_gauc_moving": measures.by_group(sittings, happened, score, viewers).mean,
        "ndcg_5": measures.ndcg(sittings, happened, score),
        "predicted_over_observed": ratio,
        "calibration_gap": gap,
        "positives": float(happened.sum()),
    }
    return found | _by_novelty(log, happened, score)


def _by_novelty(
    log: Log, happened: NDArray[np.float64], score: NDArray[np.float64]
) -> dict[str, float]:
    """AUC for viewers and videos the log had, or had not, before the stream."""
    found = {}
    for name, column in (("viewers", log.showings.viewers), ("videos", log.showings.items)):
        before, now = column[: log.streamed_from], column[log.streamed_from :]
        is_old = np.isin(now, before)
        for word, chosen in (("old", is_old), ("new", ~is_old)):
            if chosen.any():
                found[f"auc_{word}_{name}"] = measures.auc(happened[chosen], score[chosen])
                found[f"share_{word}_{name}"] = float(chosen.mean())
    return found


def measured(log: Log) -> list[int]:
    """Return the heads that happened often enough in the stream."""
    values = log.labels.values[log.streamed_from :]
    known = log.labels.known[log.streamed_from :]
    return [head for head in range(heads.COUNT) if (values * known)[:, head].sum() >= POSITIVES_MIN]


def difference(
    log: Log, head: int, one: Sequence[Chances], other: Sequence[Chances]
) -> dict[str, float]:
    """Compare two readers over seeds: the mean difference of AUC inside sittings, and its bound.

    The bound resamples people, with each sitting's AUC averaged over the seeds.
    """
    streamed = np.arange(log.streamed_from, len(log))
    happened = log.labels.values[streamed, head].astype(np.float64)
    viewers, sat = log.showings.viewers[streamed], log.showings.sittings[streamed]
    sides = []
    for seeds in (one, other):
        each = [measures.by_group(sat, happened, np.asarray(s, np.float64), viewers) for s in seeds]
        mean = np.mean([groups.values for groups in each], axis=0)
        sides.append(measures.Groups(mean, each[0].weights, each[0].owners))
    bound = measures.bound_of_difference(sides[0], sides[1], np.random.default_rng(7))
    return {"session_gauc": sides[0].mean - sides[1].mean, "session_gauc_bound": bound}


def markdown(found: dict[str, Any]) -> str:
    """Write the report people read; every number is one of the data's."""
    lines = [
        f"# Replay of {found['log']}",
        "",
        (
            f"{found['streamed']:,} showings scored before they were learned from, "
            f"{found['trained']:,} before them, {found['seeds']} seeds. Means over seeds."
        ),
        "",
    ]
    columns = (
        "auc",
        "user_gauc",
        "session_gauc",
        "session_gauc_moving",
        "ndcg_5",
        "predicted_over_observed",
    )
    for code, readers in found["heads"].items():
        lines += [f"## {code}", "", "| reader | " + " | ".join(columns) + " |"]
        lines += ["|---" * (len(columns) + 1) + "|"]
        for name, values in readers.items():
            cells = " | ".join(f"{values[column]:.4f}" for column in columns)
            lines.append(f"| {name} | {cells} |")
        lines.append("")
    if found["differences"]:
        lines += ["## Against frozen", ""]
        lines += ["| head | reader | AUC | session GAUC | 95 % bound | moving | 95 % bound |"]
        lines += ["|---|---|---|---|---|---|---|"]
        for one in found["differences"]:
            points = " | ".join(f"{one[name] * 100:+.2f}" for name in DIFFERENCES)
            lines.append(f"| {one['head']} | {one['reader']} | {points} |")
        lines += ["", "In points; a bound is the lower end over resampled people."]
        lines += ["Session GAUC orders a sitting by the state in which it began, as a page is;"]
        lines += ["moving: each showing by the state of its own moment, states among them.", ""]
    return "\n".join(lines)
