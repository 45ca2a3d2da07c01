"""`nightmarket demo`: a market with a demo world in it."""

import asyncio
import secrets
import sys
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from nightmarket.entry import ports, supervise
from nightmarket.entry.demo.door import FIRST_FILMS, say_ready
from nightmarket.entry.demo.notes import read_notes
from nightmarket.entry.terminal import Data, Port, out, run, settings_for
from nightmarket.infra import telemetry
from nightmarket.infra.settings import Settings, for_child

app = typer.Typer()


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
            ports.note(settings)
            out.print(f"started in {perf_counter() - began:.1f} s")
            if len(read_notes(settings.data_directory).videos) >= FIRST_FILMS:
                say_ready(out, settings.public_url, settings.data_directory)
            await fill_demo(tree.settings, key, media)
            await tree.failed.wait()
            raise supervise.CannotStart("a process kept falling; see the logs folder")

    run(work())


async def fill_demo(settings: Settings, key: str, media: Path | None) -> None:
    """Fill the demo world in a process of its own, so that its memory goes when it is done."""
    command = [sys.executable, "-m", "nightmarket.entry.demo.fill"]
    command += ["--base-url", settings.public_url, "--data", str(settings.data_directory)]
    command += ["--bulk-key", key, *(["--media", str(media.resolve())] if media else [])]
    filling = await asyncio.create_subprocess_exec(*command, env=for_child(settings))
    try:
        if await filling.wait():
            if len(read_notes(settings.data_directory).videos) < FIRST_FILMS:
                raise supervise.CannotStart("the demo world could not be filled; see above")
            out.print("  the rest is missing; the market runs on, and a later start goes on")
    except asyncio.CancelledError:
        filling.terminate()
        await filling.wait()
        raise
