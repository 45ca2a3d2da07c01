"""The topics `comments:ID` and `video:ID`: open to whoever may see the video."""

from nightmarket.domains.social.actions.show_comment import TOPIC
from nightmarket.domains.videos import face as videos
from nightmarket.domains.videos.errors import NoSuchVideo
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.realtime import Topic
from nightmarket.kernel.ids import VideoId


async def _seen(tx: Tx, subject: Subject, number: int | None) -> int:
    if number is None:
        raise NoSuchVideo("no such video")
    return (await videos.video(tx, VideoId(number), subject)).video_id


TOPICS = (Topic(TOPIC, _seen), Topic("video", _seen))
