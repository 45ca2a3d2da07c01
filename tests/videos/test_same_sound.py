"""One recording has one page: films that bring the same sound name the one that was there first."""

from pathlib import Path
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.videos import face
from nightmarket.entry.drain import drain
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, from_text
from tests.builders.accounts import sign_up
from tests.builders.tunes import Sound, silence, tune
from tests.builders.videos import hand_in, upload
from tests.infra.media.films import Film, make

Browser = AsyncTestClient[Any]


class Stage:
    """People who publish little films with tunes."""

    def __init__(self, client: Browser, services: Services, folder: Path) -> None:
        self.client, self.services, self._folder = client, services, folder

    async def enter(self, handle: str) -> dict[str, Any]:
        """Sign somebody new up, who acts from now on."""
        self.client.cookies.clear()
        return await sign_up(self.client, handle=handle)

    async def publish(
        self, sound: Sound, *, seconds: float = 7.0, is_webm: bool = False, **given: Any
    ) -> dict[str, Any]:
        """Hand in a film with this sound; returns the video when the work is done."""
        film = Film(width=64, height=64, seconds=seconds, sound=sound)
        if is_webm:
            film = Film(64, 64, seconds, codec="libvpx", container="webm", sound=sound,
                        sound_codec="libopus")  # fmt: skip
        path = make(self._folder / "film", film)
        made = await hand_in(self.client, await upload(self.client, path.read_bytes()), **given)
        await drain(self.services)
        return await self.mine(made["video_id"])

    async def mine(self, video_id: str) -> dict[str, Any]:
        """One of one's own videos as the studio shows it."""
        items = (await self.client.get("/api/v1/me/videos?limit=100")).json()["items"]
        found: dict[str, Any] = next(one for one in items if one["video_id"] == video_id)
        return found


@pytest.fixture
def stage(client: Browser, services: Services, tmp_path: Path) -> Stage:
    """Return an empty stage."""
    return Stage(client, services, tmp_path)


@pytest.mark.feature("V19")
async def test_the_same_song_in_another_encoding_is_on_one_page(stage: Stage) -> None:
    """A second film is counted there; its own sound stays with its maker, off all lists."""
    await stage.enter("first")
    first = await stage.publish(tune(1))
    me = await stage.enter("second")
    second = await stage.publish(tune(1, volume=0.4, late_s=1.2), is_webm=True)
    assert second["sound"]["sound_id"] == first["sound"]["sound_id"]
    assert second["sound"]["title"] == "@first"
    sound = (await stage.client.get(f"/api/v1/sounds/{first['sound']['sound_id']}")).json()
    assert sound["uses_count"] == 2
    async with stage.services.database.transaction() as tx:
        rows = await face.export_person(tx, AccountId(from_text(me["account_id"])))
    (own,) = rows["videos_sound"]
    assert not own["is_public"]
    (kept,) = rows["videos_sound_print"]
    assert kept["sound_id"] == own["sound_id"]
    listed = (await stage.client.get("/api/v1/sounds")).json()["items"]
    assert [one["title"] for one in listed] == ["@first"]


@pytest.mark.feature("V19")
async def test_other_songs_silence_and_snippets_have_their_own_page(stage: Stage) -> None:
    """Nothing is linked that was not recognised for five seconds."""
    await stage.enter("first")
    sounds = {(await stage.publish(tune(1)))["sound"]["sound_id"]}
    sounds.add((await stage.publish(silence))["sound"]["sound_id"])
    await stage.enter("second")
    sounds.add((await stage.publish(tune(2)))["sound"]["sound_id"])
    sounds.add((await stage.publish(silence))["sound"]["sound_id"])
    sounds.add((await stage.publish(tune(1), seconds=4.0))["sound"]["sound_id"])
    assert len(sounds) == 5


@pytest.mark.feature("V19")
@pytest.mark.parametrize("given", [{"publish": "draft"}, {"audience": "followers"}])
async def test_drafts_and_films_for_few_keep_their_own_sound(
    stage: Stage, given: dict[str, Any]
) -> None:
    """And a sound that is not public is nobody's page."""
    await stage.enter("first")
    hidden = await stage.publish(tune(1), audience="only_me")
    await stage.enter("second")
    public = await stage.publish(tune(1))
    assert public["sound"]["title"] == "@second"
    assert public["sound"]["sound_id"] != hidden["sound"]["sound_id"]
    await stage.enter("third")
    assert (await stage.publish(tune(1), **given))["sound"]["title"] == "@third"


@pytest.mark.feature("V19")
async def test_nobody_is_linked_across_a_block(stage: Stage) -> None:
    """Whoever of the two blocks."""
    first = await stage.enter("first")
    await stage.publish(tune(1))
    await stage.enter("second")
    answer = await stage.client.put(f"/api/v1/blocks/{first['account_id']}")
    assert answer.status_code == 204
    assert (await stage.publish(tune(1)))["sound"]["title"] == "@second"


@pytest.mark.feature("V19")
async def test_when_the_first_film_goes_the_others_have_their_own_sound_again(stage: Stage) -> None:
    """It is on offer from then on, and the next film is linked to it."""
    await stage.enter("first")
    first = await stage.publish(tune(1))
    cookies = dict(stage.client.cookies)
    await stage.enter("second")
    second = await stage.publish(tune(1))
    assert second["sound"]["title"] == "@first"
    theirs = dict(stage.client.cookies)
    stage.client.cookies.clear()
    stage.client.cookies.update(cookies)
    gone = await stage.client.delete(f"/api/v1/videos/{first['video_id']}")
    assert gone.status_code == 204
    await drain(stage.services)
    stage.client.cookies.clear()
    stage.client.cookies.update(theirs)
    own = (await stage.mine(second["video_id"]))["sound"]
    assert own["title"] == "@second"
    assert own["uses_count"] == 1
    assert (await stage.client.get(own["audio_url"])).status_code == 200
    assert (await stage.client.get(f"/api/v1/sounds/{own['sound_id']}")).status_code == 200
    await stage.enter("third")
    assert (await stage.publish(tune(1)))["sound"]["sound_id"] == own["sound_id"]
