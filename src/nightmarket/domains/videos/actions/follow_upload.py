"""Follow uploads: work begins when the last byte is here, and again when a worker fell silent."""

from datetime import datetime, timedelta

from nightmarket.domains.assets.errors import UploadExpired
from nightmarket.domains.videos.actions.finish_video import refuse_video
from nightmarket.domains.videos.actions.submit_video import order_render
from nightmarket.domains.videos.store import changes, work
from nightmarket.domains.videos.values import RenderState
from nightmarket.events.assets import UploadCompleted, UploadDropped
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds

SILENCE = timedelta(minutes=2)


async def hear_upload(tx: Tx, fact: UploadCompleted) -> None:
    """Order the work on the video that waits for this upload, if one does."""
    video_id = await work.by_upload(tx, fact.upload_id)
    if video_id is not None:
        await order_render(tx, video_id)


async def hear_dropped(tx: Tx, services: Services, fact: UploadDropped) -> None:
    """Refuse the video whose upload will never be whole."""
    video_id = await work.by_upload(tx, fact.upload_id)
    if video_id is None:
        return
    found = await changes.take(tx, video_id)
    if found is not None and found.render_state == RenderState.RECEIVED.value:
        refusal = UploadExpired("the upload was not finished; send the video again")
        await refuse_video(tx, services, video_id, refusal)


async def revive(services: Services, now: datetime) -> None:
    """Order work anew whose worker wrote nothing for two minutes."""
    async with services.database.transaction() as tx:
        for video_id in await work.stalled(tx, microseconds(now - SILENCE)):
            await order_render(tx, video_id)
