"""Search over 100,000 videos in five languages: latency of results and of suggestions, in process.

    python -m bench.search [--videos 100000]

Captions are drawn from word lists with a Zipf-like tail, so that some words are in every tenth
caption and most in a few. Each question is asked thirty times; milliseconds are the median and the
95th of a hundred, in the database's own process plus the client's.
"""

import argparse
import asyncio
import json
import random
import statistics
import time
from typing import Any

import psycopg

from bench import harness
from nightmarket.domains.search.actions.suggest import suggest
from nightmarket.domains.search.rules import typos, words
from nightmarket.domains.search.store import lookup
from nightmarket.domains.search.store.lookup import Ask
from nightmarket.infra.db import Database, Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel.ids import ViewerId

DAY_US = 86_400_000_000
NOW_US = 1_772_452_800_000_000
TIMES = 30
LISTS = {
    "en": "night market street food walk city rain neon ramen noodles cat dog dance song music "
    "train coffee cake bread recipe travel tokyo jakarta berlin london garden river mountain",
    "de": "nachtmarkt straßenessen spaziergang stadt regen katze hund tanz lied musik zug kaffee "
    "kuchen brot rezept reise garten fluss berg sonnenuntergang überraschung größe",
    "id": "pasar malam makanan jalan kota hujan kucing anjing tari lagu musik kereta kopi kue "
    "roti resep perjalanan taman sungai gunung senja kejutan",
    "ja": "夜市 屋台 散歩 街 雨 猫 犬 踊り 歌 音楽 電車 珈琲 ケーキ パン 料理 旅行 庭 川 ラーメン",
    "zh": "夜市 小吃 散步 城市 下雨 猫咪 小狗 跳舞 歌曲 音乐 火车 咖啡 蛋糕 面包 菜谱 旅行 花园",
}
QUESTIONS = {
    "common word": "night",
    "two words": "night market",
    "prefix": "nachtm",
    "chinese": "夜市小吃",
    "japanese": "ラーメン 散歩",
    "one letter of han": "猫",
    "rare name": "zq77",
    "hashtag": "#kopi",
}


def caption(chance: random.Random, number: int) -> tuple[str, str]:
    """A language and a caption in it, with a rare word of its own."""
    language = chance.choice(list(LISTS))
    listed = LISTS[language].split()
    picked = [listed[min(int(chance.expovariate(0.12)), len(listed) - 1)] for _ in range(8)]
    glue = "" if language in {"ja", "zh"} else " "
    return language, f"{glue.join(picked)} zq{number % 5000} #{picked[0]} #{picked[1]}"


def fill(url: str, videos: int) -> float:
    """Fill the index; returns seconds."""
    chance = random.Random(7)
    began = time.perf_counter()
    known: dict[str, int] = {}
    tags: dict[str, int] = {}
    with psycopg.connect(url) as connection:
        with connection.cursor().copy(
            "COPY search_video (video_id, creator_id, market, language, audience, hashtags, words, "
            "document, points, published_at_us) FROM STDIN"
        ) as copy:
            for number in range(videos):
                language, text = caption(chance, number)
                own = [word[1:] for word in text.split() if word.startswith("#")]
                vocabulary = words.vocabulary(text)
                for word in vocabulary:
                    known[word] = known.get(word, 0) + 1
                for tag in own:
                    tags[tag] = tags.get(tag, 0) + 1
                document = words.document([(" ".join(own), "A"), (text, "B")])
                points = int(chance.paretovariate(0.8)) % 100_000
                at_us = NOW_US - int(chance.expovariate(1 / 60) * DAY_US)
                copy.write_row(
                    (number + 1, number % 9973, "us", language, "everyone", own, list(vocabulary),
                     document, points, at_us)
                )  # fmt: skip
        connection.cursor().executemany(
            "INSERT INTO search_word (word, uses_count, cuts) VALUES (%s, %s, %s)",
            [(word, count, sorted(typos.cuts(word))) for word, count in known.items()],
        )
        connection.cursor().executemany(
            "INSERT INTO search_hashtag (tag, bare, document, videos_count) "
            "VALUES (%s, %s, %s::tsvector, %s)",
            [(tag, tag, words.document([(tag, "A")]), count) for tag, count in tags.items()],
        )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return time.perf_counter() - began


async def asked(tx: Tx, text: str) -> int:
    """Ask the index once; returns how many videos came."""
    query = words.understood(text)
    ask = Ask(text=query.text, tsquery=words.tsquery(query.terms), language="en")
    return len(await lookup.find_videos(tx, ask, creators=(), now_us=NOW_US))


async def measure(url: str) -> dict[str, Any]:
    """Ask every question, and type one letter by letter."""
    database = Database(url, connections_max=1)
    await database.open()
    found: dict[str, Any] = {}
    async with database.transaction() as tx:
        for name, text in QUESTIONS.items():
            count = await asked(tx, text)
            found[name] = {"found": count, **await timed(lambda text=text: asked(tx, text))}
        guest = Subject(viewer_id=ViewerId(1))
        for typed in ("n", "ni", "nig", "night m", "夜", "#pa"):
            found[f"suggest {typed}"] = await timed(lambda typed=typed: suggest(tx, guest, typed))
        near = typos.cuts("restaraunt")
        found["words near a slip"] = await timed(lambda: lookup.words_near(tx, near))
    await database.close()
    return found


async def timed(ask: Any) -> dict[str, float]:
    """Milliseconds of many times."""
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        await ask()
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return {
        "p50_ms": round(statistics.median(taken), 2),
        "p95_ms": round(taken[int(0.95 * TIMES)], 2),
    }


def main() -> None:
    """Fill, measure, print."""
    options = argparse.ArgumentParser()
    options.add_argument("--videos", type=int, default=100_000)
    given = options.parse_args()
    with harness.database(None) as (url, _):
        fill_s = fill(url, given.videos)
        found = asyncio.run(measure(url))
    print(json.dumps({"videos": given.videos, "fill_s": round(fill_s, 1), **found}, indent=1))


if __name__ == "__main__":
    main()
