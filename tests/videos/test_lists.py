"""Lists of videos: order, pages, and what is left out."""

from nightmarket.domains.videos import face
from nightmarket.domains.videos.values import Audience, VideoState
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import GuestId, ViewerId
from nightmarket.kernel.pages import PageRequest, request
from tests.builders.accounts import account
from tests.builders.videos import Clip, video
from tests.fakes.clock import HandClock

GUEST = Subject(viewer_id=ViewerId(99), guest_id=GuestId(99))


async def test_a_hashtag_page_lists_newest_first_and_pages_on(
    tx: Tx, services: Services, clock: HandClock
) -> None:
    """Every live video for everyone appears once, newest first, over several pages."""
    creator = await account(tx, services)
    made = []
    for number in range(5):
        clock.move(minutes=1)
        made.append(await video(tx, services, creator, Clip(caption=f"{number} #夜市")))
    await video(tx, services, creator, Clip(caption="#夜市", audience=Audience.ONLY_ME))
    await video(tx, services, creator, Clip(caption="#夜市", state=VideoState.DRAFT))
    first = await face.by_hashtag(tx, "#夜市", GUEST, PageRequest(limit=3))
    rest = await face.by_hashtag(tx, "夜市", GUEST, request(first.next_cursor, 3, keys=2))
    listed = [card.video_id for card in [*first.items, *rest.items]]
    assert listed == made[::-1]
    assert rest.next_cursor is None


async def test_a_guest_sees_only_live_videos_for_everyone(tx: Tx, services: Services) -> None:
    """Drafts and private videos are absent from cards and from the late check."""
    creator = await account(tx, services)
    shown = await video(tx, services, creator)
    hidden = [
        await video(tx, services, creator, Clip(state=VideoState.DRAFT)),
        await video(tx, services, creator, Clip(audience=Audience.ONLY_ME)),
        await video(tx, services, creator, Clip(audience=Audience.FOLLOWERS)),
    ]
    ids = [shown, *hidden]
    assert set(await face.videos(tx, ids, GUEST)) == {shown}
    assert await face.visible_ids(tx, ids, GUEST) == {shown}
    owner = Subject(viewer_id=ViewerId(creator), account_id=creator)
    assert set(await face.videos(tx, ids, owner)) == set(ids)
