"""Takes back what was told: a like taken back, a comment or video gone, two people parted."""

from nightmarket.domains.notifications.actions.notify import tell_unread
from nightmarket.domains.notifications.store import lines
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, CommentId, VideoId


async def withdraw(tx: Tx, account_id: AccountId, group: str, actor_id: AccountId) -> None:
    """Take one person off the lines of a group, and tell open pages what is left unread."""
    await _tell(tx, await lines.withdraw_group(tx, account_id, group, actor_id))


async def withdraw_comment(tx: Tx, comment_id: CommentId) -> None:
    """Forget everything told because of a comment."""
    await _tell(tx, await lines.withdraw_comment(tx, comment_id))


async def withdraw_video(tx: Tx, video_id: VideoId) -> None:
    """Forget everything told about a video, except decisions."""
    await _tell(tx, await lines.withdraw_video(tx, video_id))


async def withdraw_between(tx: Tx, one: AccountId, other: AccountId) -> None:
    """Take two people out of each other's inboxes."""
    await _tell(tx, await lines.withdraw_between(tx, one, other))


async def _tell(tx: Tx, changed: set[AccountId]) -> None:
    for account_id in sorted(changed):
        await tell_unread(tx, account_id)
