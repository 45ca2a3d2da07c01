"""Show a list outside the feed: an impression for each video, so that watching it there counts."""

from collections.abc import Sequence

from nightmarket.domains.analytics.rules.impressions import Showing, key_of, mint_list
from nightmarket.domains.analytics.values import Surface
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import RequestId, VideoId

POSITIONS = 256
"""How many places one request has: a position is a byte."""


def show_list(
    subject: Subject, services: Services, surface: Surface, video_ids: Sequence[VideoId]
) -> list[str]:
    """Return the impressions of one page of a list, in order.

    Nothing is read or written: a page costs one HMAC for each video. What may be kept of the
    watching is decided when it is reported.
    """
    key, shown_at_ms = key_of(services.secret), microseconds(services.clock()) // 1000
    minted: list[str] = []
    for start in range(0, len(video_ids), POSITIONS):
        request_id = RequestId(services.ids())
        showing = Showing(subject.viewer_id, request_id, surface, shown_at_ms)
        minted += mint_list(showing, video_ids[start : start + POSITIONS], key)
    return minted
