"""Upkeep of the index; rows never leave this file."""

from collections.abc import Sequence
from dataclasses import dataclass

from nightmarket.domains.search.rules import typos, words
from nightmarket.domains.search.values import Indexed
from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.folding import fold
from nightmarket.kernel.ids import AccountId, SoundId, VideoId

QUERIES = sql.load("nightmarket.domains.search")


@dataclass(frozen=True, slots=True)
class Kept:
    """What the index holds of a video."""

    sound_id: int | None
    hashtags: list[str]
    words: list[str]


async def kept(tx: Tx, video_id: VideoId) -> Kept | None:
    """Return what the index holds of a video, locked; None: nothing."""
    return await tx.maybe(Kept, QUERIES["video_of"], video_id=video_id)


async def put_video(tx: Tx, video: Indexed) -> None:
    """Keep a video; its points stay."""
    await tx.run(
        QUERIES["video_put"],
        video_id=video.video_id,
        creator_id=video.creator_id,
        market=video.market,
        language=video.language,
        audience=video.audience,
        sound_id=video.sound_id,
        hashtags=list(video.hashtags),
        words=list(video.words),
        document=video.document,
        published_at_us=video.published_at_us,
    )


async def delete_video(tx: Tx, video_id: VideoId) -> None:
    """Forget a video."""
    await tx.run(QUERIES["video_delete"], video_id=video_id)


async def list_video(tx: Tx, video_id: VideoId, *, is_listed: bool) -> None:
    """Say whether strangers may find a video."""
    await tx.run(QUERIES["video_list"], video_id=video_id, is_listed=is_listed)


async def move_points(tx: Tx, video_id: VideoId, points: int) -> None:
    """Add points, or take them with a minus."""
    if points:
        await tx.run(QUERIES["video_points"], video_id=video_id, points=points)


async def videos_of(tx: Tx, creator_id: AccountId) -> list[VideoId]:
    """Return which videos of one creator are in the index."""
    found = await tx.column(int, QUERIES["videos_of_creator"], creator_id=creator_id)
    return [VideoId(number) for number in found]


async def count_hashtags(tx: Tx, tags: Sequence[str], change: int) -> None:
    """Tags gain or lose a video."""
    if tags:
        documents = [words.document([(tag, "A")]) for tag in tags]
        await tx.run(
            QUERIES["hashtags_count"],
            tags=list(tags),
            bares=[bare(tag) for tag in tags],
            documents=documents,
            change=change,
        )


async def count_words(tx: Tx, given: Sequence[str], change: int) -> None:
    """Words gain or lose a text."""
    if given:
        cuts = [" ".join(sorted(typos.cuts(word))) for word in given]
        await tx.run(QUERIES["words_count"], words=list(given), cuts=cuts, change=change)


async def put_sound(
    tx: Tx, sound_id: SoundId, creator_id: AccountId, *, market: str, title: str
) -> None:
    """A video uses a sound."""
    await tx.run(
        QUERIES["sound_put"],
        sound_id=sound_id,
        creator_id=creator_id,
        market=market,
        document=words.document([(title, "B")]),
    )


async def drop_sound(tx: Tx, sound_id: SoundId) -> None:
    """A video stopped using a sound."""
    await tx.run(QUERIES["sound_drop"], sound_id=sound_id)


async def put_person(tx: Tx, account_id: AccountId, *, market: str, handle: str, name: str) -> None:
    """Keep a public profile."""
    await tx.run(
        QUERIES["person_put"],
        account_id=account_id,
        market=market,
        handle=handle,
        handle_bare=bare(handle),
        name=name,
        document=words.document([(handle, "A"), (name, "B")]),
    )


async def handle_of(tx: Tx, account_id: AccountId) -> str | None:
    """Return a handle as the index knows it."""
    return await tx.value(str, QUERIES["person_handle"], account_id=account_id)


def bare(text: str) -> str:
    """Return a handle or tag as its beginnings are compared: folded, letters and digits only."""
    return "".join(run for run, _ in words.cut(fold(text)))


async def list_person(tx: Tx, account_id: AccountId, *, is_listed: bool) -> None:
    """Say whether a profile may be found."""
    await tx.run(QUERIES["person_list"], account_id=account_id, is_listed=is_listed)


async def count_followers(tx: Tx, account_id: AccountId, change: int) -> None:
    """Somebody is followed, or no longer."""
    await tx.run(QUERIES["person_followers"], account_id=account_id, change=change)


async def delete_person(tx: Tx, account_id: AccountId) -> None:
    """Forget a profile and its sounds."""
    await tx.run(QUERIES["person_delete"], account_id=account_id)
    await tx.run(QUERIES["sounds_of_creator_delete"], account_id=account_id)


async def trim_words(tx: Tx) -> None:
    """Forget words and tags nobody uses any more."""
    await tx.run(QUERIES["words_trim"])
