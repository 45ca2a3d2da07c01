"""Demo viewers with tastes: they watch, like, follow and comment through the public API."""

import asyncio
import random
import uuid
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from nightmarket.entry.demo.api import Caller, CallRefused, Newcomer
from nightmarket.entry.demo.door import NAMES, PASSWORD
from nightmarket.entry.process import system_clock

PAGES = 3
PAGE_ITEMS = 8
WATCH_MS_MAX = 20_000
"""Demo films are shorter; a folder of one's own may hold whole talks."""
LIKE_OF_LOVED = 0.6
COMMENT_OF_LOVED = 0.18
FOLLOW_OF_LOVED = 0.25
SAVE_OF_LOVED = 0.15

REMARKS = {
    "en": ["I could watch this all night", "how did you make this?", "the sound!! 🔥", "again!"],
    "de": ["Das ist wunderschön", "Wie lange hat das gedauert?", "Ton an, unbedingt", "Nochmal!"],
    "id": ["Keren banget!", "Bikin tenang ya", "Musiknya enak", "Lagi dong kak"],
    "ja": ["ずっと見ていられる", "音がいい…", "どうやって作ったの？", "最高です"],
    "zh": ["太好看了", "循环了十遍", "这个音乐叫什么？", "好治愈"],
}


@dataclass(frozen=True, slots=True)
class Regular:
    """A demo viewer: an account and the hashtags it comes for."""

    person: Newcomer
    loves: frozenset[str]


class Crowd:
    """Twelve regulars; each loves some hashtags and behaves accordingly."""

    def __init__(self, base_url: str, bulk_key: str, chance: random.Random) -> None:
        self._base_url = base_url
        self._bulk_key = bulk_key
        self._chance = chance

    async def live(self, stack: AsyncExitStack, out: Console) -> None:
        """Let all of them spend an evening; a refusal of one call spoils nothing else.

        They take the time that watching takes, because nobody is believed to have watched longer.
        """
        callers = []
        for handle, name, market, language in NAMES:
            caller = await stack.enter_async_context(Caller(self._base_url, self._bulk_key))
            await caller.sign_up(Newcomer(handle, name, market, language), PASSWORD)
            callers.append((caller, language))
        evenings = (self._evening(caller, language) for caller, language in callers)
        refusals: dict[str, int] = {}
        for code in await asyncio.gather(*evenings):
            if code is not None:
                refusals[code] = refusals.get(code, 0) + 1
        for code, count in refusals.items():
            out.print(f"  [yellow]–[/] {count} evenings ended early: {code}")

    async def _evening(self, caller: Caller, language: str) -> str | None:
        """Watch some pages; returns the code of a refusal that ended it."""
        loved: frozenset[str] | None = None
        cursor = ""
        try:
            for _ in range(PAGES):
                page = await caller.call("GET", f"/feed?limit={PAGE_ITEMS}&cursor={cursor}")
                if loved is None:
                    loved = self._tastes(page["items"])
                await self._watch_page(caller, page["items"], loved, language)
                cursor = page["next_cursor"] or ""
                if not cursor:
                    break
        except CallRefused as refusal:
            return refusal.code
        return None

    async def _watch_page(
        self, caller: Caller, items: list[dict[str, Any]], loved: frozenset[str], language: str
    ) -> None:
        events: list[dict[str, Any]] = []
        for item in items:
            is_loved = bool(loved & set(item["video"]["hashtags"]))
            events.append(await self._watch(item, is_loved=is_loved))
            if is_loved:
                await self._react(caller, item["video"], language)
        if events:
            taken = await caller.call("POST", "/events", {"events": events})
            if taken["refused"]:
                raise CallRefused(200, taken["refused"][0]["code"], "a watch was not believed")

    def _tastes(self, items: list[dict[str, Any]]) -> frozenset[str]:
        seen = sorted({tag for item in items for tag in item["video"]["hashtags"]})
        return frozenset(self._chance.sample(seen, min(6, len(seen))))

    async def _watch(self, item: dict[str, Any], *, is_loved: bool) -> dict[str, Any]:
        duration_ms = item["video"]["duration_ms"]
        share = self._chance.uniform(0.8, 1.0) if is_loved else self._chance.uniform(0.05, 0.4)
        watch_ms = min(int(duration_ms * share), WATCH_MS_MAX)
        await asyncio.sleep(watch_ms / 1000)
        now = system_clock()
        return {
            "event_id": _uuid7(now.timestamp(), self._chance),
            "kind": "watch",
            "impression_id": item["impression_id"],
            "occurred_at_ms": int(now.timestamp() * 1000),
            "watch_ms": watch_ms,
            "position_ms": watch_ms,
            "duration_ms": duration_ms,
        }

    async def _react(self, caller: Caller, video: dict[str, Any], language: str) -> None:
        video_id = video["video_id"]
        if self._chance.random() < LIKE_OF_LOVED:
            await caller.call("PUT", f"/videos/{video_id}/like")
        if self._chance.random() < SAVE_OF_LOVED:
            await caller.call("PUT", f"/videos/{video_id}/save", {})
        if self._chance.random() < FOLLOW_OF_LOVED:
            await caller.call("PUT", f"/follows/{video['creator']['account_id']}")
        if self._chance.random() < COMMENT_OF_LOVED:
            remark = self._chance.choice(REMARKS[language])
            await caller.call("POST", f"/videos/{video_id}/comments", {"text": remark})


def _uuid7(seconds: float, chance: random.Random) -> str:
    value = int(seconds * 1000) << 80 | 0x7 << 76 | chance.getrandbits(12) << 64
    return str(uuid.UUID(int=value | 0x2 << 62 | chance.getrandbits(62)))
