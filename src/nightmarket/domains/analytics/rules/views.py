"""What is a view, what is a finish, how far somebody got: the words behind the figures."""

from nightmarket.domains.analytics.values import REACH_STEPS

VIEW_MS = 1_000
VIEW_SHARE = 0.5
FINISH_SHARE = 0.95


def is_view(watch_ms: int, duration_ms: int) -> bool:
    """One second of playing, or half of the video if that is shorter; counted once an impression.

    A second filters what was swiped past; half lets clips under two seconds have views at all.
    """
    return watch_ms >= VIEW_MS or (0 < duration_ms * VIEW_SHARE <= watch_ms)


def reach(watch_ms: int, position_ms: int, duration_ms: int, loops: int) -> int:
    """Return how far into the video the viewer got, in twentieths, 0..20."""
    if loops > 0:
        return REACH_STEPS
    if duration_ms <= 0:
        return 0
    furthest_ms = max(watch_ms, position_ms)
    return min(REACH_STEPS, furthest_ms * REACH_STEPS // duration_ms)


def is_finish(reached: int) -> bool:
    """Whether the viewer got to 95 % of the video: credits and fades do not count against it."""
    return reached >= FINISH_SHARE * REACH_STEPS
