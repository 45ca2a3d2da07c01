"""Read Content Credentials of an upload, before anything strips them."""

import asyncio
from pathlib import Path

from nightmarket.infra import telemetry, workshops
from nightmarket.infra.media.job import Credentials, CredentialsState
from nightmarket.infra.services import Services
from nightmarket.kernel.errors import NightmarketError

TRUST_FILE = "c2pa-trust.pem"


async def read_credentials(source: Path, services: Services) -> Credentials:
    """Return what the credentials say; none or invalid when they cannot be read.

    Whether the film is fit to be published is for the render to say, so nothing is raised here.
    """
    try:
        return await workshops.current().credentials(
            str(source), anchors_pem=await _anchors(services)
        )
    except NightmarketError as error:
        telemetry.log("credentials_unreadable", code=error.code, detail=error.detail)
        return Credentials(CredentialsState.INVALID)


async def _anchors(services: Services) -> str:
    """The operator's trust list, if there is one in the data directory."""
    path = services.settings.data_directory / TRUST_FILE
    if not await asyncio.to_thread(path.exists):
        return ""
    return await asyncio.to_thread(path.read_text, encoding="utf-8")
