"""The web process: HTTP on Granian, the API and the client's files on one port."""

import asyncio
from pathlib import Path

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from nightmarket.domains.ranking import face as ranking
from nightmarket.entry import asgi, ports, process, wiring
from nightmarket.infra.settings import Settings

BACKLOG = 512


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Serve until `stop` is set; requests under way are answered."""
    async with wiring.running(settings) as services, asgi.application(services) as application:
        ranking.rankers(settings, services.secret)  # An address that is none ends us, not a page.
        server = Server(
            wiring.traced(settings, application),
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGINL,
            backlog=BACKLOG,
            websockets=False,
            log_access=False,
            http1_settings=HTTP1Settings(header_read_timeout=30_000, pipeline_flush=True),
            ssl_cert=Path(settings.tls_certificate) if settings.tls_certificate else None,
            ssl_key=Path(settings.tls_key) if settings.tls_key else None,
        )
        serving = asyncio.create_task(server.serve())
        waiting = asyncio.create_task(stop.wait())
        heard = asyncio.create_task(ports.until_answered(settings.host, settings.port))
        await asyncio.wait({serving, waiting, heard}, return_when=asyncio.FIRST_COMPLETED)
        heard.cancel()
        if not serving.done():
            process.ready()
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        server.stop()  # type: ignore[no-untyped-call]  # The library ships no types for it.
        waiting.cancel()
        await serving


if __name__ == "__main__":
    process.run("web", serve)
