"""How many events one viewer may report: a leaky allowance, far above what a person can cause."""

from collections import OrderedDict

BURST = 4_000
PER_SECOND = 20.0
"""A person swipes about once a second and each item makes a handful of events."""
VIEWERS_MAX = 50_000


class Pace:
    """Remembers the allowance of the viewers seen last; the longest unseen is forgotten first."""

    def __init__(self, *, burst: int = BURST, per_second: float = PER_SECOND) -> None:
        self._burst = burst
        self._per_second = per_second
        self._left: OrderedDict[int, tuple[float, int]] = OrderedDict()

    def take(self, viewer_id: int, wanted: int, now_ms: int) -> int:
        """Return how many of `wanted` events are within the viewer's allowance, and use them up."""
        left, since_ms = self._left.pop(viewer_id, (float(self._burst), now_ms))
        left = min(self._burst, left + max(0, now_ms - since_ms) / 1000 * self._per_second)
        granted = min(wanted, int(left))
        self._left[viewer_id] = (left - granted, now_ms)
        if len(self._left) > VIEWERS_MAX:
            self._left.popitem(last=False)
        return granted
