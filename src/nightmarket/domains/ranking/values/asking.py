"""What the feed asks the ranker and what it answers, over a socket on the same machine."""

import msgspec


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """Score these videos for this viewer. `items`: int64 ids, little-endian, joined."""

    viewer_id: int
    market: str
    surface: int
    at_us: int
    items: bytes


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`chances`: float32[items, heads], little-endian, in the order asked.

    `snapshot` names the state that scored all of them; `learned` is how many labelled showings it
    has seen.
    """

    snapshot: str
    learned: int
    chances: bytes
