"""Where a call comes from: proxies we trust are believed, strangers are not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.infra.network import UNKNOWN, address_of, hint, neighbourhood

TRUSTED = "127.0.0.0/8,::1,10.0.0.0/8"


def scope(peer: str, *forwarded: str) -> dict[str, Any]:
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    return {"client": (peer, 1), "headers": headers}


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", (), "203.0.113.9"),
        ("203.0.113.9", ("1.2.3.4",), "203.0.113.9"),
        ("127.0.0.1", ("1.2.3.4",), "1.2.3.4"),
        ("127.0.0.1", ("6.6.6.6, 1.2.3.4, 10.0.0.7",), "1.2.3.4"),
        ("127.0.0.1", ("6.6.6.6", "1.2.3.4"), "1.2.3.4"),
        ("127.0.0.1", ("nonsense",), "127.0.0.1"),
        ("::ffff:127.0.0.1", ("2001:db8::5",), "2001:db8::5"),
        ("testclient", (), UNKNOWN),
    ],
)
def test_the_last_stranger_in_the_chain_counts(
    peer: str, forwarded: tuple[str, ...], address: str
) -> None:
    """Read from the right, for as long as the writer is trusted."""
    assert address_of(scope(peer, *forwarded), TRUSTED) == address


@given(made_up=st.text(alphabet="0123456789.,: abcdef", max_size=60))
def test_nobody_makes_an_address_up(made_up: str) -> None:
    """Whatever a stranger writes, their own address counts, with or without a proxy between."""
    assert address_of(scope("203.0.113.9", made_up), TRUSTED) == "203.0.113.9"
    assert address_of(scope("127.0.0.1", f"{made_up}, 203.0.113.9"), TRUSTED) == "203.0.113.9"


def test_neighbours_and_hints() -> None:
    """A household counts as one; the session list shows no whole address."""
    assert neighbourhood("203.0.113.9") == "203.0.113.0/24"
    assert neighbourhood("2001:db8:1:2::5") == "2001:db8:1::/48"
    assert (hint("203.0.113.9"), hint("2001:db8:1:2::5")) == ("203.0.113.x", "2001:db8:1:x")
