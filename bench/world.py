"""A large world by COPY: accounts, follows, videos, figures and watches, the same for one seed."""

import json
import random
import time
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
import psycopg

from nightmarket.domains.identity.actions.begin_session import digest
from nightmarket.domains.videos.values import MediaDocument, Rendition, Storyboard
from nightmarket.kernel.ids import EPOCH, MILLISECOND_SHIFT, to_text

MARKETS = (("us", "en"), ("gb", "en"), ("de", "de"), ("id", "id"), ("jp", "ja"))
TAGS = [f"topic{number}" for number in range(400)]
DAY_US = 86_400_000_000
CREATORS_SHARE = 5
"""One account in five publishes."""
DOCUMENT = msgspec.json.encode(
    MediaDocument(
        width=720,
        height=1280,
        duration_ms=15_000,
        renditions=tuple(
            Rendition(name, f"{name}.mp4", width, height, rate, rate, "avc1.64001f,mp4a.40.2")
            for name, width, height, rate in (
                ("360", 360, 640, 600_000),
                ("540", 540, 960, 1_100_000),
                ("720", 720, 1280, 2_000_000),
            )
        ),
        hls_file="master.m3u8",
        poster="poster.webp",
        cover="cover.webp",
        placeholder="data:image/webp;base64," + "A" * 200,
        storyboard=Storyboard("story.webp", 90, 160, 5, 1000, 15),
        has_sound=True,
    )
)


def token_of(account: int) -> str:
    """The session token of the n-th account."""
    return f"bench-session-{account:08d}-0123456789abcdef"


def number_at(at_us: int, low: int) -> int:
    """An id made at an instant."""
    since_ms = (at_us - int(EPOCH.timestamp()) * 1_000_000) // 1000
    return since_ms << MILLISECOND_SHIFT | low & 0x3FFFFF


def seed(url: str, *, videos: int, viewers: int, seed_number: int = 7) -> list[int]:
    """Fill an empty database; returns the account ids."""
    chance = random.Random(seed_number)
    now_us = int(time.time() * 1_000_000)
    with psycopg.connect(url) as connection:
        people = _people(connection, chance, viewers, now_us)
        _films(connection, chance, (people, videos), now_us)
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
    return people


def _people(
    connection: psycopg.Connection[Any], chance: random.Random, count: int, now_us: int
) -> list[int]:
    since_us = now_us - 60 * DAY_US
    ids = [number_at(since_us + number * 1000, number) for number in range(count)]
    accounts, sessions = [], []
    for number, account_id in enumerate(ids):
        market, language = MARKETS[number % len(MARKETS)]
        born = date(1995, 1, 1)
        settings = json.dumps({})
        accounts.append(
            (
                account_id,
                market,
                f"person_{number}",
                f"Person {number}",
                language,
                born,
                False,
                True,
                settings,
                since_us,
            )
        )
        sessions.append(
            (
                account_id + 1,
                account_id,
                market,
                digest(token_of(number)),
                "bench",
                "local",
                now_us,
                now_us,
                now_us + 30 * DAY_US,
            )
        )
    _copy(
        connection,
        "identity_account (account_id, market, handle, name, language, birth_date, is_private, "
        "is_personalised, settings, created_at_us)",
        accounts,
    )
    _copy(
        connection,
        "identity_session (session_id, account_id, market, token_hash, device, ip_hint, "
        "created_at_us, last_seen_at_us, expires_at_us)",
        sessions,
    )
    logins = ((account[0], account[1], "none", since_us) for account in accounts)
    _copy(
        connection,
        "identity_login (account_id, market, password_hash, password_changed_at_us)",
        logins,
    )
    creators = ids[: count // CREATORS_SHARE]
    follows = (
        (follower, followee, "us", "accepted", since_us)
        for follower in ids
        for followee in chance.sample(creators, min(20, len(creators)))
        if follower != followee
    )
    _copy(
        connection, "identity_follow (follower_id, followee_id, market, state, since_us)", follows
    )
    return ids


def _films(
    connection: psycopg.Connection[Any],
    chance: random.Random,
    wanted: tuple[Sequence[int], int],
    now_us: int,
) -> None:
    people, count = wanted
    creators = people[: len(people) // CREATORS_SHARE]
    films, media, items, known, figures, counts = [], [], [], [], [], []
    described: list[tuple[Any, ...]] = []
    for number in range(count):
        at_us = now_us - int((count - number) / count * 30 * DAY_US)
        video_id = number_at(at_us, number)
        creator = chance.randrange(len(creators))
        market, language = MARKETS[creator % len(MARKETS)]
        tags = chance.sample(TAGS, 3)
        caption = f"Film {number} of the night " + " ".join(f"#{tag}" for tag in tags)
        views = int(chance.paretovariate(0.9) * 5)
        row = _figures(chance, min(views, 10**6))
        head = (video_id, creators[creator], market)
        films.append((*head, "live", "now", caption, tags, language, at_us, at_us, at_us))
        media.append((video_id, f"bench{to_text(video_id)}", "done", 1.0, DOCUMENT, at_us))
        items.append((*head, language, 15_000, tags, caption.lower(), at_us, *row.values()))
        known.append((video_id, creators[creator], 15_000, market))
        figures.append((video_id, *row.values()))
        described.append((*head, 0, 15_000, [int(tag[5:]) + 1 for tag in tags], [], at_us))
        counts.append((video_id, row["likes"], row["saves"], row["shares"], row["comments"]))
    _copy(connection, VIDEO_COLUMNS, _constants(films, VIDEO_CONSTANTS))
    _copy(connection, MEDIA_COLUMNS, _constants(media, ("keep", 100, 100)))
    _copy(connection, ITEM_COLUMNS, _constants(items, ("everyone", False, False, True)))
    _copy(connection, "analytics_item (video_id, creator_id, duration_ms, market)", known)
    _copy(connection, f"analytics_counter (video_id, {FIGURES})", figures)
    _copy(connection, RANKED_COLUMNS, described)
    _copy(connection, "social_count (video_id, likes, saves, shares, comments)", counts)
    ids = [film[0] for film in films]
    watches = (
        (
            viewer,
            video_id,
            "us",
            chance.randrange(500, 15000),
            15000,
            chance.random() < 0.4,
            chance.random() < 0.05,
            now_us - chance.randrange(5 * DAY_US),
        )
        for viewer in people
        for video_id in chance.sample(ids, 40)
    )
    _copy(
        connection,
        "analytics_watch (viewer_id, video_id, market, watch_ms, duration_ms, is_finish, "
        "is_liked, at_us)",
        watches,
    )


FIGURES = "views, watch_ms, finishes, likes, comments, shares, saves"
VIDEO_COLUMNS = (
    "videos_video (video_id, creator_id, market, state, intent, caption, hashtags, language, "
    "created_at_us, changed_at_us, published_at_us, mention_ids, mention_handles, audience, "
    "allow_comments, is_ai_by_creator, is_ai_by_credentials, ad_label, alt_text, content_level, "
    "can_download, restriction)"
)
VIDEO_CONSTANTS: tuple[Any, ...] = (
    *([], [], "everyone", "everyone", False, False, False, "", "general", False, "none"),
)
MEDIA_COLUMNS = (
    "videos_media (video_id, media_key, state, fraction, document, received_at_us, sound_mode, "
    "original_volume_pct, sound_volume_pct)"
)
ITEM_COLUMNS = (
    "feed_item (video_id, creator_id, market, language, duration_ms, hashtags, words, "
    f"published_at_us, {FIGURES}, audience, is_ai, is_mature, is_open)"
)
RANKED_COLUMNS = (
    "ranking_video (video_id, creator_id, market, sound_id, duration_ms, tags, words, "
    "published_at_us)"
)


def _figures(chance: random.Random, views: int) -> dict[str, int]:
    finish = chance.betavariate(3, 5)
    like = chance.betavariate(2, 40)
    return {
        "views": views,
        "watch_ms": int(views * finish * 15_000),
        "finishes": int(views * finish),
        "likes": int(views * like),
        "comments": int(views * like / 8),
        "shares": int(views * like / 10),
        "saves": int(views * like / 6),
    }


def _constants(
    rows: Iterable[tuple[Any, ...]], constants: tuple[Any, ...]
) -> Iterable[tuple[Any, ...]]:
    return (row + constants for row in rows)


def _copy(
    connection: psycopg.Connection[Any], target: str, rows: Iterable[tuple[Any, ...]]
) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN".encode()) as copy:
        for row in rows:
            copy.write_row(row)
