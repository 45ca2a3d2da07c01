"""Acts whose showing nobody has told of yet: players report watching when a film is left. Pure."""

from collections import OrderedDict
from collections.abc import Collection

Pair = tuple[int, int]
"""Viewer and video."""
KEPT_US = 10 * 60 * 1_000_000
"""As long as the window of an act."""
KEPT_MAX = 200_000


class Early:
    """Acts by viewer and video, the longest waiting first; they go when claimed, or too old.

    A fold, as what it is part of: its clock is the acts' own.
    """

    def __init__(self) -> None:
        self._waiting: OrderedDict[Pair, dict[int, int]] = OrderedDict()

    def put(self, pair: Pair, head: int, at_us: int) -> None:
        """Keep an act until its showing is told of."""
        acts = self._waiting.pop(pair, {})
        acts[head] = at_us
        self._waiting[pair] = acts
        while self._waiting:
            oldest, kept = next(iter(self._waiting.items()))
            is_over = max(kept.values()) < at_us - KEPT_US
            if not is_over and len(self._waiting) <= KEPT_MAX:
                return
            del self._waiting[oldest]

    def take_back(self, pair: Pair, head: int) -> None:
        """Lose an act that was undone meanwhile."""
        acts = self._waiting.get(pair)
        if acts is not None and acts.pop(head, None) is not None and not acts:
            del self._waiting[pair]

    def claim(self, pair: Pair, since_us: int) -> list[int]:
        """Return what was done with a video since it was shown; all that waited for it is over."""
        acts = self._waiting.pop(pair, {})
        return [head for head, at_us in acts.items() if since_us <= at_us]

    def viewers(self) -> set[int]:
        """Return everybody of whom an act waits."""
        return {viewer_id for viewer_id, _ in self._waiting}

    def forget(self, viewer_ids: Collection[int]) -> None:
        """Lose everything about these viewers."""
        for pair in [one for one in self._waiting if one[0] in viewer_ids]:
            del self._waiting[pair]

    def state(self) -> list[tuple[Pair, list[tuple[int, int]]]]:
        """Return everything this knows, in its order."""
        return [(pair, list(acts.items())) for pair, acts in self._waiting.items()]

    def restore(self, state: list[tuple[Pair, list[tuple[int, int]]]]) -> None:
        """Go on where `state` was taken."""
        self._waiting = OrderedDict((pair, dict(acts)) for pair, acts in state)
