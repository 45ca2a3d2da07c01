"""A folder of one's own becomes a market: what can be published is, the rest is named with reasons."""

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import AsyncTestClient
from rich.console import Console

from nightmarket.entry.demo.api import Caller
from nightmarket.entry.demo.folder import FolderShow, caption_of, is_film
from nightmarket.entry.demo.notes import read_notes
from nightmarket.entry.drain import drain
from nightmarket.infra.services import Services
from tests.builders.accounts import sign_up
from tests.builders.clips import make_clip


async def publish(
    client: AsyncTestClient[Any], services: Services, media: Path, data: Path
) -> tuple[list[str], list[int]]:
    """Publish a folder while the jobs are done; returns the lines said, and when it opened."""
    out, opened = Console(file=io.StringIO(), width=200), []
    notes = read_notes(data)
    caller = Caller("http://testserver.local", http=client)
    show = FolderShow([caller], notes, out, lambda: opened.append(len(notes.videos)))
    working = asyncio.create_task(show.publish(media))
    while not working.done():
        await drain(services)
        await asyncio.sleep(0.02)
    await working
    text: str = out.file.getvalue()  # type: ignore[attr-defined]
    return sorted(text.splitlines()), opened


@pytest.mark.feature("V56")
async def test_every_file_is_published_or_named_with_its_reason(
    client: AsyncTestClient[Any], services: Services, tmp_path: Path
) -> None:
    """Through the public upload; a second run publishes nothing twice and asks nothing again."""
    await sign_up(client)
    media, data = tmp_path / "my films", tmp_path / "data"
    (media / "night_walks").mkdir(parents=True)
    data.mkdir()
    make_clip(media / "night_walks" / "first-walk.mp4", seconds=0.6)
    (media / "page.mp4").write_text("<!doctype html><title>no film</title>")
    (media / "empty.webm").write_bytes(b"")
    (media / "half.mov").write_bytes(make_clip(tmp_path / "x.mp4", seconds=1.0).read_bytes()[:900])
    (media / "notes.txt").write_text("not a film, and not called one")

    lines, _ = await publish(client, services, media, data)

    notes = read_notes(data)
    assert set(notes.videos) == {"night_walks/first-walk.mp4"}, lines
    assert set(notes.refused) == {"page.mp4", "empty.webm", "half.mov"}
    assert all(len(why) > 10 and why[-1] not in " :" for why in notes.refused.values())
    assert len(lines) == 5, lines
    assert any("1 other files are no videos" in line for line in lines)
    for name, why in notes.refused.items():
        assert any(f"{name}: {why}" in line and "/4" in line for line in lines), lines
    (video,) = (await client.get("/api/v1/me/videos", params={"state": "live"})).json()["items"]
    assert video["caption"] == "first walk #nightwalks"

    again, _ = await publish(client, services, media, data)
    assert again == ["  1 other files are no videos"]
    assert len((await client.get("/api/v1/me/videos")).json()["items"]) == 3


@pytest.mark.feature("V19")
async def test_a_film_brings_a_sound_with_a_name(
    client: AsyncTestClient[Any], services: Services, tmp_path: Path
) -> None:
    """Others find the sound by the title its maker gave it; without one it is called after them."""
    me = await sign_up(client, handle="mia")
    caller = Caller("http://testserver.local", http=client)
    for number, title in enumerate(("  Wet stone,\n warm keys ", "")):
        clip = make_clip(tmp_path / f"{number}.mp4", seconds=0.6, hue=number / 3)
        await caller.publish(clip, caption="a walk", sound={"title": title})
    await drain(services)

    found = (await client.get("/api/v1/sounds", params={"query": "warm keys"})).json()["items"]
    assert [(one["title"], one["by"]["handle"]) for one in found] == [
        ("Wet stone, warm keys", "mia")
    ]
    mine = (await client.get("/api/v1/me/videos")).json()["items"]
    assert [one["sound"]["title"] for one in mine] == ["@mia", "Wet stone, warm keys"]
    assert me["handle"] == "mia"
    upload_id = await caller.upload(tmp_path / "0.mp4")
    body = {"upload_id": upload_id, "sound": {"title": "x" * 101}}
    refused = await client.post("/api/v1/videos", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "videos.bad_title")


def test_what_is_called_a_film_is_tried() -> None:
    """By name only: what the bytes are, the market finds out."""
    names = ("a.MP4", "b.mkv", "c.flv", "d.ogg", "e.3gp", "f.ts", "g.webm")
    assert all(is_film(Path(name)) for name in names)
    assert not any(is_film(Path(name)) for name in ("a.txt", "b.csv", "c.jpg", "d", "e.mp3"))
    assert caption_of(Path("Summer 2024/_/a-b.mp4")) == "a b #clips"
