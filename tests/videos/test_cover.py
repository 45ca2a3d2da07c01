"""The picture that stands for a video can be changed at any time, and a cut film tells its length."""

import io
from typing import Any

import msgspec
import pytest
from litestar.testing import AsyncTestClient
from PIL import Image

from nightmarket.entry.drain import drain
from nightmarket.infra.services import Services
from tests.builders.accounts import sign_up
from tests.builders.clips import make_clip
from tests.builders.videos import hand_in, publish, upload

Browser = AsyncTestClient[Any]


async def bar_share(client: Browser, url: str) -> float:
    """How far the clip's white bar has come in a picture: 0 at its start, about 0.9 at its end."""
    answer = await client.get(url)
    assert answer.status_code == 200, url
    picture = Image.open(io.BytesIO(answer.content)).convert("L")
    column = [picture.getpixel((picture.width // 2, y)) for y in range(picture.height)]
    bright = [y for y, value in enumerate(column) if value > 230]  # type: ignore[operator]
    return bright[0] / picture.height


async def mine(client: Browser) -> dict[str, Any]:
    """The newest of one's own videos, as the studio shows it."""
    found: dict[str, Any] = (await client.get("/api/v1/me/videos")).json()["items"][0]
    return found


async def facts(services: Services, name: str) -> list[dict[str, Any]]:
    """The facts of one name that were published so far."""
    async with services.database.transaction() as tx:
        sql = "SELECT payload FROM infra_outbox WHERE name = %(name)s ORDER BY seq"
        return [msgspec.json.decode(one) for one in await tx.column(bytes, sql, name=name)]


@pytest.mark.feature("V58")
async def test_a_cover_is_changed_after_publishing(client: Browser, services: Services) -> None:
    """The wished frame under a new address with its placeholder, everybody told, old bytes gone."""
    await sign_up(client)
    made = await publish(client, services, seconds=2.0, cover_at_ms=200)
    assert await bar_share(client, made["cover_url"]) == pytest.approx(0.09, abs=0.06)
    place = f"/api/v1/videos/{made['video_id']}"

    for wish in (-1, 2_500):
        refused = await client.patch(place, json={"cover_at_ms": wish})
        assert (refused.status_code, refused.json()["code"]) == (422, "videos.bad_cut")
    await drain(services)
    assert (await mine(client))["cover_url"] == made["cover_url"]

    told = len(await facts(services, "video.changed"))
    assert (await client.patch(place, json={"cover_at_ms": 1_500})).status_code == 200
    await drain(services)
    changed = await mine(client)
    assert changed["cover_url"] != made["cover_url"]
    assert changed["placeholder"] != made["placeholder"]
    assert await bar_share(client, changed["cover_url"]) == pytest.approx(0.68, abs=0.03)
    assert len(await facts(services, "video.changed")) == told + 2  # The wish, then the picture.

    assert (await client.get(made["cover_url"])).status_code == 404
    assert (await client.get(changed["cover_url"])).status_code == 200
    names = {path.name for path in services.settings.data_directory.rglob("cover*")}
    assert len(names) == 2, names


@pytest.mark.feature("V58")
async def test_a_cover_wished_during_the_work_is_made(client: Browser, services: Services) -> None:
    """The last of several wishes counts, whenever they come; strangers cannot wish."""
    await sign_up(client)
    path = services.settings.data_directory / "clip.mp4"
    film = make_clip(path, seconds=2.0).read_bytes()
    path.unlink()
    made = await hand_in(client, await upload(client, film), cover_at_ms=0)
    place = f"/api/v1/videos/{made['video_id']}"
    await client.patch(place, json={"cover_at_ms": 400})
    await client.patch(place, json={"cover_at_ms": 1_900})
    await drain(services)
    assert await bar_share(client, (await mine(client))["cover_url"]) > 0.75

    await client.patch(place, json={"audience": "only_me"})
    await drain(services)  # Its bytes have a new address now.
    await client.patch(place, json={"cover_at_ms": 0})
    await drain(services)
    shown = await mine(client)
    assert await bar_share(client, shown["cover_url"]) < 0.05
    client.cookies.clear()
    await sign_up(client)
    refused = await client.patch(place, json={"cover_at_ms": 900})
    assert (refused.status_code, refused.json()["code"]) == (404, "videos.no_such_video")


@pytest.mark.feature("V58")
async def test_a_cut_film_tells_its_cut_length_from_the_start(
    client: Browser, services: Services
) -> None:
    """The first word about it, when its first bytes play, has the length that is published."""
    await sign_up(client)
    wish: dict[str, Any] = {"trim": {"start_ms": 500, "end_ms": 1_500}}
    made = await publish(client, services, seconds=3.0, **wish)
    (published,) = await facts(services, "video.published")
    assert published["duration_ms"] == 1_000
    assert made["duration_ms"] == pytest.approx(1_000, abs=80)
