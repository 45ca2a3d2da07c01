"""HTTP of the feed: pages, reasons, steering, interests."""

from nightmarket.domains.feed.routes import interests, pages, reasons, steering

__all__ = ["ROUTES"]

ROUTES = (*pages.ROUTES, *reasons.ROUTES, *steering.ROUTES, *interests.ROUTES)
