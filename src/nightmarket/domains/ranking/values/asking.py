"""What is asked of a ranker and what it answers, over a socket."""

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


class Standing(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Say how you stand."""


class Stands(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """How a ranker stands. `lag_steps`: logged by others and not repeated yet.

    `leads`: it cuts the log into steps itself. `differs`: the same steps led it to another state
    than whoever logged them, which a machine of another kind does by rounding. `refused`:
    connections from other machines it closed, since they did not know the secret or sent garbage.
    """

    batch_id: int
    lag_steps: int
    leads: bool
    differs: bool
    learned: int
    refused: int


class Fetch(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Give a piece of a kept version, from `offset` on. `name` empty: of the newest."""

    name: str
    offset: int


class Piece(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A piece of the version `name`, which has learned up to `batch_id`; `name` empty: none."""

    name: str
    batch_id: int
    size: int
    piece: bytes


Question: TypeAlias = Ask | Nearest | Standing | Fetch
Reply: TypeAlias = Answer | Near | Stands | Piece
