"""What is a view, what is a finish, how far somebody got: the words behind the figures."""

from nightmarket.domains.analytics.values import REACH_STEPS

VIEW_MS = 1_000
VIEW_SHARE = 0.5
FINISH_SHARE = 0.95
PLAYED_SHARE_MIN = 0.45
LONG_VIEW_MS = 18_000
"""KuaiRand's bound (Gao et al. 2022), which the ranker learns by too."""
SLACK_MS = 2_000
"""Samples of one impression add up, but not to more than the time since it was served and this:
between the page's making and the first frame, timers may disagree."""


def is_view(watch_ms: int, duration_ms: int) -> bool:
    """One second of playing, or half of the video if that is shorter; counted once an impression.

    A second filters what was swiped past; half lets clips under two seconds have views at all.
    """
    return watch_ms >= VIEW_MS or (0 < duration_ms * VIEW_SHARE <= watch_ms)


def reach(watch_ms: int, position_ms: int, duration_ms: int, loops: int) -> int:
    """Return how far into the video the viewer got, in twentieths, 0..20; a loop is all of it."""
    if duration_ms <= 0:
        return 0
    if loops > 0:
        return REACH_STEPS
    furthest_ms = max(watch_ms, position_ms)
    return min(REACH_STEPS, furthest_ms * REACH_STEPS // duration_ms)


def is_finish(reached: int, watch_ms: int, duration_ms: int) -> bool:
    """Whether the viewer got to 95 % of the video, and not by seeking.

    Credits and fades do not count against it. At double speed half the time is all of the video,
    so somewhat less than half must have been played.
    """
    return reached >= FINISH_SHARE * REACH_STEPS and watch_ms >= PLAYED_SHARE_MIN * duration_ms


def is_long(watch_ms: int, duration_ms: int) -> bool:
    """Whether all of a short video was watched, or eighteen seconds of a longer one."""
    return duration_ms > 0 and watch_ms >= min(LONG_VIEW_MS, duration_ms)
