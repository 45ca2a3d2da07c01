"""Promises of search: what is found, in which order, and for whom."""

from dataclasses import replace

import pytest

from nightmarket.domains.identity.actions.block import block
from nightmarket.domains.moderation import face as moderation
from nightmarket.domains.search import face, jobs
from nightmarket.domains.search.actions.find import Wanted, find
from nightmarket.domains.search.actions.suggest import make_trends, remember, suggest, trending
from nightmarket.domains.search.values import Found, Kind
from nightmarket.domains.videos.values import Audience
from nightmarket.events.moderation import ContentDecided
from nightmarket.events.social import Liked
from nightmarket.events.videos import VideoRemoved
from nightmarket.infra import outbox
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, VideoId, ViewerId
from nightmarket.kernel.pages import PageRequest
from tests.builders import accounts as people
from tests.builders import search as build
from tests.fakes.clock import HandClock

GUEST = Subject(viewer_id=ViewerId(9001))


def viewer(account_id: AccountId) -> Subject:
    """A signed-in adult."""
    return Subject(viewer_id=ViewerId(account_id), account_id=account_id)


async def look(
    tx: Tx, services: Services, text: str, subject: Subject = GUEST, kind: Kind = Kind.VIDEOS
) -> Found:
    """Search now."""
    now_us = microseconds(services.clock())
    return await find(tx, subject, Wanted(text, kind, PageRequest(), now_us))


async def hear_people(tx: Tx, services: Services) -> None:
    """Let search hear of everybody made so far."""
    for listener in jobs.LISTENERS:
        if listener.name == "search.people":
            reader = outbox.Reader(listener, services.database, services)
            lines = await tx.rows(
                outbox._Line,
                "SELECT xid::text AS xid, seq, name, payload FROM infra_outbox ORDER BY xid, seq",
            )
            for line in lines:
                await reader._hear(tx, line)


@pytest.mark.feature("V20")
@pytest.mark.parametrize(
    ("caption", "query"),
    [
        ("今夜は台北の夜市を歩く #夜市グルメ", "夜市"),
        ("今夜は台北の夜市を歩く #夜市グルメ", "台北夜市"),
        ("今夜は台北の夜市を歩く #夜市グルメ", "ぐるめ"),
        ("ラーメンを作ります", "ﾗｰﾒﾝ"),
        ("ラーメンを作ります", "らーめん"),
        ("我在夜市吃臭豆腐", "臭豆腐"),
        ("我在夜市吃臭豆腐", "夜市 豆腐"),
        ("Jalan-jalan ke pasar malam #kulinerIndonesia", "pasar mal"),
        ("Jalan-jalan ke pasar malam #kulinerIndonesia", "malamnya "),
        ("Jalan-jalan ke pasar malam #kulinerIndonesia", "kuliner"),
        ("Große Überraschung auf dem Nachtmarkt", "grosse uberraschung"),
        ("Große Überraschung auf dem Nachtmarkt", "Ueberraschung"),
        ("Große Überraschung auf dem Nachtmarkt", "nachtm"),
        ("Street food walks at night #streetfood", "street food"),
        ("Street food walks at night #streetfood", "#streetfood"),
        ("한국 야시장 브이로그", "야시장"),
        ("ตลาดนัดกลางคืน", "ตลาด"),
    ],
)
async def test_videos_are_found_in_any_language(
    tx: Tx, services: Services, caption: str, query: str
) -> None:
    """With and without spaces, in any width, with or without accents, before the last word ends."""
    creator = await people.account(tx, services)
    video_id = await build.findable(tx, services, creator, caption)
    await build.findable(tx, services, creator, "something else entirely")

    assert (await look(tx, services, query)).videos == (video_id,)


@pytest.mark.feature("V20")
async def test_a_hashtag_beats_a_caption_and_likes_beat_none(
    tx: Tx, services: Services, clock: HandClock
) -> None:
    """The order is match, then points, then age."""
    creator = await people.account(tx, services)
    old = await build.findable(tx, services, creator, "market stories")
    clock.move(days=60)
    plain = await build.findable(tx, services, creator, "a market")
    liked = await build.findable(tx, services, creator, "the market")
    tagged = await build.findable(tx, services, creator, "here #market")
    for number in range(3):
        fact = Liked(
            event_id=services.ids(),
            occurred_at=clock(),
            market="us",
            video_id=liked,
            creator_id=creator,
            account_id=AccountId(number + 1),
        )
        await jobs.hear_reaction(tx, fact, services)

    assert (await look(tx, services, "market ")).videos == (tagged, liked, plain, old)


@pytest.mark.feature("V20")
async def test_slips_are_corrected_when_nothing_is_found(tx: Tx, services: Services) -> None:
    """The answer says what was looked for instead; a missing word is forgiven last."""
    creator = await people.account(tx, services)
    video_id = await build.findable(tx, services, creator, "a restaurant at the night market")

    slipped = await look(tx, services, "restaraunt nihgt")
    loose = await look(tx, services, "restaurant unheardof")

    assert (slipped.videos, slipped.corrected) == ((video_id,), "restaurant night")
    assert (loose.videos, loose.corrected) == ((video_id,), None)


@pytest.mark.feature("V20")
async def test_people_are_found_by_handle_and_name(tx: Tx, services: Services) -> None:
    """The exact handle first, then beginnings, then words of the name, in any script."""
    ada = await people.account(tx, services, handle="ada", name="Ada Lovelace")
    adam = await people.account(tx, services, handle="ada_m", name="Adam")
    yuki = await people.account(tx, services, handle="yuki.k", name="山田ゆき")
    await hear_people(tx, services)

    found = {
        text: (await look(tx, services, text, kind=Kind.PEOPLE)).people
        for text in ("ada", "@ada", "ADA_M", "lovel", "山田", "ユキ", "yukik", "nobody here")
    }

    assert found == {
        "ada": (ada, adam),
        "@ada": (ada, adam),
        "ADA_M": (adam, ada),
        "lovel": (ada,),
        "山田": (yuki,),
        "ユキ": (yuki,),
        "yukik": (yuki,),
        "nobody here": (),
    }


@pytest.mark.feature("V20")
async def test_a_name_finds_its_owner_s_videos(tx: Tx, services: Services) -> None:
    """In the mixed page, beside the person."""
    ada = await people.account(tx, services, handle="ada", name="Ada Lovelace")
    await hear_people(tx, services)
    video_id = await build.findable(tx, services, ada, "no words of interest")

    found = await look(tx, services, "lovelace", kind=Kind.ALL)

    assert (found.people, found.videos) == ((ada,), (video_id,))


@pytest.mark.feature("V17")
@pytest.mark.feature("V20")
async def test_hashtags_count_their_videos(tx: Tx, services: Services) -> None:
    """They rise with each video and go with the last one."""
    creator = await people.account(tx, services)
    videos = [
        await build.findable(tx, services, creator, caption)
        for caption in ("a #夜市", "b #夜市", "c #夜市ごはん #food")
    ]
    found = await look(tx, services, "夜市", kind=Kind.HASHTAGS)
    assert [(hit.tag, hit.videos_count) for hit in found.hashtags] == [
        ("夜市", 2),
        ("夜市ごはん", 1),
    ]

    await jobs.hear_video(tx, gone(services, videos[2], creator), services)

    found = await look(tx, services, "夜市", kind=Kind.HASHTAGS)
    assert [(hit.tag, hit.videos_count) for hit in found.hashtags] == [("夜市", 2)]


def gone(services: Services, video_id: VideoId, creator: AccountId) -> VideoRemoved:
    """What videos tells when one is deleted."""
    return VideoRemoved(
        event_id=services.ids(),
        occurred_at=services.clock(),
        market="us",
        video_id=video_id,
        creator_id=creator,
        reason="deleted",
    )


@pytest.mark.feature("V20")
async def test_audience_and_blocks_are_respected(tx: Tx, services: Services) -> None:
    """What is for few is not found by others, and the blocked do not find each other."""
    creator = await people.account(tx, services)
    stranger = await people.account(tx, services)
    open_to_all = await build.findable(tx, services, creator, "secret garden")
    own = await build.findable(
        tx, services, creator, "secret garden two", audience=Audience.ONLY_ME
    )

    before = await look(tx, services, "secret garden", viewer(stranger))
    mine = await look(tx, services, "secret garden", viewer(creator))
    await block(tx, services.ids, services.clock(), creator, stranger)
    after = await look(tx, services, "secret garden", viewer(stranger))

    assert before.videos == (open_to_all,)
    assert set(mine.videos) == {open_to_all, own}
    assert after.videos == ()


@pytest.mark.feature("V20")
@pytest.mark.feature("V125")
async def test_what_is_demoted_is_not_found_by_strangers(tx: Tx, services: Services) -> None:
    """Its owner still finds it; lifted, everybody does."""
    creator = await people.account(tx, services)
    video_id = await build.findable(tx, services, creator, "doubtful claims")

    await jobs.hear_video(tx, decided(services, video_id, creator, "demote"), services)
    hidden = (await look(tx, services, "doubtful")).videos
    own = (await look(tx, services, "doubtful", viewer(creator))).videos
    await jobs.hear_video(tx, decided(services, video_id, creator, "none"), services)
    lifted = (await look(tx, services, "doubtful")).videos

    assert (hidden, own, lifted) == ((), (video_id,), (video_id,))


def decided(
    services: Services, video_id: VideoId, owner: AccountId, decision: str
) -> ContentDecided:
    """What moderation tells."""
    return ContentDecided(
        event_id=services.ids(),
        occurred_at=services.clock(),
        market="us",
        ref_kind="video",
        ref_id=video_id,
        owner_id=owner,
        decision=decision,
        policy="misleading",
        statement_id=None,
    )


async def test_pages_continue_where_they_ended(tx: Tx, services: Services) -> None:
    """No video twice, none left out."""
    creator = await people.account(tx, services)
    made = {await build.findable(tx, services, creator, f"market {n}") for n in range(7)}
    seen: list[VideoId] = []
    page = PageRequest(limit=3)
    for _ in range(4):
        wanted = Wanted("market ", Kind.VIDEOS, page, microseconds(services.clock()))
        found = await find(tx, GUEST, wanted)
        seen.extend(found.videos)
        if found.next_cursor is None:
            break
        page = PageRequest(limit=3, after=(page.after[0] + 3 if page.after else 3,))

    assert len(seen) == 7
    assert set(seen) == made


@pytest.mark.feature("V22")
async def test_suggestions_finish_what_is_typed(tx: Tx, services: Services) -> None:
    """Own searches, then what many look for, hashtags, people and words; each text once."""
    ada = await people.account(tx, services, handle="nightowl", name="Owl")
    await hear_people(tx, services)
    for caption in ("night walk #nightmarket", "night ride #nightmarket"):
        await build.findable(tx, services, ada, caption)
    now_us = microseconds(services.clock())
    await remember(tx, GUEST, "Night Food", now_us)
    for number in range(3):
        await remember(tx, replace(GUEST, viewer_id=ViewerId(number + 1)), "night bus", now_us)
    await remember(tx, replace(GUEST, viewer_id=ViewerId(77)), "night of one person", now_us)
    await make_trends(tx, now_us)

    found = [(one.text, one.kind) for one in await suggest(tx, GUEST, "nig")]

    assert found == [
        ("night food", "recent"),
        ("night bus", "query"),
        ("nightmarket", "hashtag"),
        ("nightowl", "person"),
        ("night", "word"),
    ]
    assert [one.text for one in await suggest(tx, GUEST, "@night")] == ["nightowl"]
    assert [one.text for one in await suggest(tx, GUEST, "#night")] == ["nightmarket"]
    assert [one.text for one in await suggest(tx, GUEST, "")][:2] == ["night food", "night bus"]


@pytest.mark.feature("V22")
async def test_what_rises_needs_several_people_and_no_listed_words(
    tx: Tx, services: Services
) -> None:
    """Two people are too few; listed words never rise; nobody is followed who switched it off."""
    now_us = microseconds(services.clock())
    for number in range(3):
        someone = replace(GUEST, viewer_id=ViewerId(number + 1))
        await remember(tx, someone, "ramen", now_us)
        await remember(tx, someone, "kill yourself", now_us)
        await remember(tx, replace(someone, is_personalised=False), "private matter", now_us)
        if number < 2:
            await remember(tx, someone, "soba", now_us)
    await make_trends(tx, now_us)

    assert [one.text for one in await trending(tx, GUEST)] == ["ramen"]
    assert moderation.is_listed("kill yourself", "us")


@pytest.mark.feature("V99")
async def test_a_person_can_take_everything_and_leave(tx: Tx, services: Services) -> None:
    """Searches are copied; afterwards neither the person nor searches for them are left."""
    ada = await people.account(tx, services, handle="ada", name="Ada")
    await hear_people(tx, services)
    await build.findable(tx, services, ada, "unmistakable words #mine")
    now_us = microseconds(services.clock())
    await remember(tx, viewer(ada), "ramen", now_us)
    await remember(tx, GUEST, "@ada", now_us)
    copy = await face.export_person(tx, ada)

    await face.erase_person(tx, ada)

    assert [row["phrase"] for row in copy["search_asks"]] == ["ramen"]
    left = await tx.value(
        int,
        "SELECT (SELECT count(*) FROM search_video) + (SELECT count(*) FROM search_person) + "
        "(SELECT count(*) FROM search_hashtag) + (SELECT count(*) FROM search_word) + "
        "(SELECT count(*) FROM search_ask)",
    )
    assert left == 0
