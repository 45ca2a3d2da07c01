"""HTTP of social: reactions, collections, comments, and videos as callers see them."""

from nightmarket.domains.social.routes import collections, comments, inbox, reactions, videos

ROUTES = (
    *reactions.ROUTES,
    *collections.ROUTES,
    *comments.ROUTES,
    *inbox.ROUTES,
    *videos.ROUTES,
)
