"""Describe a public video to the outside: head tags, embeds, oEmbed."""

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.identity import face as identity
from nightmarket.domains.videos.actions.see_videos import video
from nightmarket.domains.videos.errors import NoSuchVideo, NotAnAddress
from nightmarket.domains.videos.rules import head
from nightmarket.domains.videos.rules.head import HeadFacts
from nightmarket.domains.videos.values import Audience, VideoCard
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment
from nightmarket.infra.services import Services
from nightmarket.kernel.errors import Invalid
from nightmarket.kernel.ids import VideoId, ViewerId, from_text, to_text

SITE_NAME = "Nightmarket"
STRANGER = Subject(viewer_id=ViewerId(0))
"""What anybody may see: no account, no age, no follows."""


async def describe_video(tx: Tx, services: Services, video_id: VideoId) -> HeadFacts:
    """Return what a stranger may be told of a video.

    Raises:
        NoSuchVideo: there is none, or it is not for everyone.
    """
    card = await video(tx, video_id, STRANGER)
    if card.audience != Audience.EVERYONE:
        raise NoSuchVideo("no such video")
    creator = await identity.account(tx, card.creator_id)
    counters = (await analytics.counters(tx, [video_id]))[video_id]
    public_url = services.settings.public_url
    page_url = f"{public_url}/@{creator.handle}/video/{to_text(video_id)}"
    return HeadFacts(
        page_url=page_url,
        embed_url=f"{public_url}/api/v1/embeds/{to_text(video_id)}",
        oembed_url=head.oembed_url(public_url, page_url),
        site_name=SITE_NAME,
        creator_name=creator.name,
        creator_handle=creator.handle,
        creator_url=f"{public_url}/@{creator.handle}",
        caption=card.caption,
        hashtags=card.hashtags,
        picture_url=_absolute(public_url, card, card.media.preview or card.media.poster),
        film_url=_absolute(
            public_url, card, card.media.renditions[-1].file if card.media.renditions else None
        ),
        width=card.media.width,
        height=card.media.height,
        duration_ms=card.media.duration_ms,
        published_at=moment(card.published_at_us) or "",
        views=counters.views,
        likes=counters.likes,
    )


async def head_tags(tx: Tx, services: Services, video_id: VideoId) -> str:
    """Return the escaped head tags of a public video's page.

    Raises:
        NoSuchVideo: there is none, or it is not for everyone.
    """
    return head.head_html(await describe_video(tx, services, video_id))


async def describe_address(tx: Tx, services: Services, url: str) -> HeadFacts:
    """Return what a stranger may be told of the video an address names.

    Raises:
        NotAnAddress: it names no public video of this site.
    """
    text = head.video_in(url, services.settings.public_url)
    try:
        if text is None:
            raise NotAnAddress("this address names no video here")
        return await describe_video(tx, services, VideoId(from_text(text)))
    except (NoSuchVideo, Invalid) as error:
        raise NotAnAddress("this address names no video here") from error


def _absolute(public_url: str, card: VideoCard, file: str | None) -> str | None:
    url = card.file_url(file)
    return None if url is None else public_url + url
