"""See how the work on a video goes, and what its caption said before."""

from nightmarket.domains.moderation import face as moderation
from nightmarket.domains.moderation.values import Ref, RefKind
from nightmarket.domains.videos.actions.see_videos import video
from nightmarket.domains.videos.errors import NoSuchVideo
from nightmarket.domains.videos.store import cards, changes, work
from nightmarket.domains.videos.values import CaptionEdit, ProgressView
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel.ids import AccountId, VideoId


async def see_progress(
    tx: Tx, creator_id: AccountId, video_id: VideoId
) -> tuple[ProgressView, bool]:
    """Return how far the work on a creator's own video is, and whether moderation holds it.

    Raises:
        NoSuchVideo: there is none, or it is somebody else's.
    """
    card = (await cards.cards(tx, [video_id])).get(video_id)
    view = await work.progress(tx, video_id)
    if card is None or view is None or card.creator_id != creator_id:
        raise NoSuchVideo("no such video")
    ref = Ref(RefKind.VIDEO, video_id)
    return view, (await moderation.visibility(tx, {ref}, card.market))[ref].is_held


async def caption_history(tx: Tx, viewer: Subject, video_id: VideoId) -> list[CaptionEdit]:
    """Return earlier captions, newest first, to whoever may watch the video.

    Raises:
        NoSuchVideo: there is none, or not for this viewer.
    """
    await video(tx, video_id, viewer)
    return await changes.edits(tx, video_id)
