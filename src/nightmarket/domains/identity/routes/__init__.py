"""Every route of identity, and the caller as other domains' routes are given it."""

from nightmarket.domains.identity.routes import (
    keys,
    me,
    oauth,
    parents,
    passwords,
    people,
    session,
    staff,
    ties,
)
from nightmarket.domains.identity.routes.subject import provide_spoken, provide_subject

__all__ = ["ROUTES", "provide_spoken", "provide_subject"]

ROUTES = (
    *session.ROUTES,
    *passwords.ROUTES,
    *keys.ROUTES,
    *me.ROUTES,
    *people.ROUTES,
    *ties.ROUTES,
    *staff.ROUTES,
    *oauth.ROUTES,
    *parents.ROUTES,
)
