"""The command line: what an operator runs; `lab` and `bench` join by entry point."""

import asyncio
import signal
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import psycopg
import typer
from rich.console import Console

from nightmarket.entry import supervise
from nightmarket.infra import migrate as migrations
from nightmarket.infra import settings as settings_file
from nightmarket.infra.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Run a Nightmarket.")
out = Console(highlight=False)
problem = Console(stderr=True, highlight=False)

Data = Annotated[Path | None, typer.Option("--data", help="The data directory.")]
Port = Annotated[int | None, typer.Option("--port", help="The port people open.")]


def main() -> None:
    """Run the command line; every refusal is a sentence and exit status 1."""
    if sys.flags.optimize:
        sys.exit("Nightmarket does not run under `python -O`: asserts are part of it.")
    for entry in entry_points(group="nightmarket.commands"):
        app.add_typer(entry.load(), name=entry.name)
    try:
        app()
    except (supervise.CannotStart, settings_file.MisreadSetting) as error:
        problem.print(f"[bold red]Cannot go on:[/] {error}")
        sys.exit(1)
    except psycopg.OperationalError as error:
        problem.print(f"[bold red]The database does not answer:[/] {error}")
        sys.exit(1)


def settings_for(data: Path | None, port: int | None, **more: Any) -> Settings:
    """Read settings with what the command line says on top.

    The public address follows the port unless it was set.
    """
    settings = settings_file.load(data_directory=data, port=port, **more)
    scheme = "https" if settings.tls_certificate else "http"
    if settings.public_url == Settings().public_url:
        public_url = f"{scheme}://localhost:{settings.port}"
        return settings_file.load(data_directory=data, port=port, public_url=public_url, **more)
    return settings


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end, or until Ctrl-C or SIGTERM asks for a calm stop."""

    async def guarded() -> None:
        task = asyncio.ensure_future(work)
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            out.print("stopped")

    asyncio.run(guarded())


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """Yield the database's address, starting the embedded one for as long as the block lasts.

    A tree that is running already lends its own.
    """
    if settings.database_url:
        yield settings.database_url
        return
    was_running = supervise.is_running(settings.data_directory)
    embedded = supervise.start_database(settings)
    try:
        yield embedded.url()
    finally:
        if not was_running:
            embedded.stop()


@app.command()
def up(data: Data = None, port: Port = None) -> None:
    """Run everything in the foreground until Ctrl-C."""
    settings = settings_for(data, port)

    async def work() -> None:
        began = perf_counter()
        async with supervise.tree(settings, out.print) as tree:
            out.print(f"ready {settings.public_url}")
            out.print(f"[dim]in {perf_counter() - began:.1f} s; Ctrl-C stops it[/]")
            await tree.failed.wait()
            raise supervise.CannotStart("a process kept falling; see the logs folder")

    run(work())


@app.command()
def migrate(
    data: Data = None,
    phase: Annotated[str | None, typer.Option(help="`pre` or `post`; default both.")] = None,
) -> None:
    """Bring the database up to date."""
    settings = settings_for(data, None)
    with database(settings) as url:
        done = migrations.migrate(url, phase=phase)
    out.print("\n".join(done.applied) or "nothing to do")


if __name__ == "__main__":
    main()
