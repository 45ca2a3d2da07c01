"""Cross-site protection: what changes something must come from our own pages, or from no browser.

Browsers say where a call comes from (`Sec-Fetch-Site`, `Origin`) and scripts cannot forge it, so no
token has to be carried around. Calls with a bearer token carry no cookie's power and are let by.
"""

from urllib.parse import urlsplit

from litestar.types import ASGIApp, Receive, Scope, Send

from nightmarket.infra import http
from nightmarket.kernel.errors import Forbidden

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
OWN_SITES = {"same-origin", "none"}
"""`none`: typed by the person, not sent by a page."""

COOKIELESS = {"/api/v1/oauth/token", "/api/v1/oauth/revocation"}
"""Programs in other sites' pages call these; what they do depends on no cookie."""


class OtherSite(Forbidden):
    """Another site's page asked for a change."""

    code = "http.other_site"


class SameSite:
    """ASGI wrapper: refuses changes asked for by another site's pages."""

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self._app = app
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call, or answer 403."""
        method = scope.get("method", "GET")
        is_open = method in SAFE_METHODS or scope["path"] in COOKIELESS
        if is_open or is_from_here(dict(scope["headers"]), self._public_url):
            await self._app(scope, receive, send)
            return
        await http.send_refusal(send, OtherSite("this has to come from our own pages"))


def is_from_here(headers: dict[bytes, bytes], public_url: str) -> bool:
    """Whether a call comes from our own pages or from something that is no browser.

    An `Origin` counts as ours when it is the public address or the very host that was called;
    the latter lets a machine be reached by several names.
    """
    if headers.get(b"authorization", b"")[:7].lower() == b"bearer ":
        return True
    origin = headers.get(b"origin", b"").decode("latin-1")
    if origin:
        host = headers.get(b"host", b"").decode("latin-1")
        return origin == public_url or (bool(host) and _host_of(origin) == host.lower())
    site = headers.get(b"sec-fetch-site", b"").decode("latin-1")
    return not site or site in OWN_SITES


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
