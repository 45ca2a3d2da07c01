"""`nightmarket backup`: everything in one folder."""

from dataclasses import replace
from pathlib import Path

import typer
from rich.progress import Progress

from nightmarket.entry import backup as backups
from nightmarket.entry.terminal import Data, database, out, settings_for, steps

app = typer.Typer()


@app.command()
def backup(target: Path, data: Data = None) -> None:
    """Write everything into one folder: the database, media and a manifest with checksums."""
    settings = settings_for(data, None)
    with database(settings) as url, Progress(console=out) as progress:
        report = steps(progress)
        backups.backup(replace(settings, database_url=url), target, report)
    out.print(f"written to {target}")
