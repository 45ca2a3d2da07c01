"""Move a video's bytes to a new, unknown address: the addresses known so far stop working."""

from nightmarket.domains.videos.actions.advance_video import tell_changed
from nightmarket.domains.videos.actions.finish_video import MOVE_JOB, VideoOrder, order
from nightmarket.domains.videos.actions.submit_video import fresh_key
from nightmarket.domains.videos.store import cards, work
from nightmarket.domains.videos.values import RenderState
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import VideoId

ENDED = {RenderState.DONE.value, RenderState.REFUSED.value}


async def wish_move(tx: Tx, video_id: VideoId) -> None:
    """Write the new address down and queue the move; while files are being made it waits."""
    await work.wish_moves(tx, video_id, (fresh_key(), fresh_key()))
    await order(tx, MOVE_JOB, video_id)


async def move_bytes(wanted: VideoOrder, services: Services) -> None:
    """Rename the folders that were written down. May run again after a crash at any point."""
    video_id = VideoId(wanted.video_id)
    async with services.database.transaction() as tx:
        found = await work.lock(tx, video_id)
        if found is None or found.media_key_next is None or found.state not in ENDED:
            return
        moves = await work.wish_moves(tx, video_id, (fresh_key(), fresh_key()))
    for move in moves:
        await services.storage.rename_folder(move.media_key, move.media_key_next)
    async with services.database.transaction() as tx:
        await work.end_moves(tx, video_id)
        card = (await cards.cards(tx, [video_id])).get(video_id)
        if card is not None:
            await tell_changed(tx, services, card, services.clock())
