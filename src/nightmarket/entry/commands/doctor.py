"""`nightmarket doctor`: what is wrong, in words, and what to do."""

from pathlib import Path
from typing import Annotated

import typer

from nightmarket.entry import doctor as doctors
from nightmarket.entry import ports, supervise
from nightmarket.entry.terminal import Data, Port, out, settings_for
from nightmarket.infra import postgres_upgrade
from nightmarket.infra.settings import Settings

COLOURS = {"wrong": "bold red", "careful": "yellow", "fine": "green"}

app = typer.Typer()


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
    settings = _settings_of(data, port)
    if upgrade_database:
        if supervise.is_running(settings.data_directory):
            raise supervise.CannotStart("the market is running: stop it first")
        out.print("carrying the database over ...")
        try:
            kept = postgres_upgrade.upgrade(settings.data_directory)
        except postgres_upgrade.CannotUpgrade as error:
            raise supervise.CannotStart(str(error)) from error
        if kept is not None:
            out.print(f"carried over; the old data is in {kept} until you delete it")
    findings = doctors.examine(settings)
    for finding in findings:
        out.print(f"[{COLOURS[finding.severity]}]{finding.severity}[/] {finding.what}")
        if finding.what_to_do:
            out.print(f"    {finding.what_to_do}")
    if any(finding.severity == "wrong" for finding in findings):
        raise typer.Exit(1)


def _settings_of(data: Path | None, port: int | None) -> Settings:
    """Read settings; a market that runs is asked where it listens, unless a port was named."""
    settings = settings_for(data, port)
    if port is None and supervise.is_running(settings.data_directory):
        return settings_for(data, ports.noted(settings.data_directory))
    return settings
