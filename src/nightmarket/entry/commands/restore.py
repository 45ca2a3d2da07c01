"""`nightmarket restore`: a backup becomes a market again, and proves it."""

from dataclasses import replace
from pathlib import Path

import typer
from rich.progress import Progress

from nightmarket.entry import backup as backups
from nightmarket.entry.terminal import Data, database, out, settings_for, steps

app = typer.Typer()


@app.command()
def restore(source: Path, data: Data = None) -> None:
    """Fill an empty data directory from a backup and prove that it equals the original."""
    settings = settings_for(data, None)
    with database(settings) as url, Progress(console=out) as progress:
        report = steps(progress)
        backups.restore(replace(settings, database_url=url), source, report)
    out.print("restored; row counts and checksums equal the backup's")
