"""Which part of the picture is published is said with the upload, and everything tells its size."""

import base64
import io
from typing import Any

import pytest
from litestar.testing import AsyncTestClient
from PIL import Image

from nightmarket.domains.videos import face
from nightmarket.domains.videos.store import work
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, from_text
from tests.builders.accounts import sign_up
from tests.builders.videos import hand_in, publish, upload

Browser = AsyncTestClient[Any]
LOWER_HALF = {"x": 0.0, "y": 0.5, "width": 1.0, "height": 0.5}


async def size_of(client: Browser, url: str) -> tuple[int, int]:
    """How large a picture is."""
    answer = await client.get(url)
    assert answer.status_code == 200, url
    return Image.open(io.BytesIO(answer.content)).size


@pytest.mark.feature("V58")
async def test_a_cropped_video_has_the_size_of_what_was_kept(
    client: Browser, services: Services
) -> None:
    """Payload, rendition, poster and cover agree, and the choice is part of the owner's export."""
    me = await sign_up(client)
    made = await publish(client, services, crop=LOWER_HALF)
    assert (made["width"], made["height"]) == (360, 320)
    assert [(one["width"], one["height"]) for one in made["renditions"]] == [(360, 320)]
    for place in ("poster_url", "cover_url"):
        assert await size_of(client, made[place]) == (360, 320)
    async with services.database.transaction() as tx:
        account_id = AccountId(from_text(me["account_id"]))
        (row,) = (await face.export_person(tx, account_id))["videos_media"]
    assert row["crop"] == [0, 0.5, 1, 0.5]


@pytest.mark.feature("V58")
async def test_the_first_word_of_a_size_is_of_what_was_kept(
    client: Browser, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the header was read, before a single picture was made."""
    await sign_up(client)
    seen: list[tuple[int, int, str]] = []
    keep = work.step

    async def watched(tx: Tx, note: work.StepNote, now_us: int) -> bool:
        seen.append((note.document.width, note.document.height, note.document.placeholder))
        return await keep(tx, note, now_us)

    monkeypatch.setattr(work, "step", watched)
    await publish(client, services, crop=LOWER_HALF)
    assert seen[0] == (360, 320, "")
    assert {(width, height) for width, height, _ in seen} == {(360, 320)}
    tiny = Image.open(io.BytesIO(base64.b64decode(seen[-1][2].partition(",")[2])))
    assert tiny.width > tiny.height


@pytest.mark.feature("V58")
@pytest.mark.parametrize(
    "crop",
    [
        {"x": 0.5, "y": 0, "width": 0.6, "height": 1},
        {"x": -0.1, "y": 0, "width": 0.6, "height": 1},
        {"x": 0, "y": 0, "width": 1, "height": 0.1},
    ],
)
async def test_a_part_outside_of_the_picture_is_refused_with_words(
    client: Browser, crop: dict[str, float]
) -> None:
    """Films and drafts alike; the upload is not spent by it."""
    await sign_up(client)
    place = await upload(client, b"not looked at")
    wish = {"upload_id": place.rsplit("/", 1)[1], "crop": crop, "publish": "draft"}
    answer = await client.post("/api/v1/videos", json=wish)
    assert (answer.status_code, answer.json()["code"]) == (422, "videos.bad_crop")
    assert answer.json()["detail"]
    whole = {"x": 0, "y": 0, "width": 1, "height": 1}
    await hand_in(client, place, crop=whole, publish="draft")
