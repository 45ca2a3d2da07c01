"""Whose acts count whole when videos race: those who have been here for longer than a day."""

from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import EPOCH, MILLISECOND_SHIFT

FRESH_US = 24 * 3_600_000_000
_EPOCH_US = microseconds(EPOCH)


def is_fresh(viewer_id: int, at_us: int) -> bool:
    """Whether an account or guest was made less than a day before it did something.

    The id tells when it was made. Nobody in particular (0) is fresh: who they are may not be known,
    so neither may how long they have been here.
    """
    made_us = _EPOCH_US + (viewer_id >> MILLISECOND_SHIFT) * 1000
    return viewer_id == 0 or at_us - made_us < FRESH_US
