"""The heads: all the ranker predicts of a showing. One table for labels, loss, blend and docs."""

from dataclasses import dataclass

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One prediction.

    `window_ms`: so long after the showing a negative is certain; a positive counts at once.
    `learning` weighs its part of the loss, `value` what its probability is worth in the blend of
    `rules.blend` (0: predicted and logged, not ranked by). `is_quantile`: the label is a share
    0..1, not yes or no. `source`: which lines of the interaction log its label comes from; empty:
    none tells it yet, so it is neither learned nor counted.
    """

    code: str
    words: str
    window_ms: int
    learning: float
    value: float
    why: str
    source: str
    is_quantile: bool = False


HEADS: tuple[Head, ...] = (
    Head(
        code="long_view",
        words="watched to the end, or for 18 seconds",
        window_ms=2 * MINUTE_MS,
        learning=1.0,
        value=1.0,
        why="The most frequent honest sign of interest; one bound for short and long videos alike.",
        source="`watch` samples, which players report",
    ),
    Head(
        code="finish",
        words="watched to the end",
        window_ms=2 * MINUTE_MS,
        learning=0.5,
        value=0.4,
        why="Short videos finish easily, so it counts less than a long view.",
        source="`watch` samples, which players report",
    ),
    Head(
        code="watch_quantile",
        words="watched longer than others watch videos of this length",
        window_ms=2 * MINUTE_MS,
        learning=0.5,
        value=0.6,
        why="Raw time favours long videos; the quantile within the length's bucket does not.",
        source="`watch` samples, which players report",
        is_quantile=True,
    ),
    Head(
        code="like",
        words="liked",
        window_ms=10 * MINUTE_MS,
        learning=1.0,
        value=3.0,
        why="Rare and deliberate.",
        source="`like` and `unlike`, which their calls write",
    ),
    Head(
        code="comment",
        words="commented",
        window_ms=10 * MINUTE_MS,
        learning=0.3,
        value=2.0,
        why="Deliberate, but anger comments too.",
        source="`comment` and `uncomment`, which their calls write",
    ),
    Head(
        code="share",
        words="sent on",
        window_ms=10 * MINUTE_MS,
        learning=0.3,
        value=4.0,
        why="Whoever sends a video on vouches for it.",
        source="`share`, which its call writes",
    ),
    Head(
        code="follow",
        words="followed the creator",
        window_ms=10 * MINUTE_MS,
        learning=0.3,
        value=6.0,
        why="Says the creator will please again.",
        source="`follow` at the showing it was made from, and `unfollow`, which their calls write",
    ),
    Head(
        code="save",
        words="saved",
        window_ms=10 * MINUTE_MS,
        learning=0.3,
        value=3.0,
        why="Wanted again.",
        source="`save` and `unsave`, which their calls write",
    ),
    Head(
        code="not_interested",
        words="said not interested",
        window_ms=10 * MINUTE_MS,
        learning=0.5,
        value=-8.0,
        why="The clearest no there is; rare, so it weighs much.",
        source="`not_interested` and `interested_again`, which their calls write",
    ),
    Head(
        code="profile_visit",
        words="looked at the creator",
        window_ms=10 * MINUTE_MS,
        learning=0.3,
        value=0.8,
        why="Curiosity about who made it.",
        source="`profile_visit`, which the page reports",
    ),
    Head(
        code="product_click",
        words="opened a product",
        window_ms=10 * MINUTE_MS,
        learning=0.3,
        value=0.6,
        why="Weak on its own; it carries the two rarer heads below.",
        source="",
    ),
    Head(
        code="add_to_cart",
        words="put a product into the cart",
        window_ms=HOUR_MS,
        learning=0.3,
        value=2.0,
        why="Meant to buy.",
        source="",
    ),
    Head(
        code="purchase",
        words="bought",
        window_ms=DAY_MS,
        learning=0.3,
        value=8.0,
        why="What a market is for; kept below what would turn the feed into advertising.",
        source="",
    ),
)
"""In the order of every array that has a heads axis; append only, snapshots keep this order."""

CODES = tuple(head.code for head in HEADS)
COUNT = len(HEADS)


def index(code: str) -> int:
    """Return the place of a head in arrays."""
    return CODES.index(code)


IS_TOLD = tuple(bool(head.source) for head in HEADS)
"""Which heads have labels at all; the shop's wait for the shop."""
LONG_VIEW = index("long_view")
LIKE = index("like")
