"""What a film says of its own making is read before it is stripped, and nothing else gets out."""

from pathlib import Path
from typing import Any

import av
import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.videos.store.persons import rows_of
from nightmarket.entry.drain import drain
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, from_text
from tests.builders.accounts import sign_up
from tests.builders.clips import make_clip
from tests.builders.videos import hand_in, upload
from tests.infra.media.test_credentials import AI, signed

Browser = AsyncTestClient[Any]
PLACE = "+52.5200+013.4050/"


async def published(client: Browser, services: Services, film: bytes, **given: Any) -> Any:
    """Publish these bytes; returns the video and every file made of them."""
    await hand_in(client, await upload(client, film), **given)
    await drain(services)
    (video,) = (await client.get("/api/v1/me/videos")).json()["items"]
    root = services.settings.data_directory / "media"
    return video, [path.read_bytes() for path in root.rglob("*") if path.is_file()]


@pytest.mark.feature("V75")
async def test_valid_credentials_make_the_label(
    client: Browser, services: Services, tmp_path: Path
) -> None:
    """Signed by a trusted maker of pictures: labelled, for good, though the files carry it no more."""
    me = await sign_up(client)
    film, root = signed(make_clip(tmp_path / "ai.mp4", seconds=0.6), AI)
    (services.settings.data_directory / "c2pa-trust.pem").write_text(root, encoding="utf-8")
    video, files = await published(client, services, film.read_bytes(), ai_label="none")
    assert video["ai_label"] == "credentials"
    assert not any(b"c2pa" in content for content in files)
    async with services.database.transaction() as tx:
        (media,) = (await rows_of(tx, AccountId(from_text(me["account_id"]))))["videos_media"]
    assert media["credentials"]["state"] == "valid"
    refused = await client.patch(f"/api/v1/videos/{video['video_id']}", json={"ai_label": "none"})
    assert refused.json()["code"] == "videos.ai_label_stays"


@pytest.mark.feature("V74", "V75")
async def test_a_tampered_claim_is_never_shown(
    client: Browser, services: Services, tmp_path: Path
) -> None:
    """One byte changed: published without the label, unless the creator sets it themselves."""
    await sign_up(client)
    film, _ = signed(make_clip(tmp_path / "ai.mp4", seconds=0.6), AI)
    content = bytearray(film.read_bytes())
    content[content.rindex(b"mdat") + 500] ^= 1
    video, _ = await published(client, services, bytes(content))
    assert (video["state"], video["ai_label"]) == ("live", "none")
    changed = await client.patch(
        f"/api/v1/videos/{video['video_id']}", json={"ai_label": "creator"}
    )
    assert changed.json()["ai_label"] == "creator"


@pytest.mark.feature("V80")
async def test_places_and_titles_never_get_out(
    client: Browser, services: Services, tmp_path: Path
) -> None:
    """Where a film was shot and what its camera noted is in none of the files, nor is the upload."""
    await sign_up(client)
    plain = make_clip(tmp_path / "plain.mp4", seconds=0.6)
    film = tmp_path / "gps.mp4"
    with (
        av.open(str(plain)) as source,
        av.open(str(film), "w", options={"movflags": "use_metadata_tags"}) as out,
    ):
        out.metadata.update(
            {
                "location": PLACE,
                "com.apple.quicktime.location.ISO6709": PLACE,
                "title": "SecretTitle",
            }
        )
        copies = {stream.index: out.add_stream_from_template(stream) for stream in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = copies[packet.stream.index]
                out.mux(packet)
    assert PLACE.encode() in film.read_bytes()
    _, files = await published(client, services, film.read_bytes())
    assert files
    assert not any(PLACE.encode() in content or b"SecretTitle" in content for content in files)
    assert not list((services.settings.data_directory / "uploads").glob("*"))
