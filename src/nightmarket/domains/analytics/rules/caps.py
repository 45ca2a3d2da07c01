"""Who sends a hundred times as much as is usual stops counting: how much that is. Pure."""

SLOT_US = 10 * 60 * 1_000_000
"""Sending is compared over ten minutes: longer than a burst after a tunnel, shorter than harm."""
TIMES = 100
FLOOR = 2_000
"""Nobody who sends no more than this in a slot is ever capped, however little is usual: three
lines a second without a pause, which no thumb does."""
CEILING = 10_000
"""More than this is too much, however much is usual: whoever lifts what is usual gains little."""
VIEWERS_MIN = 20
"""With fewer viewers nothing is usual yet."""
REMEMBERED_SLOTS = 144
"""A day."""
CAPPED_US = 24 * 3_600_000_000
"""So long nothing of a viewer counts after the last slot that was too much."""


def slot(at_us: int) -> int:
    """Return the number of the ten minutes that an instant lies in."""
    return at_us // SLOT_US


def most(usual: int) -> int:
    """Return how many lines of one slot are not too much where `usual` is the median viewer's."""
    return min(CEILING, max(FLOOR, TIMES * usual))


def is_too_much(lines: int, usual: int) -> bool:
    """Whether a viewer who sent so many lines in one slot is to be capped."""
    return lines > most(usual)
