"""Every route of videos."""

from nightmarket.domains.videos.routes import studio

__all__ = ["ROUTES"]

ROUTES = (*studio.ROUTES,)
