"""Every route of identity, and the caller as other domains' routes are given it."""

from nightmarket.domains.identity.routes import people, session, ties
from nightmarket.domains.identity.routes.subject import provide_subject

__all__ = ["ROUTES", "provide_subject"]

ROUTES = (*session.ROUTES, *people.ROUTES, *ties.ROUTES)
