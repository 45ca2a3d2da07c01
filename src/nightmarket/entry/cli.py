"""The command line: what an operator runs; `lab` and `bench` join by entry point."""

import asyncio
import secrets
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import psycopg
import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from nightmarket.entry import backup as backups
from nightmarket.entry import doctor as doctors
from nightmarket.entry import operators, supervise
from nightmarket.entry.demo.crowd import OPERATOR, OPERATOR_EMAIL, PASSWORD
from nightmarket.infra import migrate as migrations
from nightmarket.infra import postgres, telemetry
from nightmarket.infra import settings as settings_file
from nightmarket.infra.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Run a Nightmarket.")
admin = typer.Typer(no_args_is_help=True, help="Accounts of the people who run it.")
app.add_typer(admin, name="admin")
out = Console(highlight=False)
problem = Console(stderr=True, highlight=False)

COLOURS = {"wrong": "bold red", "careful": "yellow", "fine": "green"}
ROLES_DEFAULT = ["operator"]

Data = Annotated[Path | None, typer.Option("--data", help="The data directory.")]
Port = Annotated[int | None, typer.Option("--port", help="The port people open.")]


def main() -> None:
    """Run the command line; every refusal is a sentence and exit status 1."""
    if sys.flags.optimize:
        sys.exit("Nightmarket does not run under `python -O`: asserts are part of it.")
    for entry in entry_points(group="nightmarket.commands"):
        with suppress(ModuleNotFoundError):  # Benchmarks come with a checkout, not with a wheel.
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


@app.command()
def demo(
    data: Data = Path(".demo"),
    port: Port = None,
    media: Annotated[
        Path | None, typer.Option(help="Publish this folder's videos instead.")
    ] = None,
) -> None:
    """Run everything with a demo world in it; the first time it is made, which takes minutes."""
    key = secrets.token_urlsafe(16)
    settings = settings_for(data, port, bulk_key=key, show_mails=True)
    telemetry.configure(process="demo", level="warning", otlp_endpoint="")

    async def work() -> None:
        began = perf_counter()
        async with supervise.tree(settings, out.print) as tree:
            out.print(f"started in {perf_counter() - began:.1f} s")
            roles = ["operator", "moderator"]
            await operators.create(tree.settings, OPERATOR, OPERATOR_EMAIL, PASSWORD, roles)
            await fill_demo(settings, key, media)
            await tree.failed.wait()
            raise supervise.CannotStart("a process kept falling; see the logs folder")

    run(work())


async def fill_demo(settings: Settings, key: str, media: Path | None) -> None:
    """Fill the demo world in a process of its own, so that its memory goes when it is done."""
    command = [sys.executable, "-m", "nightmarket.entry.demo.fill"]
    command += ["--base-url", settings.public_url, "--data", str(settings.data_directory)]
    command += ["--bulk-key", key, *(["--media", str(media.resolve())] if media else [])]
    filling = await asyncio.create_subprocess_exec(*command)
    try:
        if await filling.wait():
            raise supervise.CannotStart("the demo world could not be filled; see the words above")
    except asyncio.CancelledError:
        filling.terminate()
        await filling.wait()
        raise


@app.command()
def doctor(
    data: Data = None,
    port: Port = None,
    *,
    upgrade_database: Annotated[
        bool, typer.Option(help="Carry the embedded database over to the current version.")
    ] = False,
) -> None:
    """Say in words what is wrong and what to do; exit status 1 when something is."""
    settings = settings_for(data, port)
    if upgrade_database:
        with out.status("carrying the database over ..."):
            postgres.upgrade(settings.data_directory)
    findings = doctors.examine(settings)
    for finding in findings:
        out.print(f"[{COLOURS[finding.severity]}]{finding.severity}[/] {finding.what}")
        if finding.what_to_do:
            out.print(f"    {finding.what_to_do}")
    if any(finding.severity == "wrong" for finding in findings):
        raise typer.Exit(1)


@app.command()
def backup(target: Path, data: Data = None) -> None:
    """Write everything into one folder: the database, media and a manifest with checksums."""
    settings = settings_for(data, None)
    with database(settings) as url, Progress(console=out) as progress:
        report = steps(progress)
        backups.backup(replace(settings, database_url=url), target, report)
    out.print(f"written to {target}")


@app.command()
def restore(source: Path, data: Data = None) -> None:
    """Fill an empty data directory from a backup and prove that it equals the original."""
    settings = settings_for(data, None)
    with database(settings) as url, Progress(console=out) as progress:
        report = steps(progress)
        backups.restore(replace(settings, database_url=url), source, report)
    out.print("restored; row counts and checksums equal the backup's")


def steps(progress: Progress) -> Callable[[str, float], None]:
    """Return a callback that shows what is being done and how far it is, 0 to 1."""
    tasks: dict[str, TaskID] = {}

    def report(what: str, fraction: float) -> None:
        if what not in tasks:
            tasks[what] = progress.add_task(what, total=1.0)
        progress.update(tasks[what], completed=fraction)

    return report


@admin.command("create")
def admin_create(
    handle: str,
    email: str,
    data: Data = None,
    role: Annotated[list[str], typer.Option(help="operator, moderator, auditor")] = ROLES_DEFAULT,
) -> None:
    """Make an operator's account; asks for the password."""
    settings = settings_for(data, None)
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    with database(settings) as url:
        asyncio.run(
            operators.create(replace(settings, database_url=url), handle, email, password, role)
        )
    out.print(f"{handle} can sign in at {settings.public_url}")


if __name__ == "__main__":
    main()
