"""Web Push over HTTPS (RFC 8030), to public addresses only: endpoints are named by browsers."""

import asyncio
import http.client
import ipaddress
import socket
import ssl
from urllib.parse import urlsplit

from nightmarket.infra.providers.push.pusher import Delivery, Push
from nightmarket.kernel.errors import Unavailable

TIMEOUT_S = 10.0
GONE = {http.client.NOT_FOUND, http.client.GONE}
LATER_FROM = 500
HTTPS = 443


class PushUnavailable(Unavailable):
    """The browser's push service did not answer, or asked to come back later."""

    code = "push.unavailable"


class WebPusher:
    """Posts each message once; what an endpoint resolves to is checked and then connected to."""

    async def send(self, push: Push) -> Delivery:
        """Hand over one message."""
        return await asyncio.to_thread(self._send, push)

    def _send(self, push: Push) -> Delivery:
        place = urlsplit(push.endpoint)
        host, port = place.hostname or "", place.port or HTTPS
        if place.scheme != "https" or not host:
            return Delivery.REFUSED
        try:
            address = _public_address(host, port)
            if address is None:
                return Delivery.REFUSED
            status = _post(push, host, port, address)
        except (OSError, http.client.HTTPException) as error:
            raise PushUnavailable("the push service does not answer", host=host) from error
        return outcome(status, host)


def outcome(status: int, host: str) -> Delivery:
    """Return what a status means.

    Raises:
        PushUnavailable: try again later.
    """
    if status in GONE:
        return Delivery.GONE
    if status == http.client.TOO_MANY_REQUESTS or status >= LATER_FROM:
        raise PushUnavailable("the push service asks for patience", host=host, status=status)
    is_taken = http.client.OK <= status < http.client.MULTIPLE_CHOICES
    return Delivery.TAKEN if is_taken else Delivery.REFUSED


def _public_address(host: str, port: int) -> str | None:
    """Return an address to connect to; None: any of the host's is inside a private network."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not all(ipaddress.ip_address(one.split("%")[0]).is_global for one in addresses):
        return None
    return addresses[0] if addresses else None


def _post(push: Push, host: str, port: int, address: str) -> int:
    place = urlsplit(push.endpoint)
    path = place.path + (f"?{place.query}" if place.query else "")
    with socket.create_connection((address, port), TIMEOUT_S) as plain:
        wrapped = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        connection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S)
        connection.sock = wrapped
        try:
            connection.request("POST", path or "/", body=push.body, headers=push.headers)
            return connection.getresponse().status
        finally:
            connection.close()
