"""`nightmarket ranker`: one more ranker, on this machine or another."""

import os
import sys
from typing import Annotated

import typer

from nightmarket.entry import supervise
from nightmarket.entry.terminal import Data, settings_for
from nightmarket.infra.settings import for_child

app = typer.Typer()


@app.command()
def ranker(
    data: Data = None,
    *,
    follow: Annotated[
        bool, typer.Option(help="Repeat what another learned; lead only when none does.")
    ] = False,
    listen: Annotated[
        str | None, typer.Option(help="Also answer other machines, at this host:port.")
    ] = None,
) -> None:
    """Run one ranker of a market whose database is elsewhere, in the foreground until Ctrl-C."""
    settings = settings_for(data, None, ranker_follows=follow or None, ranker_listen=listen)
    if not settings.database_url:
        raise supervise.CannotStart(
            "a ranker by itself wants `DATABASE_URL`; beside `nightmarket up` and its embedded "
            "database, set `ranker_processes` instead"
        )
    supervise.require_rankers(settings)
    environment = supervise.compiler_settings(settings.data_directory) | for_child(settings)
    command = [sys.executable, "-m", "nightmarket.entry.ranker"]
    os.execve(sys.executable, command, environment)  # noqa: S606  # Our own interpreter.
