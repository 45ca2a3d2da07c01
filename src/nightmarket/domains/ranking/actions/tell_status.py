"""How the ranker stands: told by its own process every second, read by whoever shows it."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from prometheus_client import Gauge

from nightmarket.domains.ranking.values.asking import Stands

NAME = "ranker"
FILE = "status.json"


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


_OF_REPLICAS = {
    "answers": "Whether each ranker answers, 1 or 0.",
    "leads": "Whether each ranker is the one that learns ahead, 1 or 0.",
    "differs": "Whether the steps led each ranker to another state than the leader's, 1 or 0.",
    "lag_steps": "Steps that were logged and each ranker has not repeated yet.",
    "refused": "Connections from other machines that each ranker closed, since it started.",
}
OF_REPLICAS = {
    name: Gauge(
        f"nightmarket_ranker_replica_{name}", words, ["replica"], multiprocess_mode="mostrecent"
    )
    for name, words in _OF_REPLICAS.items()
}


def tell(data_directory: Path, status: Status, name: str = NAME) -> None:
    """Write how a ranker stands, whole or not at all. `name`: of its folder."""
    path = data_directory / name / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    beside.write_bytes(msgspec.json.encode(status))
    beside.rename(path)


def told(data_directory: Path, name: str = NAME) -> Status | None:
    """Return what was last told; None: nothing yet, or nothing that can be read."""
    try:
        return msgspec.json.decode((data_directory / name / FILE).read_bytes(), type=Status)
    except (OSError, msgspec.DecodeError):
        return None


def measure(data_directory: Path) -> None:
    """Set this process's gauges to what the ranker told."""
    status = told(data_directory)
    if status is not None:
        for name, gauge in GAUGES.items():
            gauge.set(getattr(status, name))


def measure_replicas(replicas: Sequence[tuple[str, Stands | None]]) -> None:
    """Set this process's gauges to what each ranker said, by its address; None: nothing."""
    for address, stands in replicas:
        OF_REPLICAS["answers"].labels(address).set(stands is not None)
        OF_REPLICAS["leads"].labels(address).set(stands is not None and stands.leads)
        for name in ("differs", "lag_steps", "refused") if stands is not None else ():
            OF_REPLICAS[name].labels(address).set(getattr(stands, name))
