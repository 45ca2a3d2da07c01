"""`nightmarket lab simulate`: run a committed scenario and write its report."""

import json
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from lab.crowd.report import population_page
from lab.crowd.run import WAYS, simulate
from lab.crowd.world import Crowd
from lab.race import attack as attacks
from lab.race.figures import Figures, Started, figures
from lab.race.policies import FixedPools, Halving, Oracle, ThompsonWithFloor, Uniform
from lab.race.report import attack_page, content_page, pools_page
from lab.race.scenario import CONTENT, POOLS, SMALL, Scenario
from lab.race.world import Policy, Race, run

DAYS = 30
SCENARIOS = ("pools", "content", "attack", "population")


def main() -> None:
    """Read the options and run."""
    typer.run(_simulate)


def _simulate(
    scenario: Annotated[str, typer.Option(help="pools, content, attack or population")] = "pools",
    seed: Annotated[int, typer.Option(help="the same seed writes the same bytes")] = 7,
    days: Annotated[int, typer.Option(help="simulate a population for so many days")] = 0,
    uploads: Annotated[int, typer.Option(help="uploads a day; 0: as committed")] = 0,
    out: Annotated[Path, typer.Option(help="folder for the report")] = Path("lab-report"),
) -> None:
    if scenario not in SCENARIOS:
        raise typer.BadParameter(f"one of {', '.join(SCENARIOS)}")
    if days == 1:
        raise typer.BadParameter("the last day's uploads are not measured: at least 2 days")
    if days or scenario == "population":
        scenario = "population"
        crowd = Crowd(uploads_a_day=uploads) if uploads else Crowd()
        data, page = population(crowd, seed, days or DAYS)
    elif scenario == "pools":
        world = Scenario(uploads_a_day=uploads) if uploads else POOLS
        data, page = pools(world, seed)
    elif scenario == "content":
        worlds = {
            told: replace(one, uploads_a_day=uploads or one.uploads_a_day)
            for told, one in CONTENT.items()
        }
        data, page = content(worlds, seed)
    else:
        world = Scenario(uploads_a_day=uploads) if uploads else SMALL
        data, page = attacked(world, seed)
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{scenario}.json").write_text(json.dumps(data, indent=1, sort_keys=True) + "\n")
    (out / f"{scenario}.md").write_text(page)
    typer.echo(page)


def population(crowd: Crowd, seed: int, days: int) -> tuple[dict[str, Any], str]:
    """Let the same people live with each way to run the feed; returns data and a page."""
    with Progress(console=Console(stderr=True)) as progress:
        results = []
        for way in WAYS:
            task = progress.add_task(way.name, total=days * 24)
            results.append(simulate(crowd, seed, days, way, partial(progress.advance, task)))
    data = {
        "crowd": asdict(crowd),
        "seed": seed,
        "days": days,
        "ways": [asdict(one) for one in results],
    }
    return data, population_page(crowd, seed, days, results)


def pools(scenario: Scenario, seed: int) -> tuple[dict[str, Any], str]:
    """Run every policy in one world; returns the figures as data and as a page."""
    entrants: list[Policy] = [
        Oracle(),
        Uniform(),
        FixedPools(),
        Halving(),
        ThompsonWithFloor(),
    ]
    with Progress(console=Console(stderr=True)) as progress:
        races = [_raced(scenario, one, seed, progress) for one in entrants]
    table: list[Figures] = [figures(race, races[0]) for race in races]
    data = {
        "scenario": asdict(scenario),
        "seed": seed,
        "policies": [asdict(one) for one in table],
    }
    return data, pools_page(scenario, seed, table)


STARTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("its market's rates", {"has_prior": False}),
    ("what content lets expect", {}),
    ("the same, never learned again", {"learns_until": POOLS.rounds_a_day}),
)
"""What newcomers start from; the last only matters where content turns, and is run only there."""


def content(worlds: dict[str, Scenario], seed: int) -> tuple[dict[str, Any], str]:
    """Run our policy with and without content's word, in worlds where it says more or less."""
    table = []
    with Progress(console=Console(stderr=True)) as progress:
        for told, world in worlds.items():
            oracle = _raced(world, Oracle(), seed, progress)
            for start, how in STARTS[: 3 if world.misleads_after_day else 2]:
                race = _raced(world, ThompsonWithFloor(**how), seed, progress)
                table.append(Started(told, start, figures(race, oracle)))
    data = {
        "scenarios": {told: asdict(world) for told, world in worlds.items()},
        "seed": seed,
        "starts": [asdict(one) for one in table],
    }
    return data, content_page(next(iter(worlds.values())), seed, table)


def _raced(scenario: Scenario, policy: Policy, seed: int, progress: Progress) -> Race:
    task = progress.add_task(policy.name, total=scenario.rounds)
    return run(scenario, policy, seed, step=lambda: progress.advance(task))


def attacked(scenario: Scenario, seed: int) -> tuple[dict[str, Any], str]:
    """Run the attack; returns what became of the upload as data and as a page."""
    outcomes = attacks.attack(scenario, seed)
    data = {
        "scenario": asdict(scenario),
        "seed": seed,
        "accounts": attacks.ACCOUNTS,
        "outcomes": [asdict(one) for one in outcomes],
    }
    return data, attack_page(scenario, seed, outcomes)
