"""What every component of a run did: the trace, the lab's input and the answer to "why"."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StageReport:
    """What one component did to one request.

    `failure` None: it did its work; else a word (`late`) or the name of what was raised, and the
    run went on without it.
    """

    component: str
    count_in: int
    count_out: int
    micros: int
    failure: str | None = None

    @property
    def removed(self) -> int:
        """How many candidates it took away."""
        return max(0, self.count_in - self.count_out)


class Observer(Protocol):
    """Watches a run from outside: what goes on now, and what came of it. It changes nothing."""

    def during(self, kind: str, component: str) -> AbstractContextManager[object]:
        """Return what is held open while a component works; sources work at the same time."""
        ...

    def after(self, report: StageReport) -> None:
        """Hear what the component did, still inside `during`; not of a source that failed."""
        ...


class Nobody:
    """Watches nothing."""

    def during(self, kind: str, component: str) -> AbstractContextManager[object]:
        """Return what costs nothing."""
        del kind, component
        return _NOTHING

    def after(self, report: StageReport) -> None:
        """Do nothing."""


_NOTHING = nullcontext()
