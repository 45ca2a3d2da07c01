"""`nightmarket doctor`: what is wrong, in words, and what to do."""

from typing import Annotated

import typer

from nightmarket.entry import doctor as doctors
from nightmarket.entry.terminal import Data, Port, out, settings_for
from nightmarket.infra import postgres

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
