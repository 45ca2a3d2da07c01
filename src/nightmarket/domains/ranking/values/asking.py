"""What the feed asks the ranker and what it answers, over a socket on the same machine."""

from typing import TypeAlias

import msgspec


class Ask(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Score these videos for this viewer. `items`: int64 ids, little-endian, joined."""

    viewer_id: int
    market: str
    surface: int
    at_us: int
    items: bytes


class Answer(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """`chances`: float32[items, heads], little-endian, in the order asked.

    `snapshot` names the state that scored all of them; `learned` is how many labelled showings it
    has seen.
    """

    snapshot: str
    learned: int
    chances: bytes


class Nearest(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Propose videos for this viewer, at most `limit` by each way of finding them."""

    viewer_id: int
    market: str
    surface: int
    limit: int


class Near(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Proposals, best first: ids int64 and scores float32, little-endian, joined.

    `by_model` are nearest by the towers, `co_watched` what people watched along with this viewer's
    last long views. Scores of the two do not compare. `snapshot` names the state that said so.
    """

    snapshot: str
    by_model: bytes
    by_model_scores: bytes
    co_watched: bytes
    co_watched_scores: bytes


Question: TypeAlias = Ask | Nearest
Reply: TypeAlias = Answer | Near
