"""What every component of a run did: the trace, the lab's input and the answer to "why"."""

from dataclasses import dataclass


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
