"""The limited process that reads Content Credentials: as `child`, without a decoder."""

import os
from pathlib import Path

from nightmarket.infra.media import wire
from nightmarket.infra.media.credentials import media_type_of, read_credentials
from nightmarket.infra.media.job import Credentials, CredentialsState
from nightmarket.infra.media.sandbox import enter, set_limits
from nightmarket.infra.media.serve import Line, serve
from nightmarket.infra.media.sniff import sniff


def work(order: wire.Order, line: Line, walls: tuple[str, ...]) -> wire.Note:
    """Shut the walls and read."""
    assert isinstance(order, wire.ReadCredentials), "films have a child of their own"
    set_limits(order.limits)
    line.say(wire.Note(walls=(*walls, *enter([order.source], []))))
    with Path(order.source).open("rb") as file:
        media_type = order.media_type or media_type_of(sniff(file))
        if media_type is None:
            return wire.Note(credentials=Credentials(CredentialsState.NONE))
        return wire.Note(credentials=read_credentials(file, media_type, order.anchors_pem))


if __name__ == "__main__":
    os._exit(serve(work))
