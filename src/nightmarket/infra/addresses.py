"""Where processes of this market answer questions: a local socket's path, or host:port."""

from dataclasses import dataclass
from pathlib import Path

from nightmarket.infra import local_socket, sealed_socket
from nightmarket.infra.local_socket import NoAnswer
from nightmarket.infra.settings import MisreadSetting

PORT_MAX = 65_535
ADDRESSES_MAX = 16
"""In one setting: each is a label of metrics, and asked how it stands at once with the others."""
__all__ = ["Address", "NoAnswer", "of_path", "read", "read_all"]


@dataclass(frozen=True, slots=True)
class Address:
    """One of them; `path` None: it is reached over the network. `text` as the operator wrote it."""

    text: str
    path: Path | None = None
    host: str = ""
    port: int = 0

    def is_there(self) -> bool:
        """Whether somebody may listen: a network has to be asked, a local socket is a file."""
        return self.path is None or self.path.exists()

    async def ask(self, question: bytes, key: bytes, within_s: float) -> bytes:
        """Send one question and return its answer. `key`: what other machines know us by.

        Raises:
            NoAnswer: nobody there, too late, the other side fell, or its key is another.
        """
        if self.path is not None:
            return await local_socket.ask(self.path, question, within_s)
        return await sealed_socket.ask(self.host, self.port, key, question, within_s)


def of_path(path: Path) -> Address:
    """Return the address of a local socket."""
    return Address(str(path), path=path)


def read(text: str, setting: str) -> Address:
    """Read one: what begins with a slash is a path, all else is host:port ([…]:port for IPv6).

    Raises:
        MisreadSetting: it is neither; the message names the setting.
    """
    if text.startswith("/"):
        return of_path(Path(text))
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) <= PORT_MAX:
        raise MisreadSetting(f"{setting} cannot be {text!r}: it wants /a/path or host:port")
    return Address(text, host=host.strip("[]"), port=int(port))


def read_all(text: str, setting: str) -> tuple[Address, ...]:
    """Read several with commas between, each once.

    Raises:
        MisreadSetting: one of them is no address, or there are more than `ADDRESSES_MAX`.
    """
    parts = dict.fromkeys(part.strip() for part in text.split(",") if part.strip())
    if len(parts) > ADDRESSES_MAX:
        raise MisreadSetting(f"{setting} names {len(parts)} addresses, {ADDRESSES_MAX} at most")
    return tuple(read(part, setting) for part in parts)
