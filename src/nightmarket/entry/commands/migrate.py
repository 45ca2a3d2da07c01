"""`nightmarket migrate`: bring the database up to date."""

from typing import Annotated

import typer

from nightmarket.entry.terminal import Data, database, out, settings_for
from nightmarket.infra import migrate as migrations

app = typer.Typer()


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
