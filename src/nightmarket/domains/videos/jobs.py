"""What videos hears, does slowly, and does on time; each calls one action."""

from datetime import datetime

from nightmarket.domains.videos.actions.advance_video import publish_due
from nightmarket.domains.videos.actions.change_cover import change_cover
from nightmarket.domains.videos.actions.finish_video import (
    COVER_JOB,
    MOVE_JOB,
    TIDY_JOB,
    VideoOrder,
)
from nightmarket.domains.videos.actions.follow_upload import hear_dropped, hear_upload, revive
from nightmarket.domains.videos.actions.hear_decision import hear_decision
from nightmarket.domains.videos.actions.heighten_video import (
    HEIGHTEN_JOB,
    choose_taller,
    heighten_video,
)
from nightmarket.domains.videos.actions.move_bytes import move_bytes
from nightmarket.domains.videos.actions.render_video import render_video
from nightmarket.domains.videos.actions.submit_video import RENDER_JOB, RenderOrder
from nightmarket.domains.videos.actions.tell_content import tell_content
from nightmarket.domains.videos.actions.tidy_bytes import DELETE_JOB, Folders, delete_bytes, tidy
from nightmarket.events.assets import UploadCompleted, UploadDropped
from nightmarket.events.moderation import ContentDecided
from nightmarket.infra.db import Tx
from nightmarket.infra.jobs import QUEUE_MEDIA, Job, Schedule
from nightmarket.infra.outbox import Listener
from nightmarket.infra.services import Services


async def hear_assets(tx: Tx, fact: UploadCompleted | UploadDropped, services: Services) -> None:
    """Start the work on an upload that is whole; refuse the video of one that will never be."""
    if isinstance(fact, UploadCompleted):
        await hear_upload(tx, fact)
    else:
        await hear_dropped(tx, services, fact)


async def each_minute(services: Services, now: datetime) -> None:
    """Publish what is due; begin anew what fell silent."""
    await publish_due(services, now)
    await revive(services, now)


LISTENERS = (
    Listener("videos.uploads", (UploadCompleted, UploadDropped), hear_assets),
    Listener("videos.decisions", (ContentDecided,), hear_decision),
)
JOBS = (
    Job(RENDER_JOB, RenderOrder, render_video, queue=QUEUE_MEDIA),
    Job(TIDY_JOB, VideoOrder, tidy),
    Job(MOVE_JOB, VideoOrder, move_bytes),
    Job(DELETE_JOB, Folders, delete_bytes),
    Job(COVER_JOB, VideoOrder, change_cover, queue=QUEUE_MEDIA),
    Job(HEIGHTEN_JOB, VideoOrder, heighten_video, queue=QUEUE_MEDIA),
)
SCHEDULES = (
    Schedule("videos.each_minute", "* * * * *", each_minute),
    Schedule("videos.choose_taller", "*/20 * * * *", choose_taller),
    Schedule("videos.tell_content", "*/5 * * * *", tell_content),
)
