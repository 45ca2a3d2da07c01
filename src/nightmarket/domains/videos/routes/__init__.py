"""Every route of videos."""

from nightmarket.domains.videos.routes import captions, embeds, playlists, sounds, studio

__all__ = ["ROUTES"]

ROUTES = (
    *studio.ROUTES,
    *captions.ROUTES,
    *sounds.ROUTES,
    *playlists.ROUTES,
    *embeds.ROUTES,
)
