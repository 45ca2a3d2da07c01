"""`nightmarket lab replay LOG`: a real log through the ranker, scored first, learned from after."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from lab.replay import kuairand, report, rivals, table
from lab.replay.log import Log
from lab.replay.run import SYNCS_US, replay
from nightmarket.domains.ranking.values import heads
from nightmarket.domains.ranking.values.shape import Shape


def main(words: Sequence[str] | None = None) -> None:
    """Read the options, replay, print the Markdown; the data goes to `--json`."""
    given = _options().parse_args(words)
    try:
        log = read_log(given.log, given.train_until, has_history=not given.no_history)
    except (table.BadLog, FileNotFoundError) as error:
        sys.exit(f"Cannot replay: {error}")
    shape = Shape(layers=given.layers, past=given.past)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    ) as progress:
        found = run(log, shape, given, progress)
    text = report.markdown(found)
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        given.json.with_suffix(".md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)


def run(log: Log, shape: Shape, given: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Return the figures of all seeds, readers and rivals."""
    by_reader: dict[str, list[Any]] = {name: [] for name in given.sync}
    by_seated: dict[str, list[Any]] = {name: [] for name in given.sync}
    undone = 0
    for seed in range(given.seeds):
        task = progress.add_task(f"seed {seed}", total=len(log))
        tell = partial(progress.advance, task)
        done = replay(log, shape, seed, given.sync, tell)
        undone += done.undone
        for name, chances in done.chances.items():
            by_reader[name].append(chances)
            by_seated[name].append(done.seated[name])
    compared = {} if given.no_rivals else _rivals(log, given.seeds, progress)
    measured = report.measured(log)
    found: dict[str, Any] = {
        "log": log.name,
        "trained": log.streamed_from,
        "streamed": len(log) - log.streamed_from,
        "seeds": given.seeds,
        "layers": shape.layers,
        "past": shape.past,
        "steps_undone": undone,
        "heads": {},
        "differences": [],
    }
    for head in measured:
        code = heads.CODES[head]
        found["heads"][code] = {
            name: _mean(
                [
                    report.figures(log, head, one[:, head], seated[:, head])
                    for one, seated in zip(each, by_seated[name], strict=True)
                ]
            )
            for name, each in by_reader.items()
        } | {
            name: _mean([report.figures(log, head, one) for one in each])
            for name, each in compared.get(code, {}).items()
        }
        if "frozen" in by_reader and head in {heads.LONG_VIEW, heads.LIKE}:
            found["differences"] += _differences(
                log, head, found["heads"][code], (by_reader, by_seated)
            )
    return found


def _differences(
    log: Log,
    head: int,
    figures: dict[str, dict[str, float]],
    chances: tuple[dict[str, list[Any]], dict[str, list[Any]]],
) -> list[dict[str, Any]]:
    """Return what each reader gains over the frozen one, in AUC and inside sittings."""
    moving, seated = (
        {name: [one[:, head] for one in each] for name, each in found.items()} for found in chances
    )
    differences = []
    for name in moving:
        if name == "frozen":
            continue
        by_moving = report.difference(log, head, moving[name], moving["frozen"])
        differences.append(
            {
                "head": heads.CODES[head],
                "reader": name,
                "auc": figures[name]["auc"] - figures["frozen"]["auc"],
                **report.difference(log, head, seated[name], seated["frozen"]),
                "session_gauc_moving": by_moving["session_gauc"],
                "session_gauc_moving_bound": by_moving["session_gauc_bound"],
            }
        )
    return differences


def _rivals(log: Log, seeds: int, progress: Progress) -> dict[str, dict[str, list[Any]]]:
    task = progress.add_task("rivals", total=None)

    tell = partial(progress.advance, task)
    long_view: dict[str, list[Any]] = {
        "popularity": [rivals.popularity(log, heads.LONG_VIEW)],
        "logistic regression": [rivals.regression(log, heads.LONG_VIEW, tell)],
        "factorisation machine": [rivals.factors(log, heads.LONG_VIEW, tell)],
    }
    like: dict[str, list[Any]] = {"popularity": [rivals.popularity(log, heads.LIKE)]}
    for name, is_streaming in (("plain MMoE, 10m", True), ("plain MMoE, frozen", False)):
        each = [
            rivals.plain_mmoe(log, one, tell, is_streaming=is_streaming) for one in range(seeds)
        ]
        long_view[name] = [one[:, 0] for one in each]
        like[name] = [one[:, 1] for one in each]
    return {"long_view": long_view, "like": like}


def _mean(each: list[dict[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([one[name] for one in each])) for name in each[0]}


def read_log(path: Path, train_until: date, *, has_history: bool) -> Log:
    """Return the log in a folder or a file.

    Raises:
        FileNotFoundError: there is none.
        BadLog: it is not one that can be replayed.
    """
    if path.is_dir():
        if not kuairand.matches(path):
            raise FileNotFoundError(f"{path} holds no log that is known here")
        return kuairand.read(path, train_until, has_history=has_history)
    if not path.exists():
        raise FileNotFoundError(f"there is no {path}")
    return table.read(path, train_until)


def _syncs(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in SYNCS_US]:
        raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(SYNCS_US)}")
    return names


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="nightmarket lab replay", description=__doc__)
    options.add_argument("log", type=Path, help="a KuaiRand folder, or a CSV or Parquet file")
    options.add_argument(
        "--train-until", type=date.fromisoformat, default=date(2022, 4, 30), metavar="DATE"
    )
    options.add_argument("--sync", type=_syncs, default=["frozen", "24h", "1h", "10m"])
    options.add_argument("--seeds", type=int, default=1)
    options.add_argument("--layers", type=int, default=Shape().layers)
    options.add_argument("--past", type=int, default=Shape().past)
    options.add_argument("--no-history", action="store_true", help="only what has a time")
    options.add_argument("--no-rivals", action="store_true")
    options.add_argument("--json", type=Path, metavar="FILE")
    return options


if __name__ == "__main__":
    main()
