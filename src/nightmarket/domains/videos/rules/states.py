"""Which moves a video and its rendering may make, and where a video goes next."""

from nightmarket.domains.videos.errors import IllegalMove
from nightmarket.domains.videos.values import Intent, RenderState, VideoState

MOVES: dict[VideoState, frozenset[VideoState]] = {
    VideoState.DRAFT: frozenset(
        {
            VideoState.PROCESSING,
            VideoState.SCHEDULED,
            VideoState.LIVE,
            VideoState.REFUSED,
            VideoState.REMOVED,
        }
    ),
    VideoState.PROCESSING: frozenset(
        {
            VideoState.DRAFT,
            VideoState.SCHEDULED,
            VideoState.LIVE,
            VideoState.REFUSED,
            VideoState.REMOVED,
        }
    ),
    VideoState.SCHEDULED: frozenset(
        {
            VideoState.DRAFT,
            VideoState.PROCESSING,
            VideoState.LIVE,
            VideoState.REFUSED,
            VideoState.REMOVED,
        }
    ),
    VideoState.LIVE: frozenset({VideoState.REMOVED, VideoState.REFUSED}),
    VideoState.REFUSED: frozenset(),
    VideoState.REMOVED: frozenset({VideoState.LIVE, VideoState.DRAFT, VideoState.REFUSED}),
}
"""LIVE to REFUSED: the growing first rendition was watched already when the source broke.
REMOVED back: an appeal was won. A deleted video has no state: its row is gone."""

RENDER_MOVES: dict[RenderState, frozenset[RenderState]] = {
    RenderState.RECEIVED: frozenset({RenderState.PROBING, RenderState.REFUSED}),
    RenderState.PROBING: frozenset(
        {RenderState.PROBING, RenderState.PLAYABLE, RenderState.RENDERING, RenderState.REFUSED}
    ),
    RenderState.PLAYABLE: frozenset(
        {RenderState.PROBING, RenderState.RENDERING, RenderState.DONE, RenderState.REFUSED}
    ),
    RenderState.RENDERING: frozenset(
        {RenderState.PROBING, RenderState.PLAYABLE, RenderState.DONE, RenderState.REFUSED}
    ),
    RenderState.DONE: frozenset({RenderState.RENDERING, RenderState.PROBING}),
    RenderState.REFUSED: frozenset(),
}
"""Back to PROBING: the worker died and the job runs again. DONE goes on for a larger rendition."""

EDITABLE = frozenset(
    {VideoState.DRAFT, VideoState.PROCESSING, VideoState.SCHEDULED, VideoState.LIVE}
)


def require_move(old: VideoState, new: VideoState) -> None:
    """Refuse a move that is not in the table.

    Raises:
        IllegalMove: with both states as facts.
    """
    if new not in MOVES[old]:
        raise IllegalMove(
            "the video cannot go there from where it is", old=old.value, new=new.value
        )


def may_render_move(old: RenderState, new: RenderState) -> bool:
    """Tell whether the work may go from `old` to `new`."""
    return new in RENDER_MOVES[old]


def next_state(*, intent: Intent, is_playable: bool, is_allowed: bool, is_due: bool) -> VideoState:
    """Return where a video that is not refused, removed or live yet belongs.

    Args:
        intent: what its creator asked for.
        is_playable: something of it plays already.
        is_allowed: moderation does not hold it back.
        is_due: the scheduled time has come.
    """
    if intent == Intent.DRAFT:
        return VideoState.DRAFT
    if intent == Intent.SCHEDULE and not is_due:
        return VideoState.SCHEDULED
    return VideoState.LIVE if is_playable and is_allowed else VideoState.PROCESSING
