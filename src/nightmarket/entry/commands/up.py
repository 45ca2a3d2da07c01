"""`nightmarket up`: run everything in the foreground."""

from time import perf_counter

import typer

from nightmarket.entry import ports, supervise
from nightmarket.entry.terminal import Data, Port, out, run, settings_for

app = typer.Typer()


@app.command()
def up(data: Data = None, port: Port = None) -> None:
    """Run everything in the foreground until Ctrl-C."""
    settings = settings_for(data, port)

    async def work() -> None:
        began = perf_counter()
        async with supervise.tree(settings, out.print) as tree:
            ports.note(settings)
            out.print(f"ready {settings.public_url}")
            out.print(f"[dim]in {perf_counter() - began:.1f} s; Ctrl-C stops it[/]")
            await tree.failed.wait()
            raise supervise.CannotStart("a process kept falling; see the logs folder")

    run(work())
