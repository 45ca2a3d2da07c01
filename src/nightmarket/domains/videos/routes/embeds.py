"""Videos on other sites: oEmbed and the page for frames."""

from html import escape
from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from nightmarket.domains.videos.actions.describe_video import describe_address, describe_video
from nightmarket.domains.videos.rules.head import HeadFacts, embed_html, fit
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import VideoId, from_text

CACHE_S = 300
FRAME_WIDTH_MAX = 720
FRAME_HEIGHT_MAX = 1280


class OembedPayload(msgspec.Struct, kw_only=True, omit_defaults=True):
    """oEmbed 1.0, type video."""

    version: str
    type: str
    title: str
    author_name: str
    author_url: str
    provider_name: str
    provider_url: str
    cache_age: int
    width: int
    height: int
    html: str
    thumbnail_url: str | None = None
    thumbnail_width: int | None = None
    thumbnail_height: int | None = None


@get("/api/v1/oembed")
async def get_oembed(
    tx: Tx,
    services: Services,
    url: FromQuery[str],
    maxwidth: Annotated[int, QueryParameter(ge=1, le=10_000)] = FRAME_WIDTH_MAX,
    maxheight: Annotated[int, QueryParameter(ge=1, le=10_000)] = FRAME_HEIGHT_MAX,
) -> Response[OembedPayload]:
    """Describe a public video to a site that wants to show it."""
    facts = await describe_address(tx, services, url)
    payload = _oembed(facts, services.settings.public_url, maxwidth, maxheight)
    lines = {
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": f"public, max-age={CACHE_S}",
    }
    return Response(payload, headers=lines)


@get("/api/v1/embeds/{video_id:str}")
async def get_embed(tx: Tx, services: Services, video_id: FromPath[str]) -> Response[bytes]:
    """Serve the page for frames: no scripts, and nothing is loaded before the first tap."""
    facts = await describe_video(tx, services, VideoId(from_text(video_id)))
    lines = {
        "Cache-Control": f"public, max-age={CACHE_S}",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
        "img-src 'self'; media-src 'self'; frame-ancestors *",
    }
    return Response(embed_html(facts).encode(), media_type="text/html", headers=lines)


def _oembed(facts: HeadFacts, public_url: str, width_max: int, height_max: int) -> OembedPayload:
    width, height = fit(facts.width, facts.height, width_max=width_max, height_max=height_max)
    frame = (
        f'<iframe src="{escape(facts.embed_url)}" width="{width}" height="{height}" '
        'frameborder="0" allow="autoplay; fullscreen; picture-in-picture" allowfullscreen '
        f'loading="lazy" title="{escape(facts.title)}"></iframe>'
    )
    return OembedPayload(
        version="1.0",
        type="video",
        title=facts.title,
        author_name=facts.creator_name,
        author_url=facts.creator_url,
        provider_name=facts.site_name,
        provider_url=public_url,
        cache_age=CACHE_S,
        width=width,
        height=height,
        html=frame,
        thumbnail_url=facts.picture_url,
        thumbnail_width=facts.width if facts.picture_url else None,
        thumbnail_height=facts.height if facts.picture_url else None,
    )


ROUTES = (get_oembed, get_embed)
