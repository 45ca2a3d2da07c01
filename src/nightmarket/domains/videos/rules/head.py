"""Writes what link previews and search engines read of a public video, safely escaped."""

import json
from dataclasses import dataclass
from html import escape
from urllib.parse import quote, urlsplit

TITLE_LENGTH_MAX = 90
DESCRIPTION_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadFacts:
    """What a public video's page says of it; addresses are absolute."""

    page_url: str
    embed_url: str
    oembed_url: str
    site_name: str
    creator_name: str
    creator_handle: str
    creator_url: str
    caption: str
    hashtags: tuple[str, ...]
    picture_url: str | None
    film_url: str | None
    width: int
    height: int
    duration_ms: int
    published_at: str
    views: int
    likes: int

    @property
    def title(self) -> str:
        """One line for tabs and previews."""
        words = " ".join(self.caption.split())
        lead = f"{self.creator_name} (@{self.creator_handle})"
        return _short(f"{words} · {lead}" if words else lead, TITLE_LENGTH_MAX)


def head_html(facts: HeadFacts) -> str:
    """Return title, description, Open Graph, Twitter and schema.org tags of a video's page."""
    description = _short(" ".join(facts.caption.split()) or facts.title, DESCRIPTION_LENGTH_MAX)
    lines = [
        f"<title>{escape(facts.title)}</title>",
        _meta("name", "description", description),
        f'<link rel="canonical" href="{escape(facts.page_url)}">',
        _oembed_link(facts),
        *(_meta("property", name, value) for name, value in _open_graph(facts, description)),
        _meta("name", "twitter:card", "player"),
        _meta("name", "twitter:player", facts.embed_url),
        _meta("name", "twitter:player:width", str(facts.width)),
        _meta("name", "twitter:player:height", str(facts.height)),
        f'<script type="application/ld+json">{_json(_schema(facts, description))}</script>',
    ]
    return "\n".join(lines)


def embed_html(facts: HeadFacts) -> str:
    """Return a whole page of a few kilobytes for frames on other sites: picture, then film."""
    picture = escape(facts.picture_url or "")
    film = escape(facts.film_url or "")
    title = escape(facts.title)
    return (
        "<!doctype html>\n"
        f'<html><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="robots" content="noindex"><style>'
        "html,body{margin:0;block-size:100%;background:#000;color:#fff;font:14px system-ui}"
        "video{inline-size:100%;block-size:100%;object-fit:contain}"
        "a{position:fixed;inset-block-start:0;inset-inline:0;padding:10px 14px;color:#fff;"
        "text-decoration:none;background:linear-gradient(#000a,#0000);"
        "overflow:hidden;white-space:nowrap;text-overflow:ellipsis}"
        "</style></head><body>"
        f'<video controls playsinline loop preload="none" poster="{picture}" src="{film}"></video>'
        f'<a href="{escape(facts.page_url)}" target="_blank" rel="noopener">{title}</a>'
        "</body></html>"
    )


def video_in(url: str, public_url: str) -> str | None:
    """Return the video id that an address of this site names; None: it is another address."""
    try:
        asked, own = urlsplit(url), urlsplit(public_url)
    except ValueError:
        return None
    if (asked.scheme, asked.netloc.lower()) != (own.scheme, own.netloc.lower()):
        return None
    parts = asked.path.strip("/").split("/")
    is_video = len(parts) == 3 and parts[0].startswith("@") and parts[1] == "video"  # noqa: PLR2004  # /@handle/video/ID
    return parts[2] if is_video else None


def oembed_url(public_url: str, page_url: str) -> str:
    """Return the address that answers oEmbed for a page."""
    return f"{public_url}/api/v1/oembed?url={quote(page_url, safe='')}"


def fit(width: int, height: int, *, width_max: int, height_max: int) -> tuple[int, int]:
    """Return the largest size of the same shape within bounds, at least 1 by 1."""
    width, height = max(1, width), max(1, height)
    scale = min(1.0, width_max / width, height_max / height)
    return max(1, int(width * scale)), max(1, int(height * scale))


def _open_graph(facts: HeadFacts, description: str) -> list[tuple[str, str]]:
    tags = [
        ("og:site_name", facts.site_name),
        ("og:type", "video.other"),
        ("og:title", facts.title),
        ("og:description", description),
        ("og:url", facts.page_url),
    ]
    if facts.picture_url is not None:
        tags.append(("og:image", facts.picture_url))
    if facts.film_url is not None:
        tags += [
            ("og:video", facts.film_url),
            ("og:video:type", "video/mp4"),
            ("og:video:width", str(facts.width)),
            ("og:video:height", str(facts.height)),
        ]
    return tags + [("og:video:tag", tag) for tag in facts.hashtags[:10]]


def _schema(facts: HeadFacts, description: str) -> dict[str, object]:
    actions = {"WatchAction": facts.views, "LikeAction": facts.likes}
    return {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": facts.title,
        "description": description,
        "url": facts.page_url,
        "embedUrl": facts.embed_url,
        "contentUrl": facts.film_url,
        "thumbnailUrl": facts.picture_url,
        "uploadDate": facts.published_at,
        "duration": f"PT{facts.duration_ms / 1000:.1f}S",
        "width": facts.width,
        "height": facts.height,
        "keywords": ", ".join(facts.hashtags),
        "creator": {
            "@type": "Person",
            "name": facts.creator_name,
            "alternateName": f"@{facts.creator_handle}",
            "url": facts.creator_url,
        },
        "interactionStatistic": [
            {
                "@type": "InteractionCounter",
                "interactionType": f"https://schema.org/{kind}",
                "userInteractionCount": count,
            }
            for kind, count in actions.items()
        ],
    }


def _oembed_link(facts: HeadFacts) -> str:
    address, title = escape(facts.oembed_url), escape(facts.title)
    kind = "application/json+oembed"
    return f'<link rel="alternate" type="{kind}" href="{address}" title="{title}">'


def _meta(kind: str, name: str, content: str) -> str:
    return f'<meta {kind}="{name}" content="{escape(content)}">'


def _json(value: dict[str, object]) -> str:
    """JSON that cannot end its script element or begin a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _short(text: str, length_max: int) -> str:
    return text if len(text) <= length_max else text[: length_max - 1].rstrip() + "…"
