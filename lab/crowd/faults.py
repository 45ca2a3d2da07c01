"""What goes wrong between a player and the log: lost, doubled, late, out of order."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, slots=True)
class Line:
    """One event as a player sends it; the columns are those of the interaction log."""

    event_id: int
    kind: int
    person: int
    video_id: int
    request_id: int
    position: int
    shown_at_us: int
    occurred_at_us: int
    watch_ms: int
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Faults:
    """How often each befalls an event; a lost one is sent again later, as players do."""

    lost: float = 0.0
    doubled: float = 0.0
    late: float = 0.0
    is_shuffled: bool = False


NONE = Faults()
ALL = Faults(lost=0.05, doubled=0.1, late=0.1, is_shuffled=True)


@dataclass(slots=True)
class Wire:
    """Carries lines to the log, with faults. Its chance is its own: the world does not change."""

    faults: Faults
    chance: np.random.Generator
    counts: dict[str, int] = field(
        default_factory=lambda: {"lost": 0, "doubled": 0, "late": 0, "repeats_refused": 0}
    )
    _later: list[Line] = field(default_factory=list)
    _known: set[int] = field(default_factory=set)

    def carry(self, lines: list[Line]) -> list[Line]:
        """Return what reaches the log now, each event once, as the log's unique id sees to."""
        came, self._later = self._later, []
        for line, drawn in zip(lines, self.chance.random(len(lines)).tolist(), strict=True):
            came += self._meet(line, drawn)
        if self.faults.is_shuffled and came:
            came = [came[at] for at in self.chance.permutation(len(came)).tolist()]
        return self._once(came)

    def rest(self) -> list[Line]:
        """Return what is still on its way when the world ends."""
        came, self._later = self._later, []
        return self._once(came)

    def _meet(self, line: Line, drawn: float) -> list[Line]:
        faults = self.faults
        if drawn < faults.lost:
            self.counts["lost"] += 1
            self._later.append(line)
            return []
        if drawn < faults.lost + faults.late:
            self.counts["late"] += 1
            self._later.append(line)
            return []
        if drawn < faults.lost + faults.late + faults.doubled:
            self.counts["doubled"] += 1
            return [line, line]
        return [line]

    def _once(self, came: list[Line]) -> list[Line]:
        new = []
        for line in came:
            if line.event_id in self._known:
                self.counts["repeats_refused"] += 1
            else:
                self._known.add(line.event_id)
                new.append(line)
        return new
