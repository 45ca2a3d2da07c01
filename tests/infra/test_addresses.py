"""Addresses of processes: a path or host:port, and anything else is refused by the setting's name."""

from pathlib import Path

import pytest

from nightmarket.infra import addresses
from nightmarket.infra.settings import MisreadSetting


def test_paths_and_hosts_are_read_in_order_and_once() -> None:
    read = addresses.read_all(" /run/a.sock, 10.0.0.2:8002,[::1]:9 ,/run/a.sock,", "them")
    assert [one.text for one in read] == ["/run/a.sock", "10.0.0.2:8002", "[::1]:9"]
    assert [(one.path, one.host, one.port) for one in read] == [
        (Path("/run/a.sock"), "", 0),
        (None, "10.0.0.2", 8002),
        (None, "::1", 9),
    ]
    assert addresses.read_all("", "them") == ()


@pytest.mark.parametrize(
    "text", ["there", "there:", ":80", "there:0", "there:65536", "a:-1", "a:b"]
)
def test_what_is_no_address_is_refused_by_name(text: str) -> None:
    with pytest.raises(MisreadSetting, match="them cannot be"):
        addresses.read_all(f"/a,{text}", "them")


def test_more_than_can_be_told_apart_are_refused() -> None:
    many = ",".join(f"/{number}" for number in range(addresses.ADDRESSES_MAX + 1))
    with pytest.raises(MisreadSetting, match="them names 17 addresses, 16 at most"):
        addresses.read_all(many, "them")
