"""How the ranker stands: told by its own process every second, read by whoever shows it."""

from pathlib import Path

import msgspec
from prometheus_client import Gauge

FILE = "ranker/status.json"


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A compiled program the ranker holds: what it does, and the sizes of its arrays."""

    kind: str
    showings: int
    viewers: int
    past: int


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """How the ranker stands; a file of its data directory, written anew every second."""

    at_us: int
    settled: int
    undone: int
    went_back: int
    passed_over: int
    behind_s: float
    resident_bytes: int
    programs: int
    held: list[Held] = []


_WORDS = {
    "settled": "Labelled showings the ranker has learned.",
    "undone": "Steps of the ranker that were not finite, and changed nothing.",
    "went_back": "Times the ranker gave its state up for a kept version, since it started.",
    "passed_over": "Kept versions the ranker could not use, since it started.",
    "behind_s": "Seconds of the interaction log the ranker has not learned yet.",
    "resident_bytes": "Memory the ranker holds.",
    "programs": "Compiled programs the ranker holds.",
}
GAUGES = {
    name: Gauge(f"nightmarket_ranker_{name}", words, multiprocess_mode="mostrecent")
    for name, words in _WORDS.items()
}


def tell(data_directory: Path, status: Status) -> None:
    """Write how the ranker stands, whole or not at all."""
    path = data_directory / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    beside.write_bytes(msgspec.json.encode(status))
    beside.rename(path)


def told(data_directory: Path) -> Status | None:
    """Return what was last told; None: nothing yet, or nothing that can be read."""
    try:
        return msgspec.json.decode((data_directory / FILE).read_bytes(), type=Status)
    except (OSError, msgspec.DecodeError):
        return None


def measure(data_directory: Path) -> None:
    """Set this process's gauges to what the ranker told."""
    status = told(data_directory)
    if status is not None:
        for name, gauge in GAUGES.items():
            gauge.set(getattr(status, name))
