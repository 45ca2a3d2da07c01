"""What social hears of others, and what it clears away."""

from nightmarket.domains.social.actions.follow_decisions import (
    FORGET_JOB,
    Forgotten,
    follow_decisions,
    forget_video,
)
from nightmarket.events.moderation import ContentDecided
from nightmarket.events.videos import VideoRemoved
from nightmarket.infra.jobs import Job
from nightmarket.infra.outbox import Listener
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import VideoId


async def _forget(gone: Forgotten, services: Services) -> None:
    await forget_video(services.database, VideoId(gone.video_id))


LISTENERS = (Listener("social", (ContentDecided, VideoRemoved), follow_decisions),)
JOBS = (Job(FORGET_JOB, Forgotten, _forget),)
