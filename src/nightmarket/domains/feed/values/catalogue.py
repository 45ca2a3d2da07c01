"""The catalogue: every video the feed may propose, as columns in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
"""Row numbers of the catalogue; a video keeps its row for as long as the process lives."""

TAGS_MAX = 8
NOTHING = 0
"""Sound 0 and tag 0: none."""
_FIRST_CAPACITY = 1024
AUDIENCES = ("everyone", "followers", "friends", "only_me")

_COLUMNS: dict[str, Any] = {
    "ids": np.int64,
    "creators": np.int64,
    "sounds": np.int64,
    "markets": np.int16,
    "languages": np.int16,
    "audiences": np.int8,
    "durations_ms": np.int32,
    "published_us": np.int64,
    "are_ai": np.bool_,
    "are_mature": np.bool_,
    "are_open": np.bool_,
    "are_demoted": np.bool_,
    "views": np.float32,
    "watch_ms": np.float64,
    "finishes": np.float32,
    "likes": np.float32,
    "comments": np.float32,
    "shares": np.float32,
    "saves": np.float32,
    "quality": np.float32,
    "heat": np.float32,
}


@dataclass(frozen=True, slots=True)
class Item:
    """One video as the feed's index keeps it; `words` is the folded caption."""

    video_id: int
    creator_id: int
    market: str
    language: str
    sound_id: int
    duration_ms: int
    audience: str
    is_ai: bool
    is_mature: bool
    is_open: bool
    is_demoted: bool
    hashtags: list[str]
    words: str
    published_at_us: int
    views: int
    watch_ms: int
    finishes: int
    likes: int
    comments: int
    shares: int
    saves: int


class Interned:
    """Texts as small numbers, 0 for none; a number never changes its text."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"": 0}
        self._texts: list[str] = [""]

    def __len__(self) -> int:
        """One more than the highest number."""
        return len(self._texts)

    def number(self, text: str) -> int:
        """Return the text's number, making one."""
        number = self._numbers.get(text)
        if number is None:
            number = self._numbers[text] = len(self._texts)
            self._texts.append(text)
        return number

    def find(self, text: str) -> int:
        """Return the text's number, 0 when it has none."""
        return self._numbers.get(text, 0)

    def text(self, number: int) -> str:
        """Return the text of a number."""
        return self._texts[number]


class Catalogue:
    """Columns over all videos, and the rows of each creator, sound and hashtag, oldest first.

    Rows are only added; a video that may not be proposed any more has `are_open` False. Columns
    are read by whoever holds the catalogue and written by `put` and `set_scores` only.
    """

    ids: NDArray[np.int64]
    creators: NDArray[np.int64]
    sounds: NDArray[np.int64]
    markets: NDArray[np.int16]
    languages: NDArray[np.int16]
    audiences: NDArray[np.int8]
    durations_ms: NDArray[np.int32]
    published_us: NDArray[np.int64]
    are_ai: NDArray[np.bool_]
    are_mature: NDArray[np.bool_]
    are_open: NDArray[np.bool_]
    are_demoted: NDArray[np.bool_]
    views: NDArray[np.float32]
    watch_ms: NDArray[np.float64]
    finishes: NDArray[np.float32]
    likes: NDArray[np.float32]
    comments: NDArray[np.float32]
    shares: NDArray[np.float32]
    saves: NDArray[np.float32]
    quality: NDArray[np.float32]
    heat: NDArray[np.float32]

    def __init__(self) -> None:
        self.count = 0
        self.version = 0
        self.market_names = Interned()
        self.language_names = Interned()
        self.tag_names = Interned()
        self.words: list[str] = []
        self.row_of: dict[int, int] = {}
        self.by_creator: dict[int, list[int]] = {}
        self.by_sound: dict[int, list[int]] = {}
        self.by_tag: dict[int, list[int]] = {}
        self.tags: NDArray[np.int32] = np.zeros((_FIRST_CAPACITY, TAGS_MAX), dtype=np.int32)
        self._marks: NDArray[np.bool_] = np.zeros(_FIRST_CAPACITY, dtype=np.bool_)
        for name, kind in _COLUMNS.items():
            setattr(self, name, np.zeros(_FIRST_CAPACITY, dtype=kind))

    def __len__(self) -> int:
        """How many rows, open or not."""
        return self.count

    def put(self, items: Sequence[Item]) -> None:
        """Add or replace videos."""
        for item in items:
            row = self.row_of.get(item.video_id)
            if row is None:
                row = self._add(item)
            self._link(row, item)
            self._write(row, item)
        self.version += bool(items)

    def rows(self, video_ids: Sequence[int]) -> list[int]:
        """Return the rows of those videos that are known, in order."""
        found = (self.row_of.get(video_id) for video_id in video_ids)
        return [row for row in found if row is not None]

    def among(self, rows: Rows, few: Rows) -> NDArray[np.bool_]:
        """Return bool[rows]: which rows are among these few.

        One mark for every video lies ready and only those of the few are touched: what a page
        costs does not grow with the catalogue.
        """
        self._marks[few] = True
        found = self._marks[rows]
        self._marks[few] = False
        return found

    def tag_numbers(self, row: int) -> list[int]:
        """Return the hashtags of a row."""
        return [int(tag) for tag in self.tags[row] if tag != NOTHING]

    def _add(self, item: Item) -> int:
        row = self.count
        if row == len(self.ids):
            self._grow()
        self.row_of[item.video_id] = row
        self.by_creator.setdefault(item.creator_id, []).append(row)
        self.words.append("")
        self.count += 1
        return row

    def _grow(self) -> None:
        """Double every column; the next one may be the last for a long time."""
        for name in _COLUMNS:
            old = getattr(self, name)
            setattr(self, name, np.concatenate([old, np.zeros_like(old)]))
        self.tags = np.concatenate([self.tags, np.zeros_like(self.tags)])
        self._marks = np.zeros(len(self.ids), dtype=np.bool_)

    def _link(self, row: int, item: Item) -> None:
        """Keep the lists by sound and hashtag; a tag that was taken off stays until a restart."""
        if item.sound_id != NOTHING and self.sounds[row] != item.sound_id:
            self.by_sound.setdefault(item.sound_id, []).append(row)
        numbers = [self.tag_names.number(tag) for tag in item.hashtags[:TAGS_MAX]]
        known = set(self.tags[row].tolist())
        for number in numbers:
            if number not in known:
                self.by_tag.setdefault(number, []).append(row)
        self.tags[row] = numbers + [NOTHING] * (TAGS_MAX - len(numbers))

    def _write(self, row: int, item: Item) -> None:
        self.ids[row] = item.video_id
        self.creators[row] = item.creator_id
        self.sounds[row] = item.sound_id
        self.markets[row] = self.market_names.number(item.market)
        self.languages[row] = self.language_names.number(item.language)
        self.audiences[row] = AUDIENCES.index(item.audience)
        self.durations_ms[row] = item.duration_ms
        self.published_us[row] = item.published_at_us
        self.are_ai[row] = item.is_ai
        self.are_mature[row] = item.is_mature
        self.are_open[row] = item.is_open
        self.are_demoted[row] = item.is_demoted
        self.views[row] = item.views
        self.watch_ms[row] = item.watch_ms
        self.finishes[row] = item.finishes
        self.likes[row] = item.likes
        self.comments[row] = item.comments
        self.shares[row] = item.shares
        self.saves[row] = item.saves
        self.words[row] = item.words
