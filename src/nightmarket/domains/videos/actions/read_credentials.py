"""Read Content Credentials of an upload, before anything strips them."""

import asyncio
from pathlib import Path

from nightmarket.infra import telemetry, workshops
from nightmarket.infra.media.errors import Disguised, UnknownType
from nightmarket.infra.media.job import Credentials, CredentialsState
from nightmarket.infra.media.sniff import sniff
from nightmarket.infra.services import Services
from nightmarket.kernel.errors import NightmarketError

MEDIA_TYPES = {"mp4": "video/mp4", "avi": "video/avi"}
"""Kinds that can carry credentials, by sniffed name."""


async def read_credentials(source: Path, services: Services) -> Credentials:
    """Return what the credentials say; none when the file has none or cannot be read at all.

    Whether the film is fit to be published is for the render to say, so nothing is raised here.
    """
    media_type = await asyncio.to_thread(_media_type, source)
    if media_type is None:
        return Credentials(CredentialsState.NONE)
    try:
        return await workshops.current().credentials(
            str(source), media_type=media_type, anchors_pem=await _anchors(services)
        )
    except NightmarketError as error:
        telemetry.log("credentials_unreadable", code=error.code, detail=error.detail)
        return Credentials(CredentialsState.INVALID)


def _media_type(source: Path) -> str | None:
    try:
        with source.open("rb") as file:
            return MEDIA_TYPES.get(sniff(file).name)
    except (OSError, UnknownType, Disguised):
        return None


async def _anchors(services: Services) -> str:
    """The operator's trust list; without one every signer is untrusted and labels nothing."""
    path = services.settings.data_directory / "c2pa-trust.pem"
    if not await asyncio.to_thread(path.exists):
        return ""
    return await asyncio.to_thread(path.read_text, encoding="utf-8")
