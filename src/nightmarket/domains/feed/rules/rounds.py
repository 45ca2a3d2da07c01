"""Rounds of a personal feed: every video once, unseen ones first, then round again. Pure.

A viewer's list begins with the first page, and every page's cursor carries when that was. While
anything is left that the viewer never had, a page holds only that. Then come videos that an
earlier list was served with and that were never watched: a page that was loaded and closed, or on
another device. When nothing unseen is left, a new round begins and holds every video once more.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nightmarket.domains.feed.values.catalogue import Rows
from nightmarket.domains.feed.values.query import FeedQuery, Round

REWATCH_AFTER_MAX = 30
"""A new round does not open with the last videos of the one before; half of a small market."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a page leaves out. `starts_over`: everything was seen, this page opens a round."""

    left_out: Rows
    starts_over: bool = False


def turns(query: FeedQuery) -> Iterator[Turn]:
    """Yield what to try in turn after a page of never served videos came out empty."""
    if not query.round.is_again:
        yield Turn(np.concatenate([query.watched_rows, query.served_in_round_rows]))
    elif len(query.served_in_round_rows):
        yield Turn(query.served_in_round_rows)
    kept = min(REWATCH_AFTER_MAX, len(query.catalogue) // 2)
    if len(query.seen_rows):
        yield Turn(query.seen_rows[:kept], starts_over=True)
        yield Turn(query.seen_rows[:0], starts_over=True)


def to_key(now: Round) -> int:
    """Write a round as a cursor's key: below zero, so that it is no place in a common list."""
    return -(now.began_at_us // 1000 * 2 + int(now.is_again))


def from_key(key: int, now_us: int) -> Round:
    """Read a cursor's key; what is no round begins one now."""
    if key >= 0:
        return Round(now_us)
    return Round(min(now_us, -key // 2 * 1000), is_again=bool(-key % 2))
