"""Impressions as they open, and labels as they become certain."""

from dataclasses import dataclass

ImpressionKey = tuple[int, int]
"""Request and position: what an event names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The first news of an impression: now is when its figures are taken, before any label."""

    key: ImpressionKey
    viewer_id: int
    item_id: int
    place: int
    sitting: int
    shown_at_us: int


@dataclass(frozen=True, slots=True)
class Settled:
    """Labels that became certain, by head.

    `acts` are all positive heads so far, for the viewer's past. `is_over`: nothing more can come,
    the figures taken at the opening may go.
    """

    impression: Opened
    labels: dict[int, float]
    acts: frozenset[int]
    is_over: bool
