"""What every command of the terminal shares: options, the console, a calm end, a database."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from nightmarket.entry import supervise
from nightmarket.infra import settings as settings_file
from nightmarket.infra.settings import Settings

out = Console(highlight=False)
problem = Console(stderr=True, highlight=False)

Data = Annotated[Path | None, typer.Option("--data", help="The data directory.")]
Port = Annotated[int | None, typer.Option("--port", help="The port people open.")]


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
    """Run to the end, or until Ctrl-C or SIGTERM asks for a calm stop; asking twice is once."""

    async def guarded() -> None:
        task = asyncio.ensure_future(work)
        asked: list[int] = []

        def stop(number: int) -> None:
            asked.append(number)
            if len(asked) == 1:
                task.cancel()
            else:
                out.print("stopping; it takes a few seconds")

        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop, number)
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


def steps(progress: Progress) -> Callable[[str, float], None]:
    """Return a callback that shows what is being done and how far it is, 0 to 1."""
    tasks: dict[str, TaskID] = {}

    def report(what: str, fraction: float) -> None:
        if what not in tasks:
            tasks[what] = progress.add_task(what, total=1.0)
        progress.update(tasks[what], completed=fraction)

    return report
