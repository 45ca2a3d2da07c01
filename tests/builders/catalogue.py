"""Builders of catalogues and queries, without a database."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nightmarket.domains.feed.rules import heat
from nightmarket.domains.feed.values.catalogue import Catalogue, Item
from nightmarket.domains.feed.values.query import FeedQuery, Tab
from nightmarket.kernel.ids import RequestId, ViewerId

NOW_US = 1_772_000_000_000_000
HOUR_US = 3_600_000_000


@dataclass(frozen=True, kw_only=True)
class Piece:
    """What matters of a video; the others are alike."""

    creator: int = 1
    sound: int = 0
    tags: tuple[str, ...] = ()
    market: str = "us"
    language: str = "en"
    age_hours: float = 1.0
    views: int = 100
    finishes: int = 40
    likes: int = 5
    is_open: bool = True


def catalogue(pieces: Sequence[Piece]) -> Catalogue:
    """A scored catalogue; the n-th piece is video n + 1 in row n."""
    made = Catalogue()
    made.put([item(number + 1, piece) for number, piece in enumerate(pieces)])
    heat.rescore(made, NOW_US)
    return made


def item(video_id: int, piece: Piece) -> Item:
    """A piece as the index keeps it."""
    return Item(
        video_id=video_id,
        creator_id=piece.creator,
        market=piece.market,
        language=piece.language,
        sound_id=piece.sound,
        duration_ms=10_000,
        audience="everyone",
        is_ai=False,
        is_mature=False,
        is_open=piece.is_open,
        is_demoted=False,
        hashtags=list(piece.tags),
        words="",
        published_at_us=NOW_US - int(piece.age_hours * HOUR_US),
        views=piece.views,
        watch_ms=piece.views * 5000,
        finishes=piece.finishes,
        likes=piece.likes,
        comments=0,
        shares=0,
        saves=0,
    )


def query(of: Catalogue, **given: Any) -> FeedQuery:
    """A page of eight for a viewer of market us."""
    wanted: dict[str, Any] = {
        "request_id": RequestId(1),
        "viewer_id": ViewerId(7),
        "account_id": None,
        "tab": Tab.FOR_YOU,
        "limit": 8,
        "market": "us",
        "language": "en",
        "is_personal": True,
        "is_adult": False,
        "now_us": NOW_US,
        "catalogue": of,
        "chance": random.Random(1),
    } | given
    return FeedQuery(**wanted)
