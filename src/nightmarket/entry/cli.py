"""The command line: what an operator runs; `lab` and `bench` join by entry point."""

import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from importlib.metadata import entry_points

import psycopg
import typer

from nightmarket.entry.supervise import CannotStart
from nightmarket.entry.terminal import problem
from nightmarket.infra.settings import MisreadSetting

COMMANDS = ("up", "ranker", "demo", "migrate", "doctor", "backup", "restore", "admin")


def main() -> None:
    """Run the command line; every refusal is a sentence and exit status 1."""
    if sys.flags.optimize:
        sys.exit("Nightmarket does not run under `python -O`: asserts are part of it.")
    called = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        app([called] if called in COMMANDS else COMMANDS)()
    except (CannotStart, MisreadSetting) as error:
        problem.print(f"[bold red]Cannot go on:[/] {error}")
        sys.exit(1)
    except OSError as error:
        problem.print(f"[bold red]Cannot go on:[/] {error.strerror}: {error.filename or ''}")
        sys.exit(1)
    except psycopg.OperationalError as error:
        problem.print(f"[bold red]The database does not answer:[/] {error}")
        sys.exit(1)


def app(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """Return the command line with these commands: `up` need not load what `backup` needs."""
    whole = typer.Typer(no_args_is_help=True, add_completion=False, help="Run a Nightmarket.")
    whole.callback()(_nothing)
    for name in names:
        whole.add_typer(import_module(f"nightmarket.entry.commands.{name}").app)
    if len(whole.registered_groups) == len(COMMANDS):
        for entry in entry_points(group="nightmarket.commands"):
            with suppress(ModuleNotFoundError):  # Benchmarks come with a checkout only.
                whole.add_typer(entry.load(), name=entry.name)
    return whole


def _nothing() -> None:
    """Say nothing before a command runs."""


if __name__ == "__main__":
    main()
