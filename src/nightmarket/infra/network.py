"""Where a call comes from: the client's address, seen through proxies we trust."""

import functools
import ipaddress
from typing import Any

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
UNKNOWN = "0.0.0.0"  # noqa: S104  # A name for "no address", never listened on.
IPV4_PREFIX = 24
IPV6_PREFIX = 48


def address_of(scope: Any, trusted_proxies: str) -> str:
    """Return the client's address.

    `X-Forwarded-For` is believed from the right, for as long as the hop that wrote it is a
    trusted proxy; anything a stranger put there is not.
    """
    peer = _parsed((scope.get("client") or (UNKNOWN, 0))[0])
    if peer is None:
        return UNKNOWN
    networks = _networks(trusted_proxies)
    hops = [hop.strip() for hop in _forwarded(scope).split(",") if hop.strip()]
    while hops and any(peer in network for network in networks):
        previous = _parsed(hops.pop())
        if previous is None:
            break
        peer = previous
    return str(peer)


def neighbourhood(address: str) -> str:
    """Return the network one household or one small host usually has, to count by."""
    parsed = _parsed(address)
    if parsed is None:
        return UNKNOWN
    prefix = IPV4_PREFIX if parsed.version == 4 else IPV6_PREFIX  # noqa: PLR2004
    return str(ipaddress.ip_network(f"{parsed}/{prefix}", strict=False))


def hint(address: str) -> str:
    """Return as much of an address as helps its owner recognise it, e.g. `203.0.113.x`."""
    network = ipaddress.ip_network(neighbourhood(address))
    text = str(network.network_address)
    return text.rsplit(".", 1)[0] + ".x" if network.version == 4 else text.rstrip(":") + ":x"  # noqa: PLR2004


def _forwarded(scope: Any) -> str:
    lines = [
        value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"
    ]
    return ",".join(lines)


def _parsed(text: str) -> Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


@functools.lru_cache(maxsize=8)
def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
