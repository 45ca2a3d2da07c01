"""Moments as ids: ids grow with time, so a moment is a bound on them."""

from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import EPOCH, MILLISECOND_SHIFT


def id_at(at_us: int) -> int:
    """Return the smallest id that may be made at an instant."""
    return max(0, (at_us - microseconds(EPOCH)) // 1000) << MILLISECOND_SHIFT


def made_at_us(number: int) -> int:
    """Return the instant an id was made, to the millisecond."""
    return microseconds(EPOCH) + (number >> MILLISECOND_SHIFT) * 1000
