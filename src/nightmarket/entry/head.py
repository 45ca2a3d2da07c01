"""What search engines and link previews read: the head of a public page, made by the server."""

from dataclasses import dataclass
from html import escape

from nightmarket.infra.services import Services

TITLE = "Nightmarket"
DESCRIPTION = "Short videos and live rooms from people you come to like."


@dataclass(frozen=True, slots=True)
class Head:
    """Tags for the page's head, escaped, and the status the page is sent with."""

    html: str
    status: int = 200


async def head_of(services: Services, path: str) -> Head:
    """Return the head of one page; unknown things keep the plain head."""
    del services, path
    return plain()


def plain() -> Head:
    """Return the head of a page that is about nothing in particular."""
    return Head(
        f"<title>{escape(TITLE)}</title>"
        f'<meta name="description" content="{escape(DESCRIPTION, quote=True)}">'
    )
