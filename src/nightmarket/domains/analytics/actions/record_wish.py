"""Write into the interaction log that somebody is not interested in what they were shown."""

from dataclasses import dataclass

from nightmarket.domains.analytics.actions.record_social import Deed, Told, append_deed
from nightmarket.domains.analytics.actions.take_events import is_known
from nightmarket.domains.analytics.errors import UnknownImpression
from nightmarket.domains.analytics.rules import impressions
from nightmarket.domains.analytics.rules.ingest import Reporter, doubt
from nightmarket.domains.analytics.values import Impression, Kind
from nightmarket.domains.identity import face as identity
from nightmarket.infra import eventlog
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import VideoId


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody said of an impression, or of a video wherever it was shown to them last."""

    is_unwanted: bool
    impression_id: str | None = None
    video_id: VideoId | None = None


async def record_wish(tx: Tx, subject: Subject, services: Services, wish: Wish) -> None:
    """Append it; an impression that is not believed is counted as refused under its code."""
    now = services.clock()
    shown, video_id = None, wish.video_id
    if wish.impression_id is not None:
        code, shown = await _checked(tx, subject, wish.impression_id, services)
        if code is not None or shown is None:
            eventlog.count(0, 0, [code or UnknownImpression.code])
            return
        video_id = shown.video_id
    if video_id is None:
        return
    kind = Kind.NOT_INTERESTED if wish.is_unwanted else Kind.INTERESTED_AGAIN
    deed = Deed(kind, subject.viewer_id, video_id, shown=shown)
    name = subject.viewer_id if is_known(subject, now) else 0
    await append_deed(tx, deed, Told(services.ids(), now, subject.market, name), services)


async def _checked(
    tx: Tx, subject: Subject, token: str, services: Services
) -> tuple[str | None, Impression | None]:
    try:
        shown = impressions.read(token, impressions.key_of(services.secret))
    except UnknownImpression as unknown:
        return unknown.code, None
    ids = {int(subject.viewer_id), int(subject.guest_id or subject.viewer_id)}
    if subject.account_id is not None and shown.viewer_id not in ids:
        ids |= {
            int(one) for one in await identity.guests_of(tx, subject.account_id, [shown.viewer_id])
        }
    now_ms = microseconds(services.clock()) // 1000
    return doubt(shown, Reporter(frozenset(ids), now_ms, b"")), shown
