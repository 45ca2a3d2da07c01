"""`nightmarket lab estimate`: what another order of the feed would earn, from random slots."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from lab.estimate import market, policies, report, table
from lab.estimate.draws import BadRule, Draws, Gathering, gather, rule
from lab.estimate.estimators import judge
from lab.estimate.policies import CURRENT, Policy
from nightmarket.domains.ranking.values import heads
from nightmarket.entry import terminal
from nightmarket.entry.supervise import CannotStart
from nightmarket.infra.db import Database

RESAMPLES = 1_000
CHOOSE = "top:0.1"
DAYS = 30
REFUSED = (BadRule, policies.BadWeights, table.BadTable, CannotStart, OSError)


@dataclass(frozen=True, slots=True)
class Found:
    """Draws to judge, by which policies, against which one, and words about them."""

    draws: Draws
    names: Sequence[str]
    against: str
    about: dict[str, Any]


def main(words: Sequence[str] | None = None) -> None:
    """Read the options, estimate, print the Markdown; the data goes to `--json`."""
    given = options().parse_args(words)
    with Progress(console=Console(stderr=True)) as progress:
        try:
            found = _of_table(given) if given.table else _of_market(given, progress)
        except REFUSED as error:
            sys.exit(f"Cannot estimate: {error}")
        judged = [
            judge(found.draws, name, found.against, resamples=given.resamples, seed=given.seed)
            for name in found.names
        ]
    about = {"choose": given.choose, "used": len(found.draws), **found.about}
    if given.json:
        told = json.dumps(report.data(about, judged), indent=1) + "\n"
        given.json.write_text(told, encoding="utf-8")
    sys.stdout.write(report.markdown(about, judged))


def _of_table(given: argparse.Namespace) -> Found:
    read = table.Table(given.table, given.score)
    draws = gather(read.slates(), read.scores, rule(given.choose), read.heads)
    names = given.score or [table.BASE]
    return Found(draws, names, table.BASE, {"source": given.table.name})


def _of_market(given: argparse.Namespace, progress: Progress) -> Found:
    known = [CURRENT, *(policies.read(path) for path in given.weights)]
    settings = terminal.settings_for(given.data, None)
    with terminal.database(settings) as url:
        return asyncio.run(read_market(url, known, given, progress))


async def read_market(
    url: str, known: Sequence[Policy], given: argparse.Namespace, progress: Progress
) -> Found:
    """Read what `given` asks for from a database; the first of `known` is what others beat."""
    names = [policy.name for policy in known]
    gathering = Gathering(names, rule(given.choose), heads.CODES)
    database = Database(url, connections_max=1)
    await database.open()
    try:
        days = (await market.days_kept(database))[-given.days :]
        wanted = {one.key async for one in market.random_slots(database, days)}
        task = progress.add_task("what came of them: events read", total=None)
        tell = partial(progress.advance, task)
        outcomes = await market.outcomes(database, wanted, days[0] if days else 0, tell)
        task = progress.add_task("random slots", total=len(wanted))
        with table.Export(given.export) if given.export else nullcontext() as export:
            async for drawn in market.random_slots(database, days):
                progress.advance(task)
                labels = outcomes.labels.get(drawn.key)
                if labels is None:
                    continue
                slate = market.slate(drawn, labels, known)
                gathering.add(slate)
                if export:
                    export.add(drawn, slate)
    finally:
        await database.close()
    about = {
        "source": "the market's own log",
        "never_seen": outcomes.never_seen,
        "still_open": outcomes.still_open,
    }
    return Found(gathering.draws(), names[1:] or names, CURRENT.name, about)


def options() -> argparse.ArgumentParser:
    """Return what can be asked for."""
    asked = argparse.ArgumentParser(prog="nightmarket lab estimate", description=__doc__)
    asked.add_argument("--data", type=Path, metavar="DIRECTORY", help="of the market to read")
    asked.add_argument(
        "--table", type=Path, metavar="FILE", help="read an exported CSV or Parquet file instead"
    )
    asked.add_argument(
        "--weights",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="TOML with [weights] and [heads] to try; may be given again",
    )
    asked.add_argument(
        "--score", action="append", default=[], metavar="COLUMN", help="of --table, to try"
    )
    asked.add_argument("--choose", default=CHOOSE, help="best, top:SHARE or softmax:TEMPERATURE")
    asked.add_argument("--days", type=int, default=DAYS, help="only the last ones")
    asked.add_argument("--resamples", type=int, default=RESAMPLES)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--export", type=Path, metavar="FILE", help="write what was read")
    asked.add_argument("--json", type=Path, metavar="FILE")
    return asked


if __name__ == "__main__":
    main()
